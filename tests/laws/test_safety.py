"""The scan is safe: it writes nothing, starts nothing, opens no connection, and shows no secret."""

from __future__ import annotations

import os
import socket
import subprocess
from typing import TYPE_CHECKING, NoReturn

import pytest

from infraaudit.audit import Settings, audit
from infraaudit.facts.secrets import find_secrets
from infraaudit.reports import dot, json_, mermaid, model_json, sarif, text
from infraaudit.reports.drawing import drawing_of
from tests.golden.outputs import SHOP, TODAY, WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PUBLIC_PART = 6
"""As many characters of a secret may stand in an output: the vendor's fixed prefix."""


def _listing(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.stat().st_size)
        for path in sorted(folder.rglob("*"))
    }


def test_scan_leaves_the_tree_as_it_was() -> None:
    before = _listing(SHOP)
    audit(SHOP, Settings(today=TODAY))
    assert _listing(SHOP) == before


def test_scan_starts_no_program_and_opens_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        pytest.fail("the scan reached out")

    for module, name in ((subprocess, "Popen"), (os, "system"), (os, "posix_spawn"), (os, "fork"), (socket, "socket")):
        monkeypatch.setattr(module, name, refuse)
    assert audit(SHOP, Settings(today=TODAY)).findings


def _secrets() -> Iterator[str]:
    for path in sorted(SHOP.rglob("*")):
        if path.is_file():
            content = path.read_text(encoding="utf-8", errors="replace")
            for match in find_secrets(content):
                yield content[match.start : match.end]


def test_no_output_shows_a_secret() -> None:
    secrets = set(_secrets())
    assert secrets, "the shop holds secrets to hide"
    result = audit(SHOP, Settings(today=TODAY))
    outputs = {
        "text": text.render(result, width=WIDTH, colour=False, explain=True),
        "JSON": json_.render(result),
        "SARIF": sarif.render(result),
        "model": model_json.render(result.estate),
        "Mermaid": mermaid.render(drawing_of(result.estate)),
        "DOT": dot.render(drawing_of(result.estate)),
    }
    for name, output in outputs.items():
        for secret in secrets:
            hidden = secret[PUBLIC_PART:]
            pieces = {hidden[start : start + PUBLIC_PART] for start in range(len(hidden) - PUBLIC_PART + 1)}
            shown = sorted(piece for piece in pieces if piece in output)
            assert not shown, f"{name} shows part of a secret"
