"""The report for code scanning: what GitHub reads, in the limits that it sets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from infraaudit.engine.ledger import Ledger, PolicyRow, PolicyState
from infraaudit.engine.verdict import Remark, Suppression
from infraaudit.policy import Place, Severity
from infraaudit.readers.reading import FileRow, FileState, UnitRow, UnitState
from infraaudit.reports import sarif
from infraaudit.reports.line_hash import line_hashes
from tests.unit.reports import results as make

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.engine.result import Result

WEB = "replicas: 1\nport: 80\n"


def run_of(result: Result) -> Any:  # noqa: ANN401 - parsed JSON
    report = json.loads(sarif.render(result))
    assert report["version"] == "2.1.0"
    (run,) = report["runs"]
    return run


def test_a_result_points_at_the_value_and_at_its_rule() -> None:
    source = make.tree({"web.yaml": WEB})
    run = run_of(make.result(source, [make.finding(make.place(source, "web.yaml", "1"))]))
    (result,) = run["results"]

    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "resilience/single-copy"
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "web.yaml"},
        "region": {"startLine": 1, "startColumn": 11, "endLine": 1, "endColumn": 12},
    }
    assert (result["level"], result["message"]["text"]) == ("error", "Deployment web runs 1 copy.")
    assert result["partialFingerprints"] == {
        "primaryLocationLineHash": line_hashes(WEB, {1})[1],
        "infraauditFinding/v1": "0123456789abcdef",
    }


def test_paths_are_those_of_the_checkout_and_percent_encoded(tmp_path: Path) -> None:
    folder = tmp_path / "deploy" / "a b"
    folder.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    (folder / "wéb.yaml").write_text(WEB, encoding="utf-8")
    source = make.tree({"wéb.yaml": WEB}, folder)
    run = run_of(make.result(source, [make.finding(make.place(source, "wéb.yaml", "1"))]))

    location = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": "deploy/a%20b/w%C3%A9b.yaml"}


def test_a_link_is_reported_under_the_name_of_the_file_that_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "real.yaml").write_text(WEB, encoding="utf-8")
    (tmp_path / "link.yaml").symlink_to("real.yaml")
    source = make.tree({"link.yaml": WEB}, tmp_path)
    run = run_of(make.result(source, [make.finding(make.place(source, "link.yaml", "1"))]))

    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "real.yaml"}


@pytest.mark.parametrize(
    ("area", "counts"), [("security", True), ("secrets", True), ("networking", True), ("scaling", False)]
)
def test_only_security_rules_have_a_security_severity(area: str, counts: bool) -> None:  # noqa: FBT001 - a parameter
    source = make.tree({"web.yaml": WEB})
    found = make.finding(make.place(source, "web.yaml", "1"), policy=make.packed(area))
    properties = run_of(make.result(source, [found]))["tool"]["driver"]["rules"][0]["properties"]

    assert ("security-severity" in properties) is counts
    assert ("security" in properties["tags"]) is counts
    assert (properties["problem.severity"], properties["precision"]) == ("error", "high")


def test_a_rule_carries_the_docstring() -> None:
    rule = run_of(make.result(make.tree({"web.yaml": WEB})))["tool"]["driver"]["rules"][0]

    assert rule["name"] == "SingleCopy"
    assert rule["shortDescription"]["text"] == "A service runs as one copy."
    assert rule["fullDescription"]["text"] == "one crash takes the whole service down."
    assert "**Fix.** ask for two copies or more." in rule["help"]["markdown"]
    assert "Fix: ask for two copies or more." in rule["help"]["text"]


def test_further_places_are_linked_from_the_message() -> None:
    source = make.tree({"web.yaml": WEB, "edge.yaml": "to: web\n"})
    found = make.finding(
        make.place(source, "web.yaml", "1"),
        "Deployment [web] runs 1 copy",
        sum="1 < 2",
        places=(Place(make.place(source, "edge.yaml", "web"), "requests [http] arrive"),),
    )
    (result,) = run_of(make.result(source, [found]))["results"]

    assert result["message"]["text"] == (
        "Deployment \\[web\\] runs 1 copy. 1 < 2. See [requests \\[http\\] arrive](1)."
    )
    assert [each["id"] for each in result["relatedLocations"]] == [1]
    steps = result["codeFlows"][0]["threadFlows"][0]["locations"]
    uris = [step["location"]["physicalLocation"]["artifactLocation"]["uri"] for step in steps]
    assert uris == ["edge.yaml", "web.yaml"]


def test_a_finding_within_one_file_has_no_flow() -> None:
    source = make.tree({"web.yaml": WEB})
    place = Place(make.place(source, "web.yaml", "80"), "the port")
    (result,) = run_of(make.result(source, [make.finding(make.place(source, "web.yaml", "1"), places=(place,))]))[
        "results"
    ]

    assert "codeFlows" not in result


def test_findings_of_one_rule_on_one_line_have_different_hashes() -> None:
    source = make.tree({"web.yaml": WEB})
    at = make.place(source, "web.yaml", "1")
    found = [make.finding(at, fingerprint="a" * 16), make.finding(at, fingerprint="b" * 16)]
    hashes = [
        each["partialFingerprints"]["primaryLocationLineHash"] for each in run_of(make.result(source, found))["results"]
    ]

    assert len(set(hashes)) == 2


def test_suppressed_findings_are_left_out() -> None:
    source = make.tree({"web.yaml": WEB})
    at = make.place(source, "web.yaml", "1")
    silenced = make.finding(at, suppression=Suppression("resilience/single-copy", "a demo", at))

    assert run_of(make.result(source, [silenced]))["results"] == []


def test_more_results_than_github_shows_are_cut_and_announced() -> None:
    source = make.tree({"web.yaml": WEB})
    at = make.place(source, "web.yaml", "1")
    result = make.result(source, [make.finding(at)] * 4999 + [make.finding(at, severity=Severity.LOW)] * 3)
    run = run_of(result)

    assert len(run["results"]) == 5000
    assert sarif.left_out(result) == 2
    notes = [each["message"]["text"] for each in run["invocations"][0]["toolExecutionNotifications"]]
    assert notes == ["2 lighter findings are left out of this report."]


def test_every_gap_is_a_notification_and_the_execution_not_successful() -> None:
    source = make.tree({"web.yaml": WEB})
    ledger = Ledger(
        (FileRow("web.yaml", "kubernetes", FileState.FAILED, "line 2 is no YAML"),),
        (UnitRow("chart", "edge", "charts/edge", UnitState.FAILED, "it needs helm"),),
        (PolicyRow("a/b", PolicyState.CRASHED, why="on x: KeyError"),),
        (),
    )
    (invocation,) = run_of(make.result(source, ledger=ledger))["invocations"]

    assert invocation["executionSuccessful"] is False
    assert [(each["descriptor"]["id"], each["level"]) for each in invocation["toolExecutionNotifications"]] == [
        ("nothing-read", "error"),
        ("file-gap", "error"),
        ("unit-gap", "warning"),
        ("policy-crash", "error"),
    ]


def test_a_complete_scan_is_successful_and_silent() -> None:
    (invocation,) = run_of(make.result(make.tree({"web.yaml": WEB})))["invocations"]

    assert invocation == {"executionSuccessful": True, "toolExecutionNotifications": []}


def test_a_stale_suppression_is_a_note() -> None:
    source = make.tree({"web.yaml": WEB})
    remark = Remark("stale", make.place(source, "web.yaml", "1"), "x/y finds nothing here any more")
    (invocation,) = run_of(make.result(source, remarks=(remark,)))["invocations"]

    (note,) = invocation["toolExecutionNotifications"]
    assert (note["level"], note["message"]["text"]) == ("note", "web.yaml:1:11: x/y finds nothing here any more.")
