"""Words that messages share."""

from __future__ import annotations

import pytest

from infraaudit.policy import in_a_row


@pytest.mark.parametrize(
    ("things", "words"),
    [
        ((), ""),
        (("web",), "web"),
        (("web", "beat"), "web and beat"),
        (("web", "beat", "worker"), "web, beat and worker"),
        (("web", "web", "beat"), "web (2 of them) and beat"),
        (("web", "web"), "web (2 of them)"),
    ],
)
def test_things_stand_in_a_row_and_those_of_one_name_once(things: tuple[str, ...], words: str) -> None:
    assert in_a_row(things) == words
