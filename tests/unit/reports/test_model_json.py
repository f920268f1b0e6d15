"""The model as JSON: what is known, absent and unknown, and never a secret."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from infraaudit.model import (
    KUBERNETES,
    Absent,
    BuildArgument,
    Container,
    Edge,
    EdgeKind,
    EnvironmentVariable,
    Estate,
    Key,
    Known,
    Unknown,
    Workload,
)
from infraaudit.reports import model_json
from infraaudit.reports.model_json import HIDDEN
from infraaudit.source.span import Span
from tests.unit.reports import results as make

AT = Span("web.yaml", 1, 1, 1, 4)
ABSENT = Absent(AT)


def workload(*variables: EnvironmentVariable, **changes: Any) -> Workload:  # noqa: ANN401 - whatever a field takes
    container = Container(
        address="Deployment/shop/web#app",
        kind="container",
        name="app",
        at=AT,
        deployment=make.DEPLOYMENT,
        workload="Deployment/shop/web",
        image=Known("web:1", AT),
        entrypoint=ABSENT,
        command=ABSENT,
        environment=variables,
        readiness=ABSENT,
        liveness=ABSENT,
        startup=ABSENT,
        cpu_request=ABSENT,
        cpu_limit=ABSENT,
        memory_request=ABSENT,
        memory_limit=ABSENT,
        privileged=Known(value=False, at=AT),
        user=ABSENT,
    )
    fields: dict[str, Any] = {
        "address": "Deployment/shop/web",
        "kind": "Deployment",
        "name": "web",
        "at": AT,
        "deployment": make.DEPLOYMENT,
        "platform": KUBERNETES,
        "replicas": Known(1, AT, stated=False, fact="the platform's default"),
        "surge": ABSENT,
        "stop_grace": Known(30, AT),
        "host_network": Known(value=False, at=AT),
        "containers": (container,),
    }
    return Workload(**{**fields, **changes})


def dumped(estate: Estate) -> Any:  # noqa: ANN401 - parsed JSON
    return json.loads(model_json.render(estate))


def test_a_value_says_in_which_state_it_is_and_where_it_stands() -> None:
    surge = Unknown("var.surge has no default", AT, ("1", "2"))
    (entity,) = dumped(Estate.of_parts([workload(surge=surge)]))["entities"]
    place = {"path": "web.yaml", "start_line": 1, "start_column": 1, "end_line": 1, "end_column": 4}

    assert (entity["type"], entity["address"], entity["location"]) == ("Workload", "Deployment/shop/web", place)
    assert entity["fields"]["replicas"] == {
        "state": "known",
        "value": 1,
        "stated": False,
        "fact": "the platform's default",
        "location": place,
    }
    assert entity["fields"]["surge"] == {
        "state": "unknown",
        "why": "var.surge has no default",
        "candidates": ["1", "2"],
        "location": place,
    }
    assert entity["fields"]["containers"][0]["fields"]["user"] == {"state": "absent", "location": place}


def test_edges_carry_their_evidence() -> None:
    web = workload()
    edge = Edge(EdgeKind.CALLS, web.key, Key("terraform:db", "aws_db_instance.main"), "DATABASE_URL names it", AT)
    (found,) = dumped(Estate.of_parts([web], [edge]))["edges"]

    assert (found["kind"], found["evidence"]) == ("calls", "DATABASE_URL names it")
    assert found["target"] == {"deployment": "terraform:db", "address": "aws_db_instance.main"}


def test_a_variable_named_like_a_secret_keeps_its_place_and_loses_its_value() -> None:
    variables = (
        EnvironmentVariable("DB_PASSWORD", Known("grey-owl-77", AT), AT),
        EnvironmentVariable("API_TOKEN", Unknown("two files set it", AT, ("grey-owl-77",)), AT),
        EnvironmentVariable("DATABASE_URL", Known("postgres://app:grey-owl-77@db:5432/shop", AT), AT),
        EnvironmentVariable("MODE", Known("fast", AT), AT),
    )
    estate = Estate.of_parts([workload(*variables)])
    written = dumped(estate)["entities"][0]["fields"]["containers"][0]["fields"]["environment"]

    assert "grey-owl-77" not in model_json.render(estate)
    assert written[0]["value"]["value"] == HIDDEN
    assert written[1]["value"]["state"] == "unknown"
    assert written[2]["value"]["value"].startswith("postgres://app:")
    assert written[2]["value"]["value"].endswith("@db:5432/shop")
    assert written[3]["value"]["value"] == "fast"


def test_a_build_argument_named_like_a_secret_loses_its_default() -> None:
    argument = BuildArgument("NPM_TOKEN", Known("grey-owl-77", AT), AT)

    assert "grey-owl-77" not in json.dumps(model_json.plain(argument))


def test_the_way_of_a_value_is_told() -> None:
    set_there = replace(AT, path="main.tf")
    (entity,) = dumped(Estate.of_parts([workload(replicas=Known(2, AT.via("the default of var.n", set_there)))]))[
        "entities"
    ]

    assert entity["fields"]["replicas"]["trail"][0]["what"] == "the default of var.n"
