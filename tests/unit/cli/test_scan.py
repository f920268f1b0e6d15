"""``infraaudit scan``: exit codes, streams, and which report goes where."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from infraaudit.cli.app import execute
from infraaudit.engine.ledger import Ledger
from infraaudit.policy import Profile, Severity
from infraaudit.readers.reading import FileRow, FileState
from tests.unit.reports import results as make

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.audit import Settings
    from infraaudit.engine.result import Result

WEB = "replicas: 1\n"


def result_of(severity: Severity | None = None, state: FileState = FileState.PARSED) -> Result:
    source = make.tree({"web.yaml": WEB})
    at = make.place(source, "web.yaml", "1")
    found = [make.finding(at, severity=severity)] if severity is not None else []
    why = "" if state is FileState.PARSED else "line 2 is no YAML"
    rows = (FileRow("web.yaml", "kubernetes", state, why),)
    return make.result(source, found, ledger=Ledger(rows, (), (), ()))


class Audits:
    """Stands in for the audit: gives a result, and keeps the settings that it was called with."""

    def __init__(self, result: Result) -> None:
        self.result = result
        self.settings: list[Settings] = []

    def __call__(self, _: Path, settings: Settings) -> Result:
        self.settings.append(settings)
        return self.result


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the top of a checkout, so that no configuration above it counts."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def audits(monkeypatch: pytest.MonkeyPatch, result: Result) -> Audits:
    stand_in = Audits(result)
    monkeypatch.setattr("infraaudit.audit.audit", stand_in)
    return stand_in


@pytest.mark.parametrize(
    ("severity", "state", "words", "code"),
    [
        (None, FileState.PARSED, [], 0),
        (Severity.LOW, FileState.PARSED, [], 1),
        (Severity.LOW, FileState.PARSED, ["--fail-on", "medium"], 0),
        (Severity.MEDIUM, FileState.PARSED, ["--fail-on", "medium"], 1),
        (Severity.HIGH, FileState.PARSED, ["--fail-on", "never"], 0),
        (Severity.HIGH, FileState.PARSED, ["--exit-zero"], 0),
        (None, FileState.PARTLY, [], 3),
        (Severity.HIGH, FileState.PARTLY, [], 3),
        (Severity.HIGH, FileState.FAILED, ["--fail-on", "never"], 3),
        (Severity.HIGH, FileState.FAILED, ["--exit-zero"], 0),
        (None, FileState.UNKNOWN_KIND, [], 3),
    ],
)
@pytest.mark.usefixtures("here")
def test_exit_codes(
    monkeypatch: pytest.MonkeyPatch, severity: Severity | None, state: FileState, words: list[str], code: int
) -> None:
    audits(monkeypatch, result_of(severity, state))

    assert execute(["scan", *words]) == code


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["scan", "nowhere"], "no such file or folder: nowhere"),
        (["scan", "--formt", "json"], "did you mean --format?"),
        (["scna"], "Did you mean 'scan'?"),
        (["scan", "--fail-on", "hihg"], "hihg"),
        (["scan", "--format", "jsn"], "did you mean 'json'?"),
        (["scan", "--format", "sarif="], "names no file"),
        (["scan", "--format", "json", "--format", "sarif"], "only one report can go to stdout"),
        (["scan", "--format", "json=a", "--format", "sarif=a"], "two reports cannot go to one file"),
        (["scan", "--format", "json=a", "-o", "b"], "--output has nothing to write"),
        (
            ["scan", "--select", "resilience/single-replica-worklod"],
            "did you mean 'resilience/single-replica-workload'?",
        ),
        (["scan", "--ignore", "scalin"], "did you mean 'scaling'?"),
        (["scan", "--policies", "nowhere"], "no folder of policies at nowhere"),
        (["scan", "--config", "nowhere.toml"], "nowhere.toml"),
        (["scan", "--var", "replicas"], "'replicas' sets no variable: write NAME=VALUE"),
        (["scan", "--var", "replicas=2"], "no Terraform root declares the variable 'replicas'"),
        (["scan", "--var-file", "nowhere.tfvars"], "cannot read the variable file nowhere.tfvars"),
        (["scan", "-o", "nowhere/report.txt"], "cannot write nowhere/report.txt"),
    ],
)
def test_wrong_usage_ends_with_two_and_a_hint(
    here: Path, capsys: pytest.CaptureFixture[str], words: list[str], hint: str
) -> None:
    (here / "Dockerfile").write_text("FROM scratch\n", encoding="utf-8")

    assert execute(words) == 2
    streams = capsys.readouterr()
    assert hint in streams.err
    assert streams.out == ""


def test_the_report_goes_to_stdout_and_nothing_else_does(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    audits(monkeypatch, result_of(Severity.HIGH, FileState.PARTLY))

    execute(["scan", str(here), "--format", "json"])

    streams = capsys.readouterr()
    assert json.loads(streams.out)["summary"]["complete"] is False
    assert streams.err == ("infraaudit: the result is incomplete: the ledger of the report says what was not covered\n")


def test_several_reports_go_to_their_files(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    audits(monkeypatch, result_of(Severity.HIGH))

    execute(["scan", "--format", "sarif=out.sarif", "--format", "json=out.json", "--format", "text"])

    assert "Deployment web runs 1 copy" in capsys.readouterr().out
    assert json.loads((here / "out.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert json.loads((here / "out.json").read_text(encoding="utf-8"))["schema_version"]


def test_output_takes_the_report_from_stdout(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    audits(monkeypatch, result_of(Severity.HIGH))

    execute(["scan", "-o", "report.txt"])

    assert capsys.readouterr().out == ""
    assert "\x1b" not in (here / "report.txt").read_text(encoding="utf-8")


@pytest.mark.usefixtures("here")
def test_where_nothing_was_read_stderr_says_what_a_scan_looks_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    audits(monkeypatch, make.result(make.tree({})))

    assert execute(["scan"]) == 3
    assert "nothing was read at .: a scan looks for Dockerfiles, Compose files" in capsys.readouterr().err


@pytest.mark.usefixtures("here")
def test_quiet_says_nothing_on_stderr(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    audits(monkeypatch, make.result(make.tree({})))

    assert execute(["scan", "--quiet"]) == 3
    assert capsys.readouterr().err == ""


def test_the_configuration_of_the_tree_counts_and_options_win(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in = audits(monkeypatch, result_of(Severity.MEDIUM))
    (here / "infraaudit.toml").write_text(
        'ignore = ["scaling"]\nexclude = ["old/"]\nprofile = "strict"\nfail_on = "high"\n', encoding="utf-8"
    )

    assert execute(["scan"]) == 0
    assert execute(["scan", "--ignore", "data", "--profile", "preview", "--fail-on", "low"]) == 1

    first, second = stand_in.settings
    assert (first.ignore, first.exclude, first.profile) == (("scaling",), ("old/",), Profile.STRICT)
    assert (second.ignore, second.exclude, second.profile) == (("data",), ("old/",), Profile.PREVIEW)


def test_a_wrong_configuration_ends_with_two(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "infraaudit.toml").write_text('fail_onn = "high"\n', encoding="utf-8")

    assert execute(["scan"]) == 2
    assert "unknown key 'fail_onn'; did you mean 'fail_on'?" in capsys.readouterr().err


@pytest.mark.usefixtures("here")
def test_an_internal_error_is_one_line_and_four(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> Result:
        message = "the roof leaks"
        raise RuntimeError(message)

    monkeypatch.setattr("infraaudit.audit.audit", broken)
    monkeypatch.delenv("INFRAAUDIT_DEBUG", raising=False)

    assert execute(["scan"]) == 4
    assert capsys.readouterr().err == (
        "infraaudit: internal error: RuntimeError: the roof leaks; INFRAAUDIT_DEBUG=1 shows where\n"
    )
    monkeypatch.setenv("INFRAAUDIT_DEBUG", "1")
    assert execute(["scan"]) == 4
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("environment", "words", "coloured"),
    [
        ({}, [], False),
        ({"FORCE_COLOR": "1"}, [], True),
        ({"CLICOLOR_FORCE": "1"}, [], True),
        ({"FORCE_COLOR": "0"}, [], False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, [], False),
        ({"NO_COLOR": "1"}, ["--color", "always"], True),
        ({"FORCE_COLOR": "1"}, ["--color", "never"], False),
    ],
)
@pytest.mark.usefixtures("here")
def test_colour(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    environment: dict[str, str],
    words: list[str],
    coloured: bool,  # noqa: FBT001 - a parameter
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    audits(monkeypatch, result_of(Severity.HIGH))

    execute(["scan", *words])

    assert ("\x1b[" in capsys.readouterr().out) is coloured


@pytest.mark.parametrize("written", ["changeme", "'changeme'", '"changeme"'])
def test_a_placeholder_that_takes_effect_is_shown_nowhere(
    tmp_path: Path, written: str, capsys: pytest.CaptureFixture[str]
) -> None:
    compose = """
services:
  search:
    image: docker.elastic.co/elasticsearch/elasticsearch:9.2.0
    ports: ["9200:9200"]
    environment:
      ELASTIC_PASSWORD: ${ELASTIC_PASSWORD:-}
"""
    (tmp_path / "compose.yaml").write_text(compose, encoding="utf-8")
    (tmp_path / ".env").write_text(f"ELASTIC_PASSWORD={written}\n", encoding="utf-8")
    for words in ("scan", "scan --format json", "scan --format sarif", "model"):
        assert execute([*words.split(), str(tmp_path)]) in {0, 1}
        out = capsys.readouterr().out
        assert "ELASTIC_PASSWORD" in out
        assert "changeme" not in out
