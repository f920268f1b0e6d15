"""What is told of an object that undecided blocks print is true whichever of them run."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from infraaudit.model import Node
from infraaudit.model.node import Unresolved
from infraaudit.readers.helm.cells import Cell, Undecided
from infraaudit.readers.helm.chart import Charts
from infraaudit.readers.helm.documents import documents_of
from infraaudit.readers.helm.places import Lines
from infraaudit.readers.helm.release import Renderer
from infraaudit.source.file import find_files

if TYPE_CHECKING:
    from collections.abc import Iterator

FLAGS = ("a", "b", "c")
KEYS = ("one", "two", "three")

LINE = st.builds(lambda key, value: f"  {key}: {value}\n", st.sampled_from(KEYS), st.integers(0, 2))
BLOCK = st.recursive(
    LINE,
    lambda inner: st.one_of(
        st.builds("{0}{1}".format, inner, inner),
        st.builds("{{{{- if $.Values.{0} }}}}\n{1}{{{{- end }}}}\n".format, st.sampled_from(FLAGS), inner),
        st.builds(
            "{{{{- if $.Values.{0} }}}}\n{1}{{{{- else }}}}\n{2}{{{{- end }}}}\n".format,
            st.sampled_from(FLAGS),
            inner,
            inner,
        ),
        st.builds("{{{{- range $.Values.{0} }}}}\n{1}{{{{- end }}}}\n".format, st.sampled_from(FLAGS), inner),
    ),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(BLOCK)
def test_what_is_told_is_so_whichever_blocks_run(block: str) -> None:
    text = f"kind: Thing\nmetadata: {{name: x}}\nspec:\n  kept: 1\n{block}"
    with TemporaryDirectory() as folder:
        for name, content in (("Chart.yaml", "name: c\nversion: 1.0.0\n"), ("templates/t.yaml", text)):
            path = Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, encoding="utf-8")
        told = list(_spec(folder, {flag: Cell(Undecided(f"{flag} is not given")) for flag in FLAGS}))
        for chosen in product((False, True), repeat=len(FLAGS)):
            values = {flag: Cell([Cell(1)] if on else []) for flag, on in zip(FLAGS, chosen, strict=True)}
            for key, value in told:
                found: dict[str, object] = dict(_spec(folder, values))
                assert found.get(key, "nothing") == value, (key, chosen)


def _spec(folder: str, values: dict[str, Cell]) -> Iterator[tuple[str, object]]:
    """Yield what is told of the keys of the one object."""
    tree = find_files(Path(folder))
    release = Renderer(tree, Charts(tree).load("")).render(Cell(values))
    for output in release.outputs:
        for document in documents_of(output, release, Lines()):
            if isinstance(document, Node):
                spec = document["spec"]
                for key in ("kept", *KEYS):
                    if not isinstance(spec[key].content, Unresolved):
                        yield key, "nothing" if spec[key].is_absent else spec[key].content
