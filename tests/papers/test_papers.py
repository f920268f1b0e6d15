"""Every policy has its papers: documentation, a page of examples, a row in the ledger, and room in its folder."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from infraaudit.engine.pack import PackedPolicy, built_in_folder, load_pack
from infraaudit.model import Container, SecretMaterial, SecretSite, Service, Workload
from tests.policies.pages import PAGES, all_pages, examples_of

if TYPE_CHECKING:
    from pathlib import Path

POLICIES = load_pack(built_in_folder())
LONGEST_TITLE = 80
MOST_FILES, MOST_LINES, MOST_POLICIES, MOST_STATEMENTS = 20, 400, 12, 20


@pytest.mark.parametrize("packed", POLICIES, ids=lambda each: each.id)
def test_policy_is_documented(packed: PackedPolicy) -> None:
    documentation = packed.policy.documentation
    assert len(documentation.title) <= LONGEST_TITLE
    for words in (documentation.why, documentation.fix, documentation.see, packed.policy.holds):
        assert words
    assert "`" not in documentation.why + documentation.title, "no code in the prose"


@pytest.mark.parametrize("packed", POLICIES, ids=lambda each: each.id)
def test_policy_stands_in_the_ledger(packed: PackedPolicy) -> None:
    assert packed.since


@pytest.mark.parametrize("packed", POLICIES, ids=lambda each: each.id)
def test_policy_has_an_example_of_each_verdict(packed: PackedPolicy) -> None:
    page = PAGES / packed.area / f"{packed.topic}.md"
    verdicts = {example.verdict for example in examples_of(page) if example.policy == packed.id}
    # A policy on what is written in plain text meets only known text: there is nothing that it could be unsure of.
    owed = (
        {"Reported", "Accepted"}
        if issubclass(packed.policy.subject, SecretMaterial | SecretSite)
        else {
            "Reported",
            "Accepted",
            "Unsure",
        }
    )
    assert owed <= verdicts


@pytest.mark.parametrize(
    "packed",
    [each for each in POLICIES if each.policy.subject in {Workload, Container, Service}],
    ids=lambda each: each.id,
)
def test_policy_on_what_several_formats_describe_is_reported_in_two(packed: PackedPolicy) -> None:
    page = PAGES / packed.area / f"{packed.topic}.md"
    reported = [each for each in examples_of(page) if each.policy == packed.id and each.verdict == "Reported"]
    assert len({each.formats - {"dockerfile", "other"} for each in reported}) > 1


def test_every_page_belongs_to_a_topic() -> None:
    topics = {(packed.area, packed.topic) for packed in POLICIES}
    assert {(page.parent.name, page.stem) for page in all_pages()} == topics


def test_every_example_names_a_policy_of_its_page() -> None:
    by_topic = {(packed.id, packed.area, packed.topic) for packed in POLICIES}
    for page in all_pages():
        for example in examples_of(page):
            assert (example.policy, page.parent.name, page.stem) in by_topic


def test_ledger_names_only_policies_that_exist() -> None:
    import tomllib  # noqa: PLC0415 - one test reads TOML

    rows = tomllib.loads((built_in_folder() / "ledger.toml").read_text(encoding="utf-8"))
    assert set(rows) == {packed.id for packed in POLICIES}


@pytest.mark.parametrize("folder", sorted({packed.path.parent for packed in POLICIES}), ids=lambda each: each.name)
def test_area_keeps_its_budget(folder: Path) -> None:
    files = sorted(folder.glob("*.py"))
    assert len(files) <= MOST_FILES
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= MOST_LINES
        assert sum(packed.path == file for packed in POLICIES) <= MOST_POLICIES
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                statements = sum(isinstance(each, ast.stmt) for each in ast.walk(node)) - 1
                assert statements <= MOST_STATEMENTS + 2, f"{file.name}: {node.name}"


def test_policies_use_only_the_two_doors() -> None:
    for packed in POLICIES:
        for node in ast.walk(ast.parse(packed.path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("infraaudit"):
                assert node.module in {"infraaudit.model", "infraaudit.policy"}
