"""The instances of each recorded configuration are those that Terraform plans, with the inputs that it plans."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from infraaudit.readers.deployments import deployment_of
from infraaudit.readers.terraform.configuration.emission import emit
from infraaudit.readers.terraform.configuration.roots import root_module
from infraaudit.readers.terraform.configuration.syntax import Sources
from infraaudit.readers.terraform.language.values import first_unknown, plain
from infraaudit.source.file import find_files

INSTANCES = Path(__file__).parents[5] / "fixtures" / "readers" / "terraform" / "instances"
PLANNED: dict[str, dict[str, Any]] = json.loads((INSTANCES / "planned.json").read_text(encoding="utf-8"))
UNTOLD = {
    "count-condition": {"terraform_data.d"},
    "create-switch": {"module.on.terraform_data.depends"},
}
"""Inputs that read an argument which nobody writes: the provider could fill it in."""

_NUMBER = re.compile(r"\[\d+\]")


def _without_numbers(address: str) -> str:
    """Return an address without the numbers of a count: equal instances are one node here."""
    return _NUMBER.sub("", address)


def test_every_configuration_is_recorded() -> None:
    assert sorted(PLANNED) == sorted(path.name for path in INSTANCES.iterdir() if path.is_dir())


@pytest.mark.parametrize("case", sorted(PLANNED))
def test_instances_are_those_of_the_plan(case: str) -> None:
    emission = emit(root_module(Sources(find_files(INSTANCES / case)), ""), deployment_of("terraform", ""))
    found: Counter[str] = Counter()
    for resource in emission.resources:
        found[_without_numbers(resource.address)] += resource.multiplicity
    assert emission.perhaps == []
    assert found == Counter(_without_numbers(address) for address in PLANNED[case])


@pytest.mark.parametrize("case", sorted(PLANNED))
def test_inputs_are_those_of_the_plan(case: str) -> None:
    first: dict[str, Any] = {}
    for address, value in PLANNED[case].items():
        first.setdefault(_without_numbers(address), value)
    emission = emit(root_module(Sources(find_files(INSTANCES / case)), ""), deployment_of("terraform", ""))
    found = {resource.address: resource.body["input"] for resource in emission.resources}
    planned = {address: PLANNED[case].get(address, first[_without_numbers(address)]) for address in found}
    unknown = {address for address, node in found.items() if not node.is_absent and first_unknown(node) is not None}
    values = {address: None if node.is_absent else plain(node) for address, node in found.items() if node.complete}
    assert {**planned, **values} == planned
    assert unknown == UNTOLD.get(case, set())
