"""What a component needs, and what stops without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.analysis.dependencies import Dependencies
from tests.unit.analysis.systems import a_gateway, a_service, a_store, a_system, a_workload_of

if TYPE_CHECKING:
    from infraaudit.model import Entity

GATE, FRONT = a_gateway("gate"), a_service("front")
WEB, API, JOBS = a_workload_of("web"), a_workload_of("api"), a_workload_of("jobs")
DATABASE, CACHE = a_store("database"), a_store("cache")


def affected(dependencies: Dependencies, lost: Entity) -> list[str]:
    return [entity.name for entity in dependencies.affected_by(lost)]


def test_a_loss_spreads_along_calls_to_the_door() -> None:
    estate = a_system(
        GATE, FRONT, WEB, API, JOBS, DATABASE,
        arrows="gate > front; front > web; web > api; api > database; jobs > database",
    )  # fmt: skip
    dependencies = Dependencies.of(estate)
    assert affected(dependencies, DATABASE) == ["api", "jobs", "web", "front", "gate"]
    assert affected(dependencies, JOBS) == []


def test_one_of_several_behind_a_service_is_enough() -> None:
    estate = a_system(FRONT, WEB, API, JOBS, arrows="front > web; front > api (registers); jobs > api")
    dependencies = Dependencies.of(estate)
    assert affected(dependencies, WEB) == []
    assert affected(dependencies, API) == ["jobs"]
    assert {key.address for key in dependencies.stopped_by((WEB, API))} == {
        "service web",
        "service api",
        "service jobs",
        "front",
    }


def test_what_one_variable_names_is_one_need_and_several_variables_are_several() -> None:
    together = a_system(
        WEB, DATABASE, CACHE, arrows="web > database (BROKER names both); web > cache (BROKER names both)"
    )
    apart = a_system(WEB, DATABASE, CACHE, arrows="web > database; web > cache")
    assert affected(Dependencies.of(together), CACHE) == []
    assert affected(Dependencies.of(apart), CACHE) == ["web"]


def test_what_calls_each_other_in_a_circle_needs_each_other() -> None:
    estate = a_system(WEB, API, arrows="web > api; api > web")
    assert affected(Dependencies.of(estate), WEB) == ["api"]
    assert [each.name for each in Dependencies.of(estate).behind(WEB)] == ["web", "api"]


def test_a_cluster_that_names_itself_does_not_need_itself() -> None:
    estate = a_system(WEB, API, arrows="web > web (PEERS); web > api (PEERS)")
    assert affected(Dependencies.of(estate), API) == []


def test_everything_behind_a_door_comes_nearest_first() -> None:
    estate = a_system(
        GATE, FRONT, WEB, API, DATABASE, arrows="gate > front; front > web; web > api; web > database; api > database"
    )
    behind = Dependencies.of(estate).behind(GATE)
    assert [each.name for each in behind] == ["gate", "front", "web", "api", "database"]


def test_who_stops_is_told_by_whom_it_is_taken_along() -> None:
    estate = a_system(
        GATE, FRONT, WEB, API, JOBS, DATABASE,
        arrows="gate > front; front > web; web > api; api > database; jobs > database",
    )  # fmt: skip
    consequences = Dependencies.of(estate).consequences(DATABASE)
    assert [(each.component.name, [follower.name for follower in each.followers]) for each in consequences] == [
        ("api", ["web"]),
        ("jobs", []),
    ]
    assert consequences[0].need.why == "api names database"
    assert Dependencies.of(estate).consequences(JOBS) == ()
