"""Builds small systems out of names and arrows."""

from __future__ import annotations

from itertools import pairwise

from infraaudit.model import KUBERNETES, DataClass, Datastore, Edge, EdgeKind, Entity, Estate, Gateway, Known, Service
from tests.builders import DEPLOYMENT, HERE, a_container, a_workload, absent

_ARROWS = {
    ("Gateway", "Service"): EdgeKind.ROUTES_TO,
    ("Service", "Workload"): EdgeKind.EXPOSES,
    ("Workload", "Workload"): EdgeKind.CALLS,
    ("Workload", "Datastore"): EdgeKind.READS,
}


def a_workload_of(name: str, copies: int = 1) -> Entity:
    replicas = Known(copies, HERE)
    return a_workload(a_container(name), platform=KUBERNETES, replicas=replicas, kind="Deployment")


def a_store(name: str) -> Datastore:
    return Datastore(
        address=name,
        kind="store",
        name=name,
        at=HERE,
        deployment=DEPLOYMENT,
        engine="postgres",
        managed=True,
        data_class=DataClass.PRIMARY,
    )


def a_gateway(name: str) -> Gateway:
    public, idle = Known(value=True, at=HERE), absent()
    return Gateway(
        address=name, kind="gateway", name=name, at=HERE, deployment=DEPLOYMENT, proxy=absent(), public=public,
        idle_timeout=idle,
    )  # fmt: skip


def a_service(name: str) -> Service:
    return Service(address=name, kind="Service", name=name, at=HERE, deployment=DEPLOYMENT)


def a_system(*entities: Entity, arrows: str) -> Estate:
    """Build an estate. ``arrows`` are chains ``a > b > c``, with what tells the last arrow in parentheses."""
    by_name = {entity.name: entity for entity in entities}
    edges = []
    for chain in arrows.split(";"):
        names, _, why = chain.strip().partition("(")
        ends = list(pairwise(by_name[name.strip()] for name in names.split(">")))
        for source, target in ends:
            kind = _ARROWS[type(source).__name__, type(target).__name__]
            told = why.rstrip(")") if why and (source, target) == ends[-1] else f"{source.name} names {target.name}"
            edges.append(Edge(kind, source.key, target.key, told, HERE))
    return Estate.of_parts(entities, edges)
