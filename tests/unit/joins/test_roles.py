"""Tests of the roles of workloads whose image cannot be told: a database must not pass for a web server."""

from __future__ import annotations

import pytest

from infraaudit.joins.roles import join_roles
from infraaudit.model import (
    Absent,
    Edge,
    EdgeKind,
    Entity,
    Estate,
    Gateway,
    Known,
    Probe,
    ProbeKind,
    Process,
    Role,
    Server,
    Service,
    Workload,
)
from tests.builders import HERE, a_container, a_workload, known, unknown

HIDDEN = a_workload(a_container("web", image=unknown()))


def service(kind: ProbeKind | None = None) -> Service:
    check = None if kind is None else Known(Probe(kind, HERE), HERE)
    return Service(
        address="front", kind="Service", name="front", at=HERE, deployment=HIDDEN.deployment, health_check=check
    )


def role(workload: Workload, *others: Entity, edges: tuple[tuple[Entity, EdgeKind, Entity], ...] = ()) -> Role:
    drawn = (Edge(kind, source.key, target.key, "it is written", HERE) for source, kind, target in edges)
    return join_roles(Estate.of_parts((workload, *others), drawn)).of(Workload)[0].role


def test_what_is_called_and_no_store_is_a_web_server() -> None:
    workload = a_workload(a_container("web", image=known("shop/web:1")))
    assert role(workload, service(), edges=((service(), EdgeKind.EXPOSES, workload),)) is Role.WEB


@pytest.mark.parametrize(
    ("check", "expected"), [(None, Role.UNKNOWN), (ProbeKind.TCP, Role.UNKNOWN), (ProbeKind.HTTP, Role.WEB)]
)
def test_a_hidden_image_behind_a_service_may_be_a_store_unless_it_is_asked_by_http(
    check: ProbeKind | None, expected: Role
) -> None:
    front = service(check)
    assert role(HIDDEN, front, edges=((front, EdgeKind.EXPOSES, HIDDEN),)) is expected


def test_a_hidden_image_behind_a_gateway_is_a_web_server() -> None:
    front = service()
    gateway = Gateway(
        address="door",
        kind="Ingress",
        name="door",
        at=HERE,
        deployment=HIDDEN.deployment,
        proxy=Absent(HERE),
        public=Known(value=True, at=HERE),
        idle_timeout=Absent(HERE),
    )
    edges = ((front, EdgeKind.EXPOSES, HIDDEN), (gateway, EdgeKind.ROUTES_TO, front))
    assert role(HIDDEN, front, gateway, edges=edges) is Role.WEB


def test_a_known_server_tells_the_role_whatever_the_image_is() -> None:
    process = Process(Server.CELERY_WORKER, HERE)
    assert role(a_workload(a_container("web", image=unknown(), process=process))) is Role.WORKER
