"""Tests of the ways to a container: of several, only the one that listens gets the requests of a service."""

from __future__ import annotations

import pytest

from infraaudit.model import (
    KUBERNETES,
    Absent,
    Container,
    Edge,
    EdgeKind,
    Entity,
    Estate,
    Gateway,
    Known,
    Port,
    Process,
    Server,
    Service,
    ServicePort,
    UnsettledError,
    Workload,
)
from infraaudit.policy import Exclusion, Reason, answering, gateways_to, services_to
from tests.builders import HERE, a_container, a_workload


def pod(*containers: Container) -> Workload:
    return a_workload(*containers, platform=KUBERNETES, address="service web")


def container(name: str, *ports: Port, process: Process | None = None) -> Container:
    return a_container(name, workload="service web", ports=ports, process=process)


def port(number: int, name: str = "") -> Port:
    return Port(Known(number, HERE), HERE, name)


def behind(workload: Workload, target: str) -> tuple[Estate, Service, Gateway]:
    deployment = workload.deployment
    door = ServicePort(Known(80, HERE), Known(target, HERE), HERE)
    service = Service(address="front", kind="Service", name="front", at=HERE, deployment=deployment, ports=(door,))
    gateway = Gateway(
        address="door",
        kind="Ingress",
        name="door",
        at=HERE,
        deployment=deployment,
        proxy=Known("alb", HERE),
        public=Known(value=True, at=HERE),
        idle_timeout=Absent(HERE),
    )
    ends: tuple[tuple[Entity, EdgeKind, Entity], ...] = (
        (service, EdgeKind.EXPOSES, workload),
        (gateway, EdgeKind.ROUTES_TO, service),
    )
    edges = (Edge(kind, source.key, to.key, "it is written", HERE) for source, kind, to in ends)
    return Estate.of_parts((workload, service, gateway), edges), service, gateway


def test_the_only_container_gets_everything_whatever_it_declares() -> None:
    workload = pod(container("web"))
    estate, service, gateway = behind(workload, "8000")
    assert services_to(workload.containers[0], estate) == (service,)
    assert gateways_to(workload.containers[0], estate) == (gateway,)


@pytest.mark.parametrize(
    ("first", "target"),
    [
        (container("web", port(8000)), "8000"),
        (container("web", port(8000, "http")), "http"),
        (container("web", process=Process(Server.UVICORN, HERE, bind_port=Known(8000, HERE))), "8000"),
    ],
)
def test_of_several_containers_the_one_that_listens_gets_it(first: Container, target: str) -> None:
    sidecar = container("metrics", port(9102))
    estate, service, gateway = behind(pod(first, sidecar), target)
    assert (services_to(first, estate), gateways_to(first, estate)) == ((service,), (gateway,))
    assert (services_to(sidecar, estate), gateways_to(sidecar, estate)) == ((), ())


def test_where_none_of_several_says_that_it_listens_the_check_ends() -> None:
    first = container("web")
    estate, _, _ = behind(pod(first, container("metrics", port(9102))), "8000")
    with pytest.raises(UnsettledError):
        services_to(first, estate)


def test_a_container_that_ends_before_the_others_start_does_not_answer() -> None:
    waiting = container("wait")
    workload = a_workload(container("web"), address="service web", init_containers=(waiting,))
    exclusion = answering(waiting, Estate.of_parts((workload,)))
    assert isinstance(exclusion, Exclusion)
    assert exclusion.reason is Reason.RUNS_ONCE
