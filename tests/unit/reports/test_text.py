"""The report for a person, line by line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

from infraaudit.engine.ledger import Ledger, PolicyRow, PolicyState
from infraaudit.engine.verdict import Remark, Suppression
from infraaudit.policy import Exclusion, Operand, Place, Reason, Severity, at_most, lowered, raised
from infraaudit.readers.reading import FileRow, FileState, UnitRow, UnitState
from infraaudit.reports import text
from infraaudit.reports.text_finding import set_by
from infraaudit.source.problem import Problem, ProblemKind
from infraaudit.source.span import whole_file
from tests.unit.reports import results as make

if TYPE_CHECKING:
    from infraaudit.engine.result import Result

WEB = """
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
"""
INGRESS = """
kind: Ingress
metadata:
  name: edge
spec:
  service:
    name: web
"""


def shown(result: Result, *, width: int = 80, colour: bool = False, **more: bool) -> str:
    return text.render(result, width=width, colour=colour, **more)


def expected(block: str) -> str:
    return dedent(block).lstrip("\n")


def test_a_finding_looks_like_a_message_of_a_compiler() -> None:
    source = make.tree({"k8s/web.yaml": WEB, "k8s/ingress.yaml": INGRESS})
    backend = make.place(source, "k8s/ingress.yaml", "web")
    found = make.finding(
        make.place(source, "k8s/web.yaml", "1"),
        label="only one copy",
        places=(Place(backend, "requests arrive through here"),),
    )

    assert shown(make.result(source, [found])) == expected("""
        high[resilience/single-copy]: Deployment web runs 1 copy
           --> k8s/web.yaml:5:13
            |
          5 |   replicas: 1
            |             ^ only one copy
           ::: k8s/ingress.yaml:6:11
          6 |     name: web
            |           --- requests arrive through here
            |
            = fix: ask for two copies or more

        1 finding (1 high) from 1 cause in 1 instance
        0 checks passed; 0 could not tell; 0 suppressed; 2 files read
        """)


def test_the_arithmetic_the_factors_and_the_instances_are_printed() -> None:
    source = make.tree({"web.yaml": WEB})
    replicas = make.place(source, "web.yaml", "1")
    found = make.finding(
        replicas,
        severity=Severity.MEDIUM,
        sum="15 pods x 4 workers x 15 connections = 900 > 200",
        operands=(Operand("pods", "15", replicas), Operand("connections", "15", None, "the pool's default (2026-01)")),
        factors=(raised("a gateway leads here"), lowered("not production"), at_most(Severity.MEDIUM, "no data here")),
        instances=tuple(make.instance(f"Deployment/shop/web{number}") for number in range(5)),
    )

    lines = shown(make.result(source, [found]), width=200).splitlines()

    assert [line for line in lines if line.startswith("    = ")] == [
        "    = sum: 15 pods x 4 workers x 15 connections = 900 > 200",
        "    = pods: 15, web.yaml:5:13",
        "    = connections: 15, assumed: the pool's default (2026-01)",
        (
            "    = medium: base high, raised because a gateway leads here, lowered because not production, "
            "at most medium because no data here"
        ),
        "    = affects: 5 instances (Deployment/shop/web0, Deployment/shop/web1, Deployment/shop/web2 and 2 more)",
        "    = fix: ask for two copies or more",
    ]


def test_one_instance_is_named_where_it_stands_in_a_module_and_its_own_name_says_little() -> None:
    source = make.tree({"web.yaml": WEB})
    at = make.place(source, "web.yaml", "1")
    inside = make.finding(at, instances=(make.instance("module.orders.aws_db_instance.this"),))
    outside = make.finding(at, instances=(make.instance("aws_db_instance.orders"),))

    assert "    = affects: module.orders.aws_db_instance.this\n" in shown(make.result(source, [inside]))
    assert "affects" not in shown(make.result(source, [outside]))


def test_what_set_the_value_is_shown_with_its_line() -> None:
    source = make.tree({"main.tf": 'variable "n" {\n  default = 1\n}\n\nx = var.n\n'})
    default = make.place(source, "main.tf", "1")
    found = make.finding(make.place(source, "main.tf", "var.n").via("the default of var.n", default))

    assert shown(make.result(source, [found])).split("\n\n")[0] == expected("""
        high[resilience/single-copy]: Deployment web runs 1 copy
           --> main.tf:5:5
            |
          2 |   default = 1
            |             - set by the default of var.n
        ...
          5 | x = var.n
            |     ^^^^^
            |
            = fix: ask for two copies or more
        """).rstrip("\n")


def test_of_many_places_the_first_are_drawn_and_the_others_named() -> None:
    source = make.tree({"web.yaml": WEB, "many.yaml": "".join(f"p{number}: {number}\n" for number in range(8))})
    places = tuple(Place(make.place(source, "many.yaml", f"p{number}"), f"place {number}") for number in range(8))

    report = shown(make.result(source, [make.finding(make.place(source, "web.yaml", "1"), places=places)]))

    assert "-- place 5" in report
    assert "    = see also: many.yaml:7:1 (place 6), many.yaml:8:1 (place 7)\n" in report


def test_findings_that_a_comment_silences_are_counted_and_not_shown() -> None:
    source = make.tree({"web.yaml": WEB})
    at = make.place(source, "web.yaml", "1")
    silenced = make.finding(at, suppression=Suppression("resilience/single-copy", "a demo", at, date(2030, 1, 1)))

    assert shown(make.result(source, [silenced])) == expected("""
        No findings
        0 checks passed; 0 could not tell; 1 suppressed; 1 file read
        """)


def test_findings_stand_in_the_order_of_the_result() -> None:
    source = make.tree({"web.yaml": WEB})
    found = [
        make.finding(make.place(source, "web.yaml", words), f"message {words}", severity=severity)
        for words, severity in (("1", Severity.HIGH), ("web", Severity.MEDIUM), ("kind", Severity.LOW))
    ]

    report = shown(make.result(source, found))

    assert report.index("message 1") < report.index("message web") < report.index("message kind")
    assert "3 findings (1 high, 1 medium, 1 low) from 3 causes in 3 instances" in report


def test_what_could_not_be_told_is_grouped_by_reason_and_cut_at_ten() -> None:
    source = make.tree({"web.yaml": WEB})
    at = make.place(source, "web.yaml", "1")
    verdicts = [make.unknown(at, "var.n has no default", name) for name in ("a", "b")]
    verdicts += [make.unknown(at, f"reason {number:02}") for number in range(11)]

    report = shown(make.result(source, verdicts=tuple(verdicts)))

    assert "Could not tell: 13 checks\n    2  var.n has no default\n       at web.yaml:5:13, for resilience/" in report
    assert "reason 08" in report
    assert "reason 09" not in report
    assert "2 more reasons; --format json lists all" in report


def test_gaps_are_listed_with_their_reasons_those_of_one_reason_together() -> None:
    source = make.tree({"web.yaml": WEB})
    rows = tuple(FileRow(f"bad{n}.yaml", "kubernetes", FileState.FAILED, "line 3 opens no block") for n in range(5))
    units = (UnitRow("module", "vpc", "main.tf", UnitState.MISSING, "its source is a registry"),)
    crashed = (PolicyRow("area/rule", PolicyState.CRASHED, why="on Deployment/web: KeyError: 'x'"),)

    report = shown(make.result(source, ledger=Ledger(rows, units, crashed, ())))

    assert (
        expected("""
        Not covered: the result is incomplete
          5 failed files: line 3 opens no block
              - bad0.yaml
              - bad1.yaml
              - bad2.yaml
              and 2 more
          missing module vpc (main.tf): its source is a registry
          crashed policy area/rule: on Deployment/web: KeyError: 'x'
        """)
        in report
    )


def test_more_than_twenty_reasons_for_gaps_are_cut() -> None:
    rows = tuple(FileRow(f"bad{n}.yaml", "kubernetes", FileState.FAILED, f"line {n}") for n in range(23))

    report = shown(make.result(make.tree({"web.yaml": WEB}), ledger=Ledger(rows, (), (), ())))

    assert "failed file bad19.yaml: line 19\n  3 more; --format json lists all\n" in report


def test_a_folder_that_could_not_be_listed_is_a_gap() -> None:
    source = make.tree({"web.yaml": WEB})
    problem = Problem(ProblemKind.UNREADABLE, whole_file("private"), "Permission denied")

    report = shown(make.result(replace(source, problems=(problem,))))

    assert "Not covered: the result is incomplete\n  unreadable folder private: Permission denied\n" in report


def test_where_nothing_was_read_the_report_says_where_it_looked_and_for_what() -> None:
    report = shown(make.result(make.tree({}, Path("some/where"))))

    assert report == expected("""
        Nothing was read below some/where: infraaudit reads Dockerfiles, Compose files,
          Kubernetes manifests (plain, Helm, Kustomize) and Terraform.
        """)


def test_whom_a_policy_does_not_concern_is_told_on_request_only() -> None:
    source = make.tree({"web.yaml": WEB})
    verdict = make.excluded(make.place(source, "web.yaml", "1"), Exclusion(Reason.RUNS_ONCE, "web ends by itself"))
    result = make.result(source, verdicts=(verdict,))

    assert "Not applicable" not in shown(result)
    assert expected("""
        Not applicable: 1 check
            1  runs once
               resilience/single-copy on Deployment web: web ends by itself
        """) in shown(result, explain=True)


def test_suppressions_to_look_at_are_listed() -> None:
    source = make.tree({"web.yaml": WEB})
    remark = Remark("stale", make.place(source, "web.yaml", "1"), "x/y finds nothing here any more")

    assert "Suppressions to look at\n  web.yaml:5:13: x/y finds nothing here any more\n" in shown(
        make.result(source, remarks=(remark,))
    )


def test_quiet_keeps_findings_and_gaps() -> None:
    source = make.tree({"web.yaml": WEB})
    at = make.place(source, "web.yaml", "1")
    rows = (FileRow("web.yaml", "kubernetes", FileState.PARTLY, "line 9 is no YAML"),)
    result = make.result(
        source, [make.finding(at)], verdicts=(make.unknown(at, "a reason"),), ledger=Ledger(rows, (), (), ())
    )

    report = shown(result, quiet=True)

    assert "a reason" not in report
    assert "Deployment web runs 1 copy" in report
    assert "partly read file web.yaml: line 9 is no YAML" in report


def test_colour_changes_nothing_but_colour() -> None:
    source = make.tree({"web.yaml": WEB})
    result = make.result(source, [make.finding(make.place(source, "web.yaml", "1"), label="only one")])

    coloured = shown(result, colour=True)

    assert "\x1b[1;31mhigh[resilience/single-copy]\x1b[0m" in coloured
    assert "\x1b" not in shown(result)
    plain = coloured
    for code in ("1;31", "1;33", "1;36", "1;34", "1", "2", "1;32", "0"):
        plain = plain.replace(f"\x1b[{code}m", "")
    assert plain == shown(result)


def test_prose_is_wrapped_and_an_id_or_path_never_cut() -> None:
    path = "a/very/long/path/that/is/wider/than/the/whole/report/may/be/web.yaml"
    source = make.tree({path: WEB})
    found = make.finding(make.place(source, path, "1"), "words " * 20, fix="advice " * 20)

    lines = shown(make.result(source, [found]), width=40).splitlines()

    assert any(line.endswith(f"--> {path}:5:13") for line in lines)
    assert all(len(line) <= 40 for line in lines if path not in line and "single-copy" not in line)


def test_the_words_of_a_step_say_whether_it_set_the_value_or_used_it() -> None:
    assert set_by("var.replicas") == "set by var.replicas"
    assert set_by("used in templates/web.yaml") == "used in templates/web.yaml"
