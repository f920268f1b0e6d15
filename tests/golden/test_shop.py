"""The outputs of the example shop stay as they were read and approved."""

from __future__ import annotations

import pytest

from tests.golden.outputs import GOLDEN, outputs


@pytest.fixture(scope="module")
def fresh() -> dict[str, str]:
    return outputs()


@pytest.mark.parametrize("name", ["report.txt", "report.json", "report.sarif", "model.mmd"])
def test_output_is_the_golden_one(name: str, fresh: dict[str, str]) -> None:
    assert fresh[name] == (GOLDEN / name).read_text(encoding="utf-8"), "make golden writes it anew"


def test_outputs_are_the_same_bytes_every_time(fresh: dict[str, str]) -> None:
    assert outputs() == fresh
