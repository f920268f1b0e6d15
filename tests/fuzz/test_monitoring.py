"""Files of monitoring, cut, mixed and misspelt: nothing is raised, and every place lies in the file that was read."""

from __future__ import annotations

import tempfile
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from infraaudit.model import Deployment, Known, ScrapeFile
from infraaudit.readers.prometheus.head import Head
from infraaudit.readers.prometheus.lift import kept_file_of
from infraaudit.readers.prometheus.reader import read
from infraaudit.source.file import SourceFile, find_files
from infraaudit.source.span import Span, whole_file
from infraaudit.source.yaml_parse import parse_yaml
from infraaudit.source.yaml_tree import YamlMapping, YamlScalar

if TYPE_CHECKING:
    from collections.abc import Iterator

WHOLE = """\
global:
  scrape_interval: 15s
rule_files:
  - rules/*.yml
alerting:
  alertmanagers:
    - static_configs:
        - targets: [alertmanager:9093]
scrape_configs:
  - job_name: pods
    kubernetes_sd_configs:
      - role: pod
    relabel_configs:
      - source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_scrape]
        action: keep
        regex: true
  - job_name: shop
    file_sd_configs:
      - files: [targets.yml]
    static_configs:
      - targets: ["web:8000"]
groups:
  - name: shop
    rules:
      - alert: Down
        expr: up == 0
route:
  receiver: chat
  routes:
    - match_re: {severity: critical|page}
      receiver: chat
receivers:
  - name: chat
    slack_configs:
      - channel: alerts
"""
LINES = WHOLE.splitlines(keepends=True)
PIECES = st.lists(
    st.sampled_from(LINES)
    | st.sampled_from(["  - [", "  a: *b\n", "route: 3\n", "groups: {}\n", "\t", "{{ x }}\n", "---\n", "- \n"])
    | st.text(max_size=8),
    max_size=24,
).map("".join)
TEXTS = PIECES | st.integers(0, len(WHOLE)).map(lambda end: WHOLE[:end]) | st.permutations(LINES).map("".join)


@settings(deadline=None, max_examples=120)
@given(TEXTS)
def test_any_text_is_read_without_an_error_and_every_place_is_in_it(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "prometheus.yml").write_bytes(text.encode(errors="replace"))
        (Path(folder) / "targets.yml").write_text("- targets: [a:1]\n", encoding="utf-8")
        tree = find_files(Path(folder))
        reading = read(tree)
    lines = {path: len(file.lines) for path in tree.paths if isinstance(file := tree.open(path), SourceFile)}
    assert len(reading.files) == len({row.path for row in reading.files})
    for entity in reading.entities:
        for span in _spans(entity):
            assert 1 <= span.start_line <= span.end_line <= lines[span.path]
    broken = [row for row in reading.files if row.why]
    assert all(row.state.value != "parsed" for row in broken)


def _spans(thing: object) -> Iterator[Span]:
    if isinstance(thing, Span):
        yield thing
    elif isinstance(thing, tuple):
        for part in thing:
            yield from _spans(part)
    elif is_dataclass(thing) and not isinstance(thing, type | Deployment):
        for each in fields(thing):
            yield from _spans(getattr(thing, each.name))


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 6), st.integers(2, 6), st.sampled_from(["", "\n", "\n\n"]))
def test_a_block_in_an_object_keeps_the_places_of_its_lines(before: int, indent: int, after: str) -> None:
    """The text of the target stands in the holding file exactly where the place of the target says."""
    block = "".join(" " * indent + line for line in LINES[: LINES.index("groups:\n")])
    holder = "# x\n" * before + "data: |\n" + block + after
    tree = parse_yaml(SourceFile("object.yaml", holder)).documents[0]
    assert isinstance(tree, YamlMapping)
    value = tree.pairs[0][1]
    assert isinstance(value, YamlScalar)
    head = Head(
        "a", "", "prometheus.yml", whole_file("object.yaml"), Deployment("d", "."), "prometheus.yml", holder="x"
    )
    kept = kept_file_of(value.text, value.at, head)
    assert isinstance(kept, ScrapeFile)
    target = kept.jobs[1].targets[0]
    assert isinstance(target, Known)
    line = holder.split("\n")[target.at.start_line - 1]
    assert line[target.at.start_column - 1 : target.at.end_column - 1].strip('"') == target.value == "web:8000"
