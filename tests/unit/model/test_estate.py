"""The estate: one order whatever the order of reading, and the ways from one entity to another."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infraaudit.model import (
    LAMBDA,
    Absent,
    Container,
    Deployment,
    Edge,
    EdgeKind,
    Entity,
    Estate,
    Faceted,
    Function,
    Key,
    Opaque,
    Role,
    Service,
    Unknown,
    Workload,
)
from infraaudit.source.span import Span
from tests.builders import DEPLOYMENT, HERE, a_container, a_workload, known

OTHER = Deployment("kubernetes:deploy", "deploy")


def opaque(name: str, deployment: Deployment = OTHER, at: Span = HERE) -> Opaque:
    return Opaque(address=name, kind="thing", name=name, at=at, deployment=deployment, type="x")


def service(name: str, deployment: Deployment = OTHER) -> Service:
    return Service(address=name, kind="Service", name=name, at=HERE, deployment=deployment)


def edge(source: Entity, kind: EdgeKind, target: Entity, evidence: str = "it is written", purpose: str = "") -> Edge:
    return Edge(kind, source.key, target.key, evidence, HERE, purpose)


@dataclass(frozen=True, slots=True, kw_only=True)
class Store(Faceted):
    """A kind of faceted entity."""


WEB = a_workload(a_container("web"))
DATABASE = a_workload(a_container("db"))
FRONT = service("front", WEB.deployment)
ENTITIES = (
    WEB,
    DATABASE,
    FRONT,
    opaque("queue"),
    opaque("queue", WEB.deployment),
    opaque("topic", at=Span("z", 1, 1, 1, 2)),
)
EDGES = (
    edge(FRONT, EdgeKind.EXPOSES, WEB),
    edge(WEB, EdgeKind.READS, DATABASE, "DATABASE_URL"),
    edge(WEB, EdgeKind.READS, DATABASE, "REPLICA_URL"),
    edge(WEB, EdgeKind.READS, DATABASE, "DATABASE_URL", purpose="jobs"),
    edge(DATABASE, EdgeKind.CALLS, WEB),
)


@given(st.permutations(ENTITIES), st.permutations(EDGES))
def test_the_order_does_not_depend_on_the_order_of_reading(entities: list[Entity], edges: list[Edge]) -> None:
    assert Estate.of_parts(entities, edges) == Estate.of_parts(ENTITIES, EDGES)


@given(st.permutations([opaque("queue"), opaque("queue", at=Span("a.tf", 1, 1, 1, 2)), service("queue")]))
def test_of_entities_with_one_key_the_same_one_is_kept_in_every_order(entities: list[Entity]) -> None:
    (kept,) = Estate.of_parts(entities).entities
    assert kept.at.path == "a.tf"


def test_an_edge_that_is_found_twice_is_one() -> None:
    assert len(Estate.of_parts((), (EDGES[0], EDGES[0])).edges) == 1


def test_a_base_type_returns_every_entity_of_its_kinds() -> None:
    store = Store(address="db", kind="database", name="db", at=HERE, deployment=OTHER)
    estate = Estate.of_parts((store, WEB))
    assert estate.of(Faceted) == estate.of(Store) == (store,)
    assert set(estate.of(Entity)) == {store, WEB}
    assert estate.of(Service) == ()


def test_containers_are_found_inside_their_workloads() -> None:
    main, helper, init = (a_container(name, workload="service web") for name in ("web", "helper", "init"))
    workload = a_workload(main, helper, init_containers=(init,))
    estate = Estate.of_parts((workload,))
    assert estate.of(Container) == (main, helper, init)
    assert estate.get(init.key, Container) is init
    assert estate.workload_of(helper) is workload


def test_a_container_whose_workload_is_not_there_is_a_defect_of_its_reader() -> None:
    with pytest.raises(LookupError, match="service gone"):
        Estate(()).workload_of(a_container("web", workload="service gone"))


def test_an_entity_is_found_by_its_key_and_type_alone() -> None:
    estate = Estate.of_parts(ENTITIES)
    assert estate.get(WEB.key, Workload) is WEB
    assert estate.get(WEB.key, Service) is None
    assert estate.get(Key("elsewhere", WEB.address), Workload) is None


def test_a_neighbour_is_looked_for_in_the_same_deployment() -> None:
    estate = Estate.of_parts(ENTITIES)
    beside = estate.beside(WEB, "queue", Opaque)
    assert beside is not None
    assert beside.deployment == WEB.deployment
    assert estate.beside(WEB, "topic", Opaque) is None


def test_only_what_is_deployed_together_is_in_a_deployment() -> None:
    estate = Estate.of_parts(ENTITIES)
    assert {each.name for each in estate.in_deployment(WEB, Opaque)} == {"queue"}


def test_edges_lead_there_and_back_and_name_each_end_once() -> None:
    estate = Estate.of_parts(ENTITIES, EDGES)
    assert len(estate.edges_from(WEB, EdgeKind.READS)) == 3
    assert estate.targets(WEB, EdgeKind.READS, Workload) == (DATABASE,)
    assert estate.sources(DATABASE, EdgeKind.READS, Workload) == (WEB,)
    assert estate.targets(DATABASE, EdgeKind.READS, Workload) == ()
    assert estate.sources(WEB, EdgeKind.EXPOSES, Service) == (FRONT,)
    assert estate.sources(WEB, EdgeKind.EXPOSES, Workload) == ()


def test_an_edge_to_what_is_not_there_leads_nowhere() -> None:
    estate = Estate.of_parts((WEB,), EDGES)
    assert estate.edges_to(WEB, EdgeKind.EXPOSES)
    assert estate.sources(WEB, EdgeKind.EXPOSES, Service) == ()


def test_a_lone_container_goes_by_the_name_of_its_workload() -> None:
    alone, pair = (
        a_workload(a_container("web")),
        a_workload(a_container("db"), a_container("helper", workload="service db")),
    )
    estate = Estate.of_parts((alone, pair))
    assert estate.words_for(alone.containers[0]) == "service web"
    assert estate.words_for(pair.containers[1]) == "container helper of service db"


def test_containers_are_put_in_place_of_those_with_the_same_key() -> None:
    estate = Estate.of_parts(ENTITIES, EDGES)
    changed = a_container("web", init_process=True)
    replaced = estate.with_containers((changed,))
    assert replaced.of(Container) == (DATABASE.containers[0], changed)
    assert replaced.edges == estate.edges
    assert estate.with_containers(()) is estate


def test_more_entities_and_edges_keep_the_order() -> None:
    whole = Estate.of_parts(ENTITIES, EDGES)
    grown = Estate.of_parts(ENTITIES[2:], EDGES[3:]).with_entities(ENTITIES[:2]).with_edges(EDGES[:3])
    assert grown == whole


def test_an_entity_in_place_of_another_wins_whatever_its_place() -> None:
    late = opaque("queue", at=Span("z.tf", 9, 1, 9, 2))
    assert Estate.of_parts((opaque("queue"),)).with_entities((late,)).entities == (late,)


def test_a_function_is_a_workload_of_its_own_kind() -> None:
    function = Function(
        address="aws_lambda_function.resize",
        kind="aws_lambda_function",
        name="resize",
        at=HERE,
        deployment=DEPLOYMENT,
        platform=LAMBDA,
        role=Role.FUNCTION,
        replicas=Unknown("events start the copies", HERE),
        surge=Absent(HERE),
        stop_grace=known(0),
        host_network=known(value=False),
        time_limit=known(3),
        most_at_once=Absent(HERE),
        shared_at_once=known(1000),
        dead_letter=Absent(HERE),
        retries=known(2),
    )
    estate = Estate.of_parts((function, a_workload(a_container("web"))))
    assert estate.of(Function) == (function,)
    assert len(estate.of(Workload)) == 2
