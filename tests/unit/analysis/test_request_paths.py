"""Which components end the requests of a door when they alone are lost: small systems, labelled by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from infraaudit.analysis.request_paths import request_path
from infraaudit.joins.entrances import join_entrances
from infraaudit.model import (
    CLOUD_RUN,
    COMPOSE,
    Edge,
    EdgeKind,
    Entity,
    Entrance,
    Estate,
    Failover,
    Known,
    Survives,
    Unknown,
    Value,
    Workload,
)
from tests.builders import HERE
from tests.unit.analysis.systems import a_gateway, a_service, a_store, a_system, a_workload_of


def a_thing(word: str) -> Entity:
    """Build ``name`` (a gateway or service by its name), ``name:copies`` or ``name=what a store survives``."""
    if word.startswith("gate"):
        return a_gateway(word)
    if word.startswith("svc"):
        return a_service(word)
    if "=" in word:
        name, _, survives = word.partition("=")
        standing: Value[Survives] = (
            Unknown("var.multi_az has no default", HERE) if survives == "?" else Known(Survives(survives), HERE)
        )
        return replace(a_store(name), failover=Failover(standing, "multi_az"))
    name, _, copies = word.partition(":")
    workload = a_workload_of(name, int(copies) if copies.isdecimal() else 1)
    assert isinstance(workload, Workload)
    if copies == "?":
        return replace(workload, replicas=Unknown("var.copies has no default", HERE))
    if copies == "run":
        return replace(workload, platform=CLOUD_RUN)
    return replace(workload, platform=COMPOSE) if copies == "compose" else workload


DOOR = "gate > svc"

TOPOLOGIES = (
    ("one copy at the door", "web:1", "svc > web", "web", 0),
    ("two copies at the door", "web:2", "svc > web", "", 0),
    ("two workloads behind one service", "web:1 canary:1", "svc > web; svc > canary", "", 0),
    ("a database without a standby", "web:3 db=nothing", "svc > web > db", "db", 0),
    ("a database with a standby", "web:3 db=zone", "svc > web > db", "", 0),
    ("a database whose standby shares its zone", "web:3 db=instance", "svc > web > db", "", 0),
    ("a database of which nothing is known", "web:3 db=?", "svc > web > db", "", 1),
    ("a chain of three", "a:2 b:1 c:2", "svc > a > b > c", "b", 0),
    ("a chain that ends in one copy", "a:2 b:2 c:1", "svc > a > b > c", "c", 0),
    ("a worker beside the path", "web:2 jobs:1 db=zone", "svc > web > db; jobs > db", "", 0),
    ("a store that only a worker reads", "web:2 jobs:1 db=nothing", "svc > web; jobs > db", "", 0),
    ("a cache that everything shares", "a:2 b:2 cache=nothing", "svc > a > b > cache; a > cache", "cache", 0),
    ("two shards named by one variable", "web:2 s1=nothing s2=nothing", "svc > web; web > s1 (H); web > s2 (H)", "", 0),
    ("two stores named by two variables", "web:2 s1=nothing s2=nothing", "svc > web > s1; web > s2", "s1 s2", 0),
    ("a circle of calls", "a:2 b:1", "svc > a > b > a", "b", 0),
    ("a route to each of two services", "svc2 a:1 b:2", "gate > svc2; svc > a; svc2 > b", "a", 0),
    ("a route shared by weight", "svc2 a:1 b:1", "gate > svc2 (gate names svc); svc > a; svc2 > b", "", 0),
    ("a platform that starts copies", "web:run", "svc > web", "", 0),
    ("a number of copies that cannot be told", "web:? api:1", "svc > web > api", "api", 1),
    ("an upstream that calls itself", "web:2", "svc > web > web", "", 0),
    (
        "everything at once",
        "web:4 api:2 auth:1 db=zone queue=nothing jobs:1",
        "svc > web > api > auth > db; api > queue; jobs > queue; jobs > db",
        "auth queue",
        0,
    ),
)


@pytest.mark.parametrize(
    ("title", "things", "arrows", "singles", "doubts"), TOPOLOGIES, ids=lambda each: str(each)[:40]
)
def test_single_points_of_a_topology(title: str, things: str, arrows: str, singles: str, doubts: int) -> None:
    entities = map(a_thing, ("gate", "svc", *things.split()))
    estate = join_entrances(a_system(*entities, arrows=f"{DOOR}; {arrows}"))
    (entrance,) = estate.of(Entrance)
    path = request_path(entrance, estate)
    assert sorted(each.component.name for each in path.singles) == sorted(singles.split()), title
    assert len(path.doubts) == doubts


def test_a_store_in_a_container_stands_and_falls_with_its_workload() -> None:
    cache = replace(a_store("cache"), managed=False)
    gate, service, web, carrier = (a_thing(word) for word in ("gate", "svc", "web:2", "redis:1"))
    estate = a_system(gate, service, web, cache, carrier, arrows="gate > svc > web > cache")
    runs = Edge(EdgeKind.RUNS, carrier.key, cache.key, "its image is redis", HERE)
    joined = join_entrances(Estate.of_parts(estate.entities, (*estate.edges, runs)))
    path = request_path(joined.of(Entrance)[0], joined)
    assert [each.component.name for each in path.singles] == ["redis"]
    assert [each.component.name for each in path.singles[0].consequences] == ["web"]
