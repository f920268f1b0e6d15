"""A module that is not in the tree is known through a plan: its resources, what they refer to, and its outputs."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from infraaudit.model.node import Reference
from infraaudit.readers.reading import UnitState
from infraaudit.readers.terraform.configuration.inputs import TerraformInputs
from infraaudit.readers.terraform.configuration.roots import root_module
from infraaudit.readers.terraform.configuration.syntax import Sources
from infraaudit.readers.terraform.configuration.variants import variants_of
from infraaudit.readers.terraform.language.values import plain
from infraaudit.readers.terraform.reader import read
from infraaudit.source.file import find_files
from tests.unit.readers.terraform.configuration.test_plan import PLANS, _emission
from tests.unit.readers.terraform.trees import at, tree_of

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.model.node import Node


def test_the_resources_of_a_module_from_elsewhere_are_those_of_the_plan(tmp_path: Path) -> None:
    main = (PLANS / "modules" / "main.tf").read_text(encoding="utf-8").replace('"./inner"', '"acme/inner/aws"')
    text = (PLANS / "modules" / "plan.json").read_text(encoding="utf-8")
    tree = tree_of(tmp_path, {"main.tf": main, "plan.json": text})
    emission = _emission(tmp_path)
    found: Counter[str] = Counter()
    for resource in emission.resources:
        found[resource.address] += resource.multiplicity
    here = {each.address: each for each in _emission(PLANS / "modules").resources}
    assert found == Counter({address: each.multiplicity for address, each in here.items()})
    for resource in emission.resources:
        assert plain(resource.body["input"]) == plain(here[resource.address].body["input"])
        assert resource.at.path == "main.tf"
    assert (emission.perhaps, emission.missing) == ([], [])
    assert {unit.state for unit in read(tree).units} == {UnitState.RESOLVED}


MAIN = """\
resource "aws_subnet" "a" {}
module "db" {
  source  = "acme/db/aws"
  subnets = [aws_subnet.a.id]
}
resource "aws_cloudwatch_metric_alarm" "cpu" {
  dimensions = { DBInstanceIdentifier = module.db.id }
  threshold  = module.db.limit
  note       = module.db.both
}
"""


def _row(type_: str, label: str, address: str, module: str, after: dict[str, object]) -> dict[str, Any]:
    return {
        "address": address,
        "module_address": module,
        "mode": "managed",
        "type": type_,
        "name": label,
        "change": {
            "after": after,
            "after_unknown": {"id": True, "vpc_security_group_ids": True, "subnet_ids": True},
            "after_sensitive": {"password": True},
        },
    }


def _refers(*names: str) -> dict[str, list[str]]:
    return {"references": list(names)}


PLAN: dict[str, Any] = {
    "format_version": "1.2",
    "planned_values": {"root_module": {}},
    "resource_changes": [
        _row(
            "aws_db_instance",
            "this",
            "module.db.aws_db_instance.this[0]",
            "module.db",
            {"password": "grey-owl-77", "iops": 9},
        ),
        _row(
            "aws_db_subnet_group", "this", "module.db.module.net.aws_db_subnet_group.this", "module.db.module.net", {}
        ),
        _row("aws_security_group", "this", 'module.db.aws_security_group.this["x"]', "module.db", {"name": "db"})
        | {"index": "x"},
    ],
    "configuration": {
        "root_module": {
            "resources": [
                {"mode": "managed", "type": "aws_subnet", "name": "a"},
                {"mode": "managed", "type": "aws_cloudwatch_metric_alarm", "name": "cpu"},
            ],
            "module_calls": {
                "db": {
                    "expressions": {"subnets": _refers("aws_subnet.a.id", "aws_subnet.a")},
                    "module": {
                        "outputs": {
                            "id": {"expression": _refers("aws_db_instance.this[0].id", "aws_db_instance.this[0]")},
                            "limit": {"expression": _refers("aws_db_instance.this[0].iops", "aws_db_instance.this[0]")},
                            "both": {
                                "expression": _refers("module.net.name", "module.net", "aws_db_instance.this[0].arn")
                            },
                        },
                        "resources": [
                            {
                                "mode": "managed",
                                "type": "aws_db_instance",
                                "name": "this",
                                "expressions": {
                                    "vpc_security_group_ids": _refers(
                                        'aws_security_group.this["x"].id', 'aws_security_group.this["x"]'
                                    ),
                                    "db_subnet_group_name": _refers("module.net.name", "module.net"),
                                    "password": _refers("random_password.this.result", "random_password.this"),
                                    "note": _refers("local.note"),
                                },
                            },
                            {"mode": "managed", "type": "aws_security_group", "name": "this"},
                        ],
                        "module_calls": {
                            "net": {
                                "expressions": {"ids": _refers("var.subnets")},
                                "module": {
                                    "outputs": {
                                        "name": {
                                            "expression": _refers(
                                                "aws_db_subnet_group.this.id", "aws_db_subnet_group.this"
                                            )
                                        }
                                    },
                                    "resources": [
                                        {
                                            "mode": "managed",
                                            "type": "aws_db_subnet_group",
                                            "name": "this",
                                            "expressions": {"subnet_ids": _refers("var.ids")},
                                        }
                                    ],
                                },
                            }
                        },
                    },
                }
            },
        }
    },
}


@pytest.fixture
def bodies(tmp_path: Path) -> dict[str, Node]:
    tree_of(tmp_path, {"main.tf": MAIN, "tfplan.json": json.dumps(PLAN)})
    return {resource.address: resource.body for resource in _emission(tmp_path).resources}


def test_what_is_known_only_later_refers_to_what_it_comes_from(bodies: dict[str, Node]) -> None:
    database = bodies["module.db.aws_db_instance.this"]
    group = "module.db.module.net.aws_db_subnet_group.this"
    assert database["vpc_security_group_ids"].content == Reference('module.db.aws_security_group.this["x"]', "id")
    assert database["db_subnet_group_name"].content == Reference(group, "id")
    assert bodies[group]["subnet_ids"].mentions == ("aws_subnet.a",)
    assert database["note"].is_unknown
    assert database["iops"].content == 9
    assert at(database["iops"].at) == ("main.tf", 3, 13)


def test_a_sensitive_value_of_such_a_module_stays_out(bodies: dict[str, Node]) -> None:
    assert bodies["module.db.aws_db_instance.this"]["password"].is_unknown
    assert "grey-owl-77" not in repr(bodies)


def test_its_outputs_stand_for_what_they_give(bodies: dict[str, Node]) -> None:
    alarm = bodies["aws_cloudwatch_metric_alarm.cpu"]
    assert alarm["dimensions"]["DBInstanceIdentifier"].content == Reference("module.db.aws_db_instance.this", "id")
    assert alarm["threshold"].content == 9
    assert set(alarm["note"].mentions) == {
        "module.db.module.net.aws_db_subnet_group.this",
        "module.db.aws_db_instance.this",
    }


def test_a_module_that_the_plan_does_not_know_stays_a_gap(tmp_path: Path) -> None:
    main = MAIN + 'module "other" {\n  source = "acme/other/aws"\n}\n'
    tree = tree_of(tmp_path, {"main.tf": main, "tfplan.json": json.dumps(PLAN)})
    units = {unit.name: unit.state for unit in read(tree).units if unit.kind == "module"}
    assert units == {"module.db": UnitState.RESOLVED, "module.other": UnitState.MISSING}
    (variant,) = variants_of(Sources(find_files(tmp_path)), TerraformInputs()).members
    assert root_module(Sources(find_files(tmp_path)), "", plan=variant.plan).planned("other") is None
