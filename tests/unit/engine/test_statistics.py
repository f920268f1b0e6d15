"""What policies read is counted once, under what became of it, with the reasons that keep it open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.engine.pack import built_in_folder, load_pack
from infraaudit.engine.statistics import Resolution, Statistics, statistics_of
from infraaudit.joins import join
from infraaudit.model import Estate
from infraaudit.readers.terraform.reader import read
from infraaudit.reports.statistics import render
from tests.unit.readers.terraform.trees import tree_of

if TYPE_CHECKING:
    from pathlib import Path

POLICIES = load_pack(built_in_folder())
QUEUE = """\
variable "seconds" {{}}
resource "aws_sqs_queue" "jobs" {{
  name                       = "jobs"
  visibility_timeout_seconds = {}
}}
"""


def _statistics(tmp_path: Path, seconds: str, select: str = "") -> Statistics:
    entities = read(tree_of(tmp_path, {"main.tf": QUEUE.format(seconds)})).entities
    return statistics_of([each for each in POLICIES if each.id.startswith(select)], join(Estate.of_parts(entities)))


@pytest.mark.parametrize(
    ("seconds", "resolution"),
    [
        ("30", Resolution.STATED),
        ("null", Resolution.DEFAULT),
        ("var.seconds", Resolution.NAMED),
        ("true ? var.seconds : 1", Resolution.NAMED),
    ],
)
def test_an_attribute_is_counted_under_what_became_of_it(tmp_path: Path, seconds: str, resolution: Resolution) -> None:
    found = _statistics(tmp_path, seconds).tallies["terraform"].attributes
    other = (
        _statistics(tmp_path, "31" if resolution is not Resolution.STATED else "null").tallies["terraform"].attributes
    )
    assert found.total() == other.total()
    assert found[resolution] == other[resolution] + 1


def test_what_no_policy_reads_is_not_counted(tmp_path: Path) -> None:
    assert _statistics(tmp_path, "30", "no/such").tallies["terraform"].total == 0


def test_reasons_stand_by_how_often_they_occur(tmp_path: Path) -> None:
    statistics = _statistics(tmp_path, "var.seconds")
    assert list(statistics.reasons) == ["var.seconds has no default and no tfvars file sets it"]
    text = render(statistics)
    assert "var.seconds has no default and no tfvars file sets it" in text
    assert text == render(_statistics(tmp_path, "var.seconds"))
    assert "100.0 % resolved or unknown with a name" in text


def test_a_scan_without_anything_says_so() -> None:
    assert render(statistics_of(POLICIES, Estate(()))) == "no attribute is read by a policy\n"
