"""Objects are held against the schemas of a release, where these are installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.model import CheckedObject, FaultKind
from infraaudit.readers.kubernetes import schemas
from infraaudit.readers.kubernetes.reader import read
from infraaudit.readers.reading import UnitState
from infraaudit.source.file import find_files
from tests.unit.readers.kubernetes.trees import all_of, only, read_files

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.model import FieldFault
    from infraaudit.readers.reading import Reading

SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  ports: [{port: 80}]\n"


def faults(root: Path, text: str) -> tuple[FieldFault, ...]:
    return only(read_files(root, it=text), CheckedObject).faults


def test_an_object_that_fits_has_no_fault(tmp_path: Path) -> None:
    assert faults(tmp_path, SERVICE) == ()


def test_a_misspelt_field_stands_at_its_key_and_tells_what_was_meant(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, SERVICE + "  selectr: {app: web}\n")
    assert (fault.kind, fault.path, fault.meant) == (FaultKind.UNKNOWN_FIELD, "spec.selectr", "selector")
    assert (fault.at.start_line, fault.at.start_column) == (6, 3)


@pytest.mark.parametrize(
    ("line", "path", "expects"),
    [
        ("  sessionAffinity: 1\n", "spec.sessionAffinity", "text"),
        ("  publishNotReadyAddresses: 'yes'\n", "spec.publishNotReadyAddresses", "true or false"),
        ("  externalIPs: {}\n", "spec.externalIPs", "a list"),
        ("  healthCheckNodePort: high\n", "spec.healthCheckNodePort", "a whole number"),
    ],
)
def test_a_wrong_type_stands_at_its_value(tmp_path: Path, line: str, path: str, expects: str) -> None:
    (fault,) = faults(tmp_path, SERVICE + line)
    assert (fault.kind, fault.path, fault.expects) == (FaultKind.WRONG_TYPE, path, expects)
    assert fault.at.start_line == 6


@pytest.mark.parametrize("ports", ["[{port: 80, targetPort: null}]", "[{port: 80, targetPort: }]", "[{port: null}]"])
def test_a_field_that_is_null_is_not_there(tmp_path: Path, ports: str) -> None:
    assert faults(tmp_path, SERVICE.replace("[{port: 80}]", ports)) == ()


def test_a_fault_holds_no_value_of_the_file(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {pin: 471100815}\n"
    reading = read_files(tmp_path, it=text)
    assert [each.path for each in only(reading, CheckedObject).faults] == ["stringData.pin"]
    assert "471100815" not in repr(all_of(reading, CheckedObject)) + repr(reading.problems)


def test_each_fault_is_a_row_of_the_ledger_that_leaves_no_gap(tmp_path: Path) -> None:
    reading = read_files(tmp_path, it=SERVICE + "  selectr: {app: web}\n")
    (problem,) = reading.problems
    assert not problem.leaves_gap
    assert problem.message == "Service web does not fit its schema: unknown field spec.selectr"


def test_a_kind_of_another_project_is_not_checked_even_under_a_name_of_kubernetes_own(tmp_path: Path) -> None:
    text = "apiVersion: apps.example.com/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {what: ever}\n"
    assert all_of(read_files(tmp_path, it=text), CheckedObject) == []


def _read_for(root: Path, release: str) -> Reading:
    (root / "it.yaml").write_text(SERVICE + "  trafficDistribution: PreferClose\n", encoding="utf-8")
    return read(find_files(root), release)


def test_the_release_that_is_asked_for_counts(tmp_path: Path) -> None:
    old, new = (only(_read_for(tmp_path, release), CheckedObject) for release in ("1.28", "1.33"))
    assert [each.path for each in old.faults] == ["spec.trafficDistribution"]
    assert new.faults == ()


def test_the_newest_release_counts_where_none_is_asked_for(tmp_path: Path) -> None:
    assert only(_read_for(tmp_path, ""), CheckedObject).release == schemas.releases()[-1]


def test_a_release_without_schemas_is_told_once_and_leaves_no_gap(tmp_path: Path) -> None:
    reading = _read_for(tmp_path, "1.9")
    (row,) = reading.units
    assert (row.state, row.name) == (UnitState.SKIPPED, "Kubernetes 1.9")
    assert all_of(reading, CheckedObject) == []


def test_without_the_package_nothing_is_checked_and_the_ledger_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schemas, "are_installed", lambda: False)
    reading = _read_for(tmp_path, "")
    (row,) = reading.units
    assert (row.state, row.why) == (UnitState.SKIPPED, "they are not installed; infraaudit[schemas] brings them")
    assert not row.state.leaves_gap
    assert all_of(reading, CheckedObject) == []
