"""What a change makes anew while something holds on to it."""

from __future__ import annotations

import pytest

from infraaudit.facts import table
from infraaudit.model import Replacement, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

TEMPLATE = "google_compute_instance_template.web"
GROUP = "google_compute_instance_group_manager.web: {version: [{instance_template: %s}]%s}\n"
FIRST = "lifecycle: [{create_before_destroy: true}]"


@pytest.mark.parametrize("type_", list(table("replacements")))
def test_every_row_finds_its_holders(type_: str) -> None:
    row = table("replacements")[type_]
    for holder, path in row["holders"].items():
        body = f"[ref({type_}.x.{row['named_by']})]" if path == "ssl_certificates" else f"ref({type_}.x.arn)"
        for key in reversed(path.split(".")):
            body = f"{{{key}: {body}}}" if key == path.split(".")[0] else f"[{{{key}: {body}}}]"
        found = only(f"{type_}.x: {{}}\n{holder}.y: {body}\n", Replacement)
        assert [address for address, _ in found.holders] == [f"{holder}.y"]
        assert known_value(found.successor_first) is False


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (f"{TEMPLATE}: {{name: web}}\n" + GROUP % ("web", ""), False),
        (f"{TEMPLATE}: {{name: web, {FIRST}}}\n" + GROUP % ("web", ""), True),
        (f"{TEMPLATE}: {{name: web}}\n" + GROUP % (f"ref({TEMPLATE}.id)", f", {FIRST}"), True),
    ],
)
def test_the_switch_of_a_holder_counts_too(text: str, first: bool) -> None:  # noqa: FBT001 - a case
    assert known_value(only(text, Replacement).successor_first) is first


def test_a_switch_that_cannot_be_told() -> None:
    text = f"{TEMPLATE}: {{lifecycle: [{{create_before_destroy: unknown(var.first has no default)}}]}}\n"
    assert isinstance(only(text + GROUP % (f"ref({TEMPLATE}.id)", ""), Replacement).successor_first, Unknown)


def test_what_nothing_holds_may_go() -> None:
    assert not lifted(f"{TEMPLATE}: {{name: web}}\n" + GROUP % ("other", ""), Replacement)
