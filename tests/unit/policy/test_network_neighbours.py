"""Which workloads may live in one network namespace."""

from __future__ import annotations

from infraaudit.model import KUBERNETES, Estate, Workload
from infraaudit.policy import sharing_network
from tests.builders import a_container, a_workload

WEB = a_workload(a_container("web"), networks=("default",))
PROXY = a_workload(a_container("proxy"), depends_on=("service web",))


def sharing(workload: Workload, *others: Workload) -> tuple[Workload, ...]:
    return sharing_network(workload, Estate.of_parts((workload, *others)))


def test_a_service_that_joins_the_network_of_another_shares_it_both_ways() -> None:
    assert sharing(WEB, PROXY) == (PROXY,)
    assert sharing(PROXY, WEB) == (WEB,)


def test_a_service_that_only_waits_for_another_has_a_network_of_its_own() -> None:
    waiting = a_workload(a_container("worker"), networks=("default",), depends_on=("service web",))
    assert sharing(WEB, waiting) == ()


def test_pods_never_share() -> None:
    pod = a_workload(a_container("web"), platform=KUBERNETES)
    other = a_workload(a_container("proxy"), platform=KUBERNETES, depends_on=("service web",))
    assert sharing(pod, other) == ()
