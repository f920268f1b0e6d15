"""Subcharts are found in archives and elsewhere in the tree, and what is not there is named."""

from __future__ import annotations

import gzip
import io
import tarfile
from typing import TYPE_CHECKING

import pytest

from infraaudit.model import UNREAD_CHART, Known, Opaque, Unknown, Workload
from infraaudit.readers.helm.reader import read
from infraaudit.readers.reading import FileState, UnitState
from infraaudit.source.file import find_files
from tests.unit.readers.helm.ledger import charts_of

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.readers.reading import Reading

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Chart.Name }}
spec:
  replicas: {{ .Values.copies }}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: "example.com/web:1"}]}
"""
PARENT = "apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n"
STORE = {
    "store/Chart.yaml": "apiVersion: v2\nname: store\nversion: 1.2.0\n",
    "store/values.yaml": "copies: 1\n",
    "store/templates/web.yaml": WEB,
}


def packed(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for path, text in files.items():
            member = tarfile.TarInfo(path)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return buffer.getvalue()


def read_tree(root: Path, files: dict[str, str | bytes]) -> Reading:
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(find_files(root))


def parent(dependency: str, values: str = "copies: 2\n", **more: str | bytes) -> dict[str, str | bytes]:
    own: dict[str, str | bytes] = {
        "c/Chart.yaml": f"{PARENT}  - {dependency}\n",
        "c/values.yaml": values,
        "c/templates/web.yaml": WEB,
    }
    return own | {path.replace("__", "/"): content for path, content in more.items()}


def workloads(reading: Reading) -> dict[str, Workload]:
    return {each.name: each for each in reading.entities if isinstance(each, Workload)}


def test_a_subchart_in_an_archive_is_read_and_stands_where_its_parent_names_it(tmp_path: Path) -> None:
    files = parent("{name: store, version: ^1.0.0}") | {"c/charts/store-1.2.0.tgz": packed(STORE)}
    reading = read_tree(tmp_path, files)
    replicas = workloads(reading)["store"].replicas
    assert isinstance(replicas, Known)
    assert (replicas.value, str(replicas.at)) == (1, "c/Chart.yaml:5:12")
    assert [(step.what, str(step.at)) for step in replicas.at.trail] == [
        ("used in store/values.yaml line 1 of c/charts/store-1.2.0.tgz", "c/charts/store-1.2.0.tgz:1:1"),
    ]
    assert {row.path: row.state for row in reading.files}["c/charts/store-1.2.0.tgz"] is FileState.PARSED
    assert [path.name for path in (tmp_path / "c/charts").iterdir()] == ["store-1.2.0.tgz"]


def test_a_subchart_in_an_archive_stands_at_its_entry_of_the_values(tmp_path: Path) -> None:
    files = parent("{name: store, version: ^1.0.0, alias: cache}", "copies: 2\ncache:\n  copies: 3\n")
    reading = read_tree(tmp_path, files | {"c/charts/store-1.2.0.tgz": packed(STORE)})
    store = workloads(reading)["cache"]
    assert str(store.at) == "c/values.yaml:2:1"
    assert str(store.replicas.at) == "c/values.yaml:3:11"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no archive",
        packed(STORE)[:-40],
        gzip.compress(b"no tar", mtime=0),
        gzip.compress(b"\0" * 40_000_000),
        packed({"store/readme.txt": "no chart"}),
        packed({"../store/Chart.yaml": "name: store\nversion: 1.2.0\n"}),
        packed({"store/Chart.yaml": "{"}),
    ],
)
def test_an_archive_that_cannot_be_read_is_named_and_the_parent_is_still_judged(tmp_path: Path, content: bytes) -> None:
    reading = read_tree(tmp_path, parent("{name: store, version: ^1.0.0}") | {"c/charts/store-1.2.0.tgz": content})
    assert list(workloads(reading)) == ["shop"]
    states = {(unit.name, unit.state) for unit in charts_of(reading)}
    assert {("store-1.2.0.tgz", UnitState.FAILED), ("shop", UnitState.RESOLVED)} <= states


def test_links_in_an_archive_lead_nowhere(tmp_path: Path) -> None:
    buffer = io.BytesIO(packed(STORE))
    with tarfile.open(fileobj=buffer) as source:
        members = [(member, source.extractfile(member)) for member in source]
        target = io.BytesIO()
        with tarfile.open(fileobj=target, mode="w:gz") as archive:
            for member, content in members:
                archive.addfile(member, content)
            link = tarfile.TarInfo("store/templates/secret.yaml")
            link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
            archive.addfile(link)
    files = parent("{name: store, version: 1.x.x}") | {"c/charts/store.tgz": target.getvalue()}
    assert sorted(workloads(read_tree(tmp_path, files))) == ["shop", "store"]


def test_a_dependency_that_would_be_fetched_is_taken_from_the_tree(tmp_path: Path) -> None:
    files = parent("{name: store, version: 1.x.x, repository: 'oci://registry.example.com/charts'}")
    reading = read_tree(tmp_path, {**files, **STORE})
    assert sorted((each.deployment.id, each.name) for each in workloads_of(reading)) == [
        ("helm:c:values.yaml", "shop"),
        ("helm:c:values.yaml", "store"),
        ("helm:store:values.yaml", "store"),
    ]
    (row,) = (unit for unit in charts_of(reading) if unit.why)
    assert (row.name, row.state) == ("store", UnitState.RESOLVED)
    assert row.why.startswith("its dependency store is taken from store")


def workloads_of(reading: Reading) -> list[Workload]:
    return [each for each in reading.entities if isinstance(each, Workload)]


@pytest.mark.parametrize("version", ["2.x.x", ">=1.3.0", "1.1.x"])
def test_a_chart_of_another_version_does_not_stand_in(tmp_path: Path, version: str) -> None:
    files = parent(f"{{name: store, version: '{version}', repository: 'oci://registry.example.com/charts'}}")
    reading = read_tree(tmp_path, {**files, **STORE})
    assert ("store", UnitState.MISSING) in {(unit.name, unit.state) for unit in charts_of(reading)}


def test_two_charts_that_would_do_leave_a_dependency_open(tmp_path: Path) -> None:
    files = parent("{name: store, version: 1.x.x, repository: 'https://charts.example.com'}")
    twice = {f"{folder}/{path}": text for folder in ("a", "b") for path, text in STORE.items()}
    reading = read_tree(tmp_path, {**files, **twice})
    assert ("store", UnitState.MISSING) in {(unit.name, unit.state) for unit in charts_of(reading)}


def test_a_missing_dependency_that_is_off_leaves_no_gap(tmp_path: Path) -> None:
    web = WEB.replace(".Values.copies", ".Values.store.copies | default 4")
    files = parent(
        "{name: store, version: 1.0.0, condition: store.enabled}", "store: {enabled: false}\n", c__templates__web=""
    )
    files["c/templates/web.yaml"] = web
    files["c/values-prod.yaml"] = "store: {enabled: true}\n"
    del files["c/templates/web"]
    reading = read_tree(tmp_path, files)
    assert [(unit.name, unit.state) for unit in charts_of(reading)] == [
        ("shop", UnitState.RESOLVED),
        ("store", UnitState.MISSING),
        ("shop (values-prod.yaml)", UnitState.RESOLVED),
    ]
    replicas = {each.deployment.id: each.replicas for each in workloads_of(reading)}
    known = replicas["helm:c:values.yaml"]
    assert isinstance(known, Known)
    assert known.value == 4
    assert isinstance(replicas["helm:c:values-prod.yaml"], Unknown)


def test_values_that_do_not_meet_their_schema_fail_the_chart_at_their_line(tmp_path: Path) -> None:
    files = parent("{name: store, version: 1.2.0}") | {f"c/charts/{path}": text for path, text in STORE.items()}
    files["c/values.schema.json"] = '{"properties": {"copies": {"type": "integer", "format": "int32"}}}'
    files["c/values-dev.yaml"] = "copies: two\n"
    reading = read_tree(tmp_path, files)
    assert [(unit.name, unit.state, unit.why) for unit in charts_of(reading)] == [
        ("shop", UnitState.RESOLVED, "not checked of its schema: format"),
        (
            "shop (values-dev.yaml)",
            UnitState.FAILED,
            "it cannot be rendered: its values do not meet c/values.schema.json: at /copies: got string, want integer",
        ),
    ]
    (problem,) = reading.problems
    assert str(problem.at) == "c/values-dev.yaml:1:9"


def test_a_dependency_that_is_not_there_stands_in_the_estate_for_what_it_would_bring(tmp_path: Path) -> None:
    declared = f"{PARENT}  - {{name: cache, version: 1.0.0, repository: 'https://charts.example.com'}}\n"
    files = {"c/Chart.yaml": declared, "c/values.yaml": "copies: 2\n", "c/templates/web.yaml": WEB}
    reading = read_tree(tmp_path, {**files})
    assert [(each.address, each.type) for each in reading.entities if isinstance(each, Opaque)] == [
        ("chart cache", UNREAD_CHART),
    ]


def test_what_a_missing_dependency_switches_is_unknown_and_no_more(tmp_path: Path) -> None:
    declared = f"{PARENT}  - {{name: cache, version: 1.0.0, repository: 'https://charts.example.com'}}\n"
    web = WEB.replace(
        'image: "example.com/web:1"}', 'image: "example.com/web:1"{{ if .Values.cache.tls }}, tty: true{{ end }}}'
    )
    web = web.replace(
        "  selector",
        "  {{- if .Values.cache.sentinel }}\n  strategy: {type: Recreate}\n  {{- end }}\n  selector",
    )
    reading = read_tree(
        tmp_path,
        {"c/Chart.yaml": declared, "c/values.yaml": "copies: 2\ncache: {port: 1}\n", "c/templates/web.yaml": web},
    )
    (found,) = (each for each in reading.entities if isinstance(each, Workload))
    assert isinstance(found.replicas, Known)
    assert isinstance(found.surge, Unknown)
    assert isinstance(found.containers[0].image, Known)
