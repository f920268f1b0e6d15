"""Which doors a system has."""

from __future__ import annotations

from dataclasses import replace

from infraaudit.joins.entrances import join_entrances
from infraaudit.model import Entrance, Estate, Known, Port, Role
from tests.builders import HERE, a_container, a_workload
from tests.unit.analysis.systems import a_gateway, a_service, a_system, a_workload_of

GATE, FRONT, WEB = a_gateway("gate"), a_service("front"), a_workload_of("web")
BALANCER = replace(a_service("balancer"), exposure="load balancer")


def doors(estate: Estate) -> list[tuple[str, bool]]:
    return [(each.name, each.public.settled().value) for each in join_entrances(estate).of(Entrance)]


def test_a_gateway_with_a_route_is_a_door_and_the_service_behind_it_is_none() -> None:
    front = replace(FRONT, exposure="load balancer")
    assert doors(a_system(GATE, front, WEB, arrows="gate > front; front > web")) == [("gate", True)]


def test_a_gateway_that_leads_nowhere_is_none() -> None:
    assert doors(Estate.of_parts((GATE, WEB))) == []


def test_a_service_that_is_a_load_balancer_is_a_door() -> None:
    assert doors(a_system(BALANCER, WEB, arrows="balancer > web")) == [("balancer", True)]
    inside = replace(BALANCER, internal=True)
    assert doors(a_system(inside, WEB, arrows="balancer > web")) == [("balancer", False)]
    assert doors(a_system(FRONT, WEB, arrows="front > web")) == []


def test_a_published_port_is_a_door_unless_it_is_bound_to_the_machine_itself_or_leads_to_a_store() -> None:
    port = Port(Known(8000, HERE), HERE, published=Known(80, HERE))
    web = a_workload(a_container("web", ports=(port,)), role=Role.WEB)
    at_home = a_workload(a_container("home", ports=(replace(port, host_address="127.0.0.1"),)))
    store = a_workload(a_container("db", ports=(port,)), role=Role.DATASTORE)
    assert doors(Estate.of_parts((web, at_home, store))) == [("web", True)]
