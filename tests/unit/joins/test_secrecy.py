"""Tests of the last join: no text of a secret stays in the model, and the mark of it does."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from infraaudit.audit import read
from infraaudit.joins import join
from infraaudit.model import Estate, Image, Secrecy
from infraaudit.source.file import find_files
from tests.unit.facts.synthetic import leaks, random_text

if TYPE_CHECKING:
    from pathlib import Path

SECRET = random_text("alnum", 32, "secrecy")


def _image(folder: Path, *lines: str) -> Image:
    (folder / "Dockerfile").write_text("\n".join(("FROM python:3.12", *lines, "")), encoding="utf-8")
    reading = read(find_files(folder), date(2026, 8, 1))
    (image,) = join(Estate.of_parts(reading.entities, reading.edges)).of(Image)
    assert not leaks(SECRET, repr(image))
    return image


@pytest.mark.parametrize(
    ("command", "names"),
    [
        (f"DB_PASSWORD={SECRET} ./migrate", ("DB_PASSWORD",)),
        (f"export API_TOKEN='{SECRET}' && make", ("API_TOKEN",)),
        (f"git clone https://builds:{SECRET}@git.internal/shop.git", ("connection URL",)),
        ("DB_PASSWORD=$DB_PASSWORD ./migrate", ()),
        ("DB_PASSWORD=changeme ./migrate", ()),
        ("curl --data mode=fast https://api.internal", ()),
    ],
)
def test_a_run_keeps_the_names_of_the_secrets_in_it(command: str, names: tuple[str, ...], tmp_path: Path) -> None:
    (step,) = _image(tmp_path, f"RUN {command}").steps
    assert step.secrets == names


def test_variables_and_arguments_keep_the_mark_of_a_secret(tmp_path: Path) -> None:
    image = _image(tmp_path, f"ENV API_TOKEN={SECRET} LOG_LEVEL=info", f"ARG INDEX_TOKEN={SECRET}", "ARG GIT_TOKEN")
    variables = {each.name: each.secrecy for each in image.environment}
    assert variables == {"API_TOKEN": Secrecy.LITERAL, "LOG_LEVEL": Secrecy.PLAIN}
    assert {each.name: each.secrecy for each in image.arguments} == {
        "INDEX_TOKEN": Secrecy.LITERAL,
        "GIT_TOKEN": Secrecy.NAMED,
    }
