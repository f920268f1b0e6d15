"""Putting one value in place of an unknown one: everywhere, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

from infraaudit.engine.candidates import rewritten, with_candidate
from infraaudit.model import Edge, EdgeKind, Estate, Known, Mount, Unknown, VolumeKind, Workload
from tests.builders import HERE, a_container, a_workload, known

COUNT: Unknown[int] = Unknown("var.count has no default", HERE, (1, 2))


def test_the_value_is_put_wherever_the_same_unknown_stands() -> None:
    twin: Unknown[int] = Unknown(COUNT.why, HERE, (1, 2))
    kind: Unknown[VolumeKind] = Unknown("x", HERE)
    mount = Mount(known("/data"), kind, known("data"), HERE)
    first = a_workload(a_container("a", cpu_limit=COUNT, mounts=(mount,)), replicas=COUNT)
    second = a_workload(a_container("b"), replicas=COUNT, stop_grace=twin)
    changed = with_candidate(Estate.of_parts((first, second)), COUNT, 2)
    one, two = changed.of(Workload)
    assert one.replicas == two.replicas == one.containers[0].cpu_limit == Known(2, HERE)
    assert two.stop_grace is twin
    assert one.containers[0].mounts == (mount,)


def test_edges_stay() -> None:
    first, second = a_workload(a_container("a"), replicas=COUNT), a_workload(a_container("b"))
    edge = Edge(EdgeKind.CALLS, first.key, second.key, "it is written", HERE)
    assert with_candidate(Estate.of_parts((first, second), (edge,)), COUNT, 2).edges == (edge,)


def test_an_entity_without_the_value_stays_the_very_same() -> None:
    workload = a_workload(a_container("a"))
    assert with_candidate(Estate.of_parts((workload,)), COUNT, 2).entities[0] is workload


def test_every_value_of_an_entity_is_offered_once_for_each_place() -> None:
    seen: list[object] = []

    def note(part: object) -> object:
        if isinstance(part, Known):
            seen.append(part.value)
        return part

    workload = replace(a_workload(a_container("a", user=known("app"))), replicas=Known(3, HERE))
    assert rewritten(workload, note) is workload
    assert sorted(map(str, seen)) == sorted(["app", "False", "3", "10", "False"])
