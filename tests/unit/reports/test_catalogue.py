"""What the policies say about themselves."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.reports.catalogue import policies_json, policies_text, policy_json, policy_text
from infraaudit.reports.examples import examples_of
from tests.unit.reports import results as make

if TYPE_CHECKING:
    from pathlib import Path


def test_a_policy_is_told_in_full() -> None:
    told = policy_text(make.packed(), "## Reported\n", width=80, colour=False)

    assert told == (
        "resilience/single-copy  high, small effort, default profile\n\n"
        "A service runs as one copy.\n\n"
        "Why: one crash takes the whole service down.\n\n"
        "Fix: ask for two copies or more.\n\n"
        "Holds when: every service runs two copies or more\n\n"
        "See: the handbook.\n\n"
        "Answers: kube-score:deployment-replicas, CKV_X_1\n\n"
        "## Reported\n"
    )


def test_the_list_stands_under_its_areas() -> None:
    listed = policies_text((make.packed("data"), make.packed("scaling")), width=80, colour=False)

    assert listed == (
        "data\n"
        "  high    data/single-copy     A service runs as one copy\n"
        "\n"
        "scaling\n"
        "  high    scaling/single-copy  A service runs as one copy\n"
    )


def test_a_narrow_list_puts_titles_below() -> None:
    assert policies_text((make.packed("data"),), width=30, colour=False) == (
        "data\n  high    data/single-copy\n          A service runs as\n          one copy\n"
    )


def test_the_json_forms_agree() -> None:
    one = json.loads(policy_json(make.packed(), ""))
    (same,) = json.loads(policies_json((make.packed(),)))

    assert one == {**same, "examples": ""}
    assert (one["id"], one["severity"], one["effort"], one["equivalents"][1]) == (
        "resilience/single-copy",
        "high",
        "small",
        "CKV_X_1",
    )


def test_the_examples_are_those_under_the_heading_of_the_policy(tmp_path: Path) -> None:
    page = tmp_path / "fixtures" / "policies" / "resilience" / "replicas.md"
    page.parent.mkdir(parents=True)
    page.write_text(
        "# Replicas\n\n## other\n\nnot this\n\n## `single-copy`\n\n### Reported: one\n\nthis\n", encoding="utf-8"
    )
    packed = replace(make.packed(), path=tmp_path / "policies" / "resilience" / "replicas.py")

    assert examples_of(packed) == "## `single-copy`\n\n### Reported: one\n\nthis\n"


def test_without_a_page_there_are_no_examples(tmp_path: Path) -> None:
    assert not examples_of(replace(make.packed(), path=tmp_path / "policies" / "resilience" / "replicas.py"))
