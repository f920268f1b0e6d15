"""The named scopes: whom they hold, and with what reason they let the others go."""

from __future__ import annotations

from typing import Any

import pytest

from infraaudit.model import (
    COMPOSE,
    KUBERNETES,
    Autoscaler,
    Deployment,
    Edge,
    EdgeKind,
    Entity,
    Estate,
    Known,
    Maybe,
    Role,
    Service,
    Unknown,
    UnsettledError,
    Value,
    Workload,
)
from infraaudit.policy import (
    Exclusion,
    Reason,
    answering,
    autoscaler_of,
    long_running,
    may_mean,
    on_several_hosts,
    services_before,
    serving,
)
from tests.builders import HERE, a_container, a_workload, absent, known

NOWHERE = Estate(())


def reason(exclusion: Exclusion | None) -> Reason | None:
    return exclusion.reason if exclusion is not None else None


def web(**fields: Any) -> Workload:  # noqa: ANN401 - the fields of a workload are of all types
    return a_workload(a_container("web", image=known("shop/web")), **{"role": Role.WEB, **fields})


def edge(source: Entity, kind: EdgeKind, target: Entity) -> Edge:
    return Edge(kind, source.key, target.key, "it is written", HERE)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [({}, None), ({"runs_once": True}, Reason.RUNS_ONCE), ({"role": Role.JOB}, Reason.RUNS_ONCE)],
)
def test_what_ends_by_itself_is_not_long_running(fields: dict[str, Any], expected: Reason | None) -> None:
    assert reason(long_running(web(**fields), NOWHERE)) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, None),
        ({"role": Role.WORKER}, None),
        ({"role": Role.PROXY}, None),
        ({"role": Role.DATASTORE}, Reason.ROLE),
        ({"role": Role.SCHEDULER}, Reason.ROLE),
        ({"role": Role.AGENT}, Reason.ROLE),
        ({"role": Role.UNKNOWN}, Reason.ROLE),
        ({"runs_once": True}, Reason.RUNS_ONCE),
        ({"per_node": True}, Reason.PLATFORM),
        ({"single_by_design": "it is a lock holder"}, Reason.DESIGN),
    ],
)
def test_serving_holds_what_may_run_in_several_copies(fields: dict[str, Any], expected: Reason | None) -> None:
    assert reason(serving(web(**fields), NOWHERE)) == expected


def test_a_role_that_depends_on_an_unknown_image_ends_the_check() -> None:
    image: Unknown[str] = Unknown("var.image has no default", HERE)
    with pytest.raises(UnsettledError):
        serving(a_workload(a_container("web", image=image), role=Role.UNKNOWN), NOWHERE)


def test_copies_on_one_host_are_let_go_by_the_name_of_the_platform() -> None:
    assert on_several_hosts(web(platform=KUBERNETES), NOWHERE) is None
    exclusion = on_several_hosts(web(platform=COMPOSE), NOWHERE)
    assert exclusion is not None
    assert "Docker Compose" in exclusion.detail


def test_a_container_answers_as_long_as_its_workload_runs() -> None:
    running, ending = web(), a_workload(a_container("job"), runs_once=True)
    estate = Estate.of_parts((running, ending))
    assert answering(running.containers[0], estate) is None
    assert reason(answering(ending.containers[0], estate)) is Reason.RUNS_ONCE


def scaler(target: Value[str], deployment: Deployment | None = None) -> Autoscaler:
    return Autoscaler(
        address="hpa",
        kind="HorizontalPodAutoscaler",
        name="web",
        at=HERE,
        deployment=deployment or web().deployment,
        target=target,
        minimum=Known(1, HERE),
        maximum=Known(3, HERE),
    )


def test_the_autoscaler_of_a_workload_is_found_by_its_edge() -> None:
    hpa = scaler(Known("service web", HERE))
    assert autoscaler_of(web(), Estate.of_parts((web(), hpa), (edge(hpa, EdgeKind.SCALES, web()),))) is hpa
    assert autoscaler_of(web(), Estate.of_parts((web(), hpa))) is None


@pytest.mark.parametrize(
    ("target", "deployment", "settled"),
    [
        (Unknown("var.name has no default", HERE), None, False),
        (Unknown("var.name has no default", HERE, mentions=("service web",)), None, False),
        (Unknown("var.name has no default", HERE, mentions=("service other",)), None, True),
        (Unknown("var.name has no default", HERE), Deployment("compose:elsewhere", "elsewhere"), True),
    ],
)
def test_an_autoscaler_whose_target_may_be_this_workload_ends_the_check(
    target: Unknown[str], deployment: Deployment | None, *, settled: bool
) -> None:
    estate = Estate.of_parts((web(), scaler(target, deployment)))
    if settled:
        assert autoscaler_of(web(), estate) is None
    else:
        with pytest.raises(UnsettledError):
            autoscaler_of(web(), estate)


@pytest.mark.parametrize(
    ("value", "may"),
    [
        (known("a"), False),
        (absent(), False),
        (Unknown("x", HERE), True),
        (Unknown("x", HERE, mentions=("a",)), True),
        (Unknown("x", HERE, mentions=("b",)), False),
    ],
)
def test_an_unknown_value_may_mean_what_it_mentions_or_anything(value: Maybe[str], *, may: bool) -> None:
    assert may_mean(value, "a") is may


def test_the_services_before_a_workload_are_those_that_expose_it() -> None:
    front = Service(address="Service/web", kind="Service", name="web", at=HERE, deployment=web().deployment)
    estate = Estate.of_parts((web(), front), (edge(front, EdgeKind.EXPOSES, web()),))
    assert services_before(web(), estate) == (front,)
    assert services_before(web(), Estate.of_parts((web(), front))) == ()
