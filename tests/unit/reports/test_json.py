"""The report for a program: it keeps its published contract."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema_rs

from infraaudit.engine.ledger import Ledger, PolicyRow, PolicyState
from infraaudit.engine.verdict import Remark, Suppression
from infraaudit.policy import Exclusion, Operand, Place, Reason, Severity
from infraaudit.readers.reading import FileRow, FileState, UnitRow, UnitState
from infraaudit.reports import json_
from infraaudit.source.problem import Problem, ProblemKind
from tests.unit.reports import results as make

if TYPE_CHECKING:
    from infraaudit.engine.result import Result

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "report-schema.json").read_text(encoding="utf-8"))
WEB = "replicas: 1\nport: 80\n"


def full() -> Result:
    """Return a result that has something in every part of the report."""
    source = make.tree({"web.yaml": WEB})
    at = make.place(source, "web.yaml", "1")
    port = make.place(source, "web.yaml", "80")
    found = make.finding(
        at.via("the default of var.n", port),
        places=(Place(port, "the port"),),
        operands=(Operand("pods", "1", at), Operand("pool", "15", None, "a default")),
    )
    silenced = make.finding(
        port,
        severity=Severity.LOW,
        suppression=Suppression("resilience/single-copy", "a demo", at, date(2030, 1, 2)),
        fingerprint="fedcba9876543210",
    )
    verdicts = (
        make.unknown(at, "var.n has no default"),
        make.passed(at),
        make.excluded(at, Exclusion(Reason.ROLE, "a datastore")),
        make.excluded(at, Exclusion(Reason.ROLE, "a scheduler")),
    )
    ledger = Ledger(
        (FileRow("web.yaml", "kubernetes", FileState.PARTLY, "line 9 is no YAML"),),
        (UnitRow("module", "vpc", "main.tf", UnitState.MISSING, "a registry"),),
        (PolicyRow("a/b", PolicyState.CRASHED, 1, 2, 3, 4, "on x: KeyError"),),
        (Problem(ProblemKind.SYNTAX, at, "no YAML"),),
    )
    remarks = (Remark("stale", at, "finds nothing here"),)
    return make.result(source, [found, silenced], verdicts=verdicts, ledger=ledger, remarks=remarks)


def test_a_report_with_everything_keeps_the_published_schema() -> None:
    jsonschema_rs.validator_for(SCHEMA).validate(json.loads(json_.render(full())))


def test_a_report_of_nothing_keeps_the_published_schema() -> None:
    jsonschema_rs.validator_for(SCHEMA).validate(json.loads(json_.render(make.result(make.tree({})))))


def test_the_schema_refuses_what_it_does_not_name() -> None:
    report = json.loads(json_.render(full()))
    report["findings"][0]["surprise"] = 1

    assert not jsonschema_rs.validator_for(SCHEMA).is_valid(report)


def test_a_finding_says_what_where_whom_and_how_to_mend_it() -> None:
    first = json.loads(json_.render(full()))["findings"][0]

    assert first == {
        "policy": "resilience/single-copy",
        "title": "A service runs as one copy",
        "area": "resilience",
        "severity": "high",
        "message": "Deployment web runs 1 copy",
        "equivalents": ["kube-score:deployment-replicas", "CKV_X_1"],
        "resource": "Deployment/shop/web",
        "location": {"path": "web.yaml", "start_line": 1, "start_column": 11, "end_line": 1, "end_column": 12},
        "instances": [
            {"address": "Deployment/shop/web", "deployment": "kubernetes:k8s", "environment": "unknown"},
        ],
        "related": [
            {"path": "web.yaml", "start_line": 2, "end_line": 2, "label": "set by the default of var.n"},
            {"path": "web.yaml", "start_line": 2, "end_line": 2, "label": "the port"},
        ],
        "operands": [
            {
                "name": "pods",
                "value": "1",
                "location": {"path": "web.yaml", "start_line": 1, "start_column": 11, "end_line": 1, "end_column": 12},
                "assumed": "",
            },
            {"name": "pool", "value": "15", "location": None, "assumed": "a default"},
        ],
        "fingerprint": "0123456789abcdef",
        "fix": "ask for two copies or more",
        "suppressed": False,
    }


def test_a_suppressed_finding_stays_and_is_not_counted() -> None:
    report = json.loads(json_.render(full()))

    assert [each["suppressed"] for each in report["findings"]] == [False, True]
    assert report["summary"]["findings"] == {"high": 1, "medium": 0, "low": 0}
    assert report["summary"]["suppressed"] == 1
    assert [(each["fingerprint"], each["reason"], each["until"]) for each in report["suppressions"]] == [
        ("fedcba9876543210", "a demo", "2030-01-02")
    ]


def test_what_was_not_covered_makes_the_report_incomplete() -> None:
    report = json.loads(json_.render(full()))

    assert (report["summary"]["complete"], report["ledger"]["complete"]) == (False, False)
    assert report["exclusions"] == {"has another role": 2}


def test_a_password_in_the_words_of_a_parser_does_not_reach_the_report() -> None:
    source = make.tree({"web.yaml": WEB})
    message = "cannot read 'url: postgres://app:hunter7Xq2@db/x'"
    ledger = Ledger(
        (FileRow("web.yaml", "kubernetes", FileState.FAILED, message),),
        (),
        (),
        (Problem(ProblemKind.SYNTAX, make.place(source, "web.yaml", "1"), message),),
    )

    assert "hunter7Xq2" not in json_.render(make.result(source, ledger=ledger))


def test_the_same_result_gives_the_same_bytes() -> None:
    assert json_.render(full()) == json_.render(full())
