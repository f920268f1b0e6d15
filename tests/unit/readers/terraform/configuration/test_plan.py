"""A plan fills what the files leave open, and nothing else: places stay those of the files, and secrets stay out."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from infraaudit.model import Known
from infraaudit.model.node import Node, Reference
from infraaudit.readers.deployments import deployment_of
from infraaudit.readers.reading import FileState, UnitState
from infraaudit.readers.terraform.configuration.emission import Emission, emit
from infraaudit.readers.terraform.configuration.inputs import TerraformInputs, plans_of
from infraaudit.readers.terraform.configuration.roots import root_module
from infraaudit.readers.terraform.configuration.syntax import Sources
from infraaudit.readers.terraform.configuration.variants import variants_of
from infraaudit.readers.terraform.language.values import first_unknown, plain
from infraaudit.readers.terraform.reader import read
from infraaudit.source.file import find_files
from infraaudit.source.problem import ProblemKind
from tests.unit.readers.terraform.trees import at, tree_of

PLANS = Path(__file__).parents[5] / "fixtures" / "readers" / "terraform" / "plans"
CASES = sorted(path.name for path in PLANS.iterdir() if path.is_dir())
_NUMBER = re.compile(r"\[\d+\]")


def _emission(root: Path) -> Emission:
    sources = Sources(find_files(root))
    (variant,) = variants_of(sources, TerraformInputs()).members
    assert variant.plan is not None
    return emit(root_module(sources, "", plan=variant.plan), deployment_of("terraform", ""))


def _changes(case: str) -> list[dict[str, Any]]:
    plan = json.loads((PLANS / case / "plan.json").read_text(encoding="utf-8"))
    return [each for each in plan["resource_changes"] if each["mode"] == "managed"]


@pytest.mark.parametrize("case", CASES)
def test_with_a_plan_the_instances_are_those_of_the_plan(case: str) -> None:
    emission = _emission(PLANS / case)
    found: Counter[str] = Counter()
    for resource in emission.resources:
        found[resource.address] += 0 if resource.data else resource.multiplicity
    assert emission.perhaps == []
    assert +found == Counter(_NUMBER.sub("", each["address"]) for each in _changes(case))


@pytest.mark.parametrize("case", CASES)
def test_with_a_plan_the_values_are_those_of_the_plan(case: str) -> None:
    planned = {_NUMBER.sub("", each["address"]): each["change"] for each in _changes(case)}
    for resource in _emission(PLANS / case).resources:
        if not resource.data:
            change = planned[resource.address]
            found = resource.body["input"]
            _compare(found, change["after"].get("input"), change["after_unknown"].get("input"))


def _compare(node: Node, value: object, unknown: object) -> None:
    if unknown is True or node.is_absent:
        assert node.is_unknown if unknown is True else value is None
    elif isinstance(value, dict):
        marks = unknown if isinstance(unknown, dict) else {}
        for key in {*value, *marks}:
            if key != "password":
                _compare(node[key], value.get(key), marks.get(key))
    else:
        assert first_unknown(node) is None
        assert plain(node) == value


def test_what_a_plan_marks_as_sensitive_is_not_taken_over() -> None:
    emission = _emission(PLANS / "counted")
    assert "correct-horse" in (PLANS / "counted" / "plan.json").read_text(encoding="utf-8")
    assert "correct-horse" not in repr(emission)


def test_without_the_plan_the_same_configurations_are_open(tmp_path: Path) -> None:
    files = {
        path.relative_to(PLANS / "modules").as_posix(): path.read_text(encoding="utf-8")
        for path in (PLANS / "modules").rglob("*.tf")
    }
    emission = emit(root_module(Sources(tree_of(tmp_path, files)), ""), deployment_of("terraform", ""))
    assert emission.resources == []
    assert emission.perhaps


# -- a plan of a cloud, in the form that is documented ---------------------------------------------------------------

MAIN = """\
variable "rules" {}
variable "size" {}
data "aws_vpc" "main" {
  default = true
}
resource "aws_db_instance" "main" {
  engine                  = "postgres"
  instance_class          = var.size
  backup_retention_period = data.aws_vpc.main.tags.days
  publicly_accessible     = aws_db_instance.other.publicly_accessible
  multi_az                = true
  password                = random_password.db.result
  vpc_security_group_ids  = [aws_security_group.db.id]
}
resource "aws_db_instance" "other" {
  engine = "postgres"
}
resource "aws_security_group" "db" {
  name = "db-${data.aws_vpc.main.id}"
  dynamic "ingress" {
    for_each = var.rules
    content {
      from_port   = ingress.value.port
      to_port     = ingress.value.port
      protocol    = "tcp"
      cidr_blocks = ingress.value.ranges
    }
  }
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = [data.aws_vpc.main.cidr_block]
  }
}
resource "aws_ecs_task_definition" "web" {
  family = "web"
  container_definitions = jsonencode([{
    name        = "web"
    image       = var.size
    environment = [{ name = "API_TOKEN", value = var.rules }]
  }])
}
"""
_INGRESS: list[dict[str, Any]] = [
    {"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"], "description": ""},
    {"from_port": 443, "to_port": 443, "protocol": "tcp", "cidr_blocks": ["10.0.0.0/16"], "description": ""},
]
_VALUES: dict[str, dict[str, Any]] = {
    "aws_db_instance.main": {
        "engine": "postgres",
        "instance_class": "db.t4g.small",
        "backup_retention_period": 0,
        "publicly_accessible": True,
        "multi_az": False,
        "password": "grey-owl-77",
        "storage_encrypted": True,
        "replicas": ["elsewhere"],
    },
    "aws_db_instance.other": {"engine": "postgres", "publicly_accessible": True},
    "aws_security_group.db": {"name": "db-vpc-1", "id": "sg-1", "ingress": _INGRESS, "egress": [{"from_port": 0}]},
    "aws_ecs_task_definition.web": {
        "family": "web",
        "container_definitions": json.dumps(
            [{"name": "web", "image": "web:1.2", "environment": [{"name": "API_TOKEN", "value": "grey-owl-77"}]}]
        ),
    },
}
_READ: dict[str, Any] = {"id": "vpc-1", "cidr_block": "10.0.0.0/16", "tags": {"days": "0"}}


def _plan(**changes: object) -> dict[str, Any]:
    rows = [(address, *address.split("."), values) for address, values in _VALUES.items()]
    resources = [{"mode": "managed", "type": type_, "name": name} for _, type_, name, _ in rows]
    data = {"address": "data.aws_vpc.main", "mode": "data", "type": "aws_vpc", "name": "main"}
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {}},
        "resource_changes": [
            {
                "address": address,
                "mode": "managed",
                "type": type_,
                "name": name,
                "change": {
                    "actions": ["create"],
                    "after": values,
                    "after_unknown": {"arn": True},
                    "after_sensitive": {"password": True},
                },
            }
            for address, type_, name, values in rows
        ],
        "prior_state": {"values": {"root_module": {"resources": [{**data, "values": _READ}]}}},
        "configuration": {
            "root_module": {
                "resources": [*resources, {"mode": "data", "type": "aws_vpc", "name": "main"}],
                "variables": {"rules": {}, "size": {}},
            }
        },
        **changes,
    }


def _bodies(tmp_path: Path, plan: dict[str, Any], main: str = MAIN) -> dict[str, Node]:
    tree_of(tmp_path, {"main.tf": main, "tfplan.json": json.dumps(plan)})
    return {resource.address: resource.body for resource in _emission(tmp_path).resources}


def test_a_value_of_a_plan_stands_where_the_files_left_it_open(tmp_path: Path) -> None:
    body = _bodies(tmp_path, _plan())["aws_db_instance.main"]
    assert body["instance_class"].content == "db.t4g.small"
    assert at(body["instance_class"].at) == ("main.tf", 2, 1)
    assert [step.what for step in body["instance_class"].at.trail] == ["var.size", "tfplan.json knows it"]
    assert body["backup_retention_period"].integer() == Known(0, body["backup_retention_period"].at)
    assert body["publicly_accessible"].content is True
    assert body["publicly_accessible"].reads == Reference("aws_db_instance.other", "publicly_accessible")


def test_what_is_written_stays_whatever_a_plan_says(tmp_path: Path) -> None:
    body = _bodies(tmp_path, _plan())["aws_db_instance.main"]
    assert body["multi_az"].content is True
    assert body["password"].is_unknown
    assert body["vpc_security_group_ids"].mentions == ("aws_security_group.db",)


def test_a_plain_value_that_nobody_wrote_is_the_providers_choice_and_a_list_is_not(tmp_path: Path) -> None:
    body = _bodies(tmp_path, _plan())["aws_db_instance.main"]
    assert (body["storage_encrypted"].content, at(body["storage_encrypted"].at)) == (True, ("main.tf", 6, 1))
    assert body["replicas"].is_absent
    older = _plan()
    older["configuration"]["root_module"]["resources"][0]["expressions"] = {"storage_encrypted": {}}
    assert _bodies(tmp_path, older)["aws_db_instance.main"]["storage_encrypted"].is_absent


def test_the_blocks_of_a_dynamic_block_are_those_of_the_plan_whatever_their_order(tmp_path: Path) -> None:
    body = _bodies(tmp_path, _plan())["aws_security_group.db"]
    assert body["name"].content == "db-vpc-1"
    first, second = body["ingress"].each()
    assert (first["from_port"].content, [each.content for each in first["cidr_blocks"].each()]) == (22, ["0.0.0.0/0"])
    assert (second["from_port"].content, at(second["from_port"].at)) == (443, ("main.tf", 30, 19))
    assert plain(second["cidr_blocks"]) == ["10.0.0.0/16"]
    assert not body["ingress"].open
    assert "dynamic" not in dict(body.items())


def test_the_parts_of_a_text_are_filled_and_its_secrets_are_not(tmp_path: Path) -> None:
    body = _bodies(tmp_path, _plan())["aws_ecs_task_definition.web"]
    structure = body["container_definitions"].structure
    assert structure is not None
    (container,) = structure.each()
    assert (container["image"].content, at(container["image"].at)) == ("web:1.2", ("main.tf", 2, 1))
    assert container["environment"].each()[0]["value"].is_unknown
    assert "grey-owl-77" not in repr(body)


def test_a_plan_of_no_root_is_told_and_not_used(tmp_path: Path) -> None:
    other = 'resource "aws_x" "y" {}\nresource "aws_x" "z" {}\n'
    tree = tree_of(tmp_path, {"main.tf": other, "tfplan.json": json.dumps(_plan())})
    reading = read(tree)
    assert [(row.path, row.state) for row in reading.files] == [
        ("main.tf", FileState.PARSED),
        ("tfplan.json", FileState.SKIPPED),
    ]
    assert [problem.kind for problem in reading.problems] == [ProblemKind.NOTE]
    asked = read(tree, TerraformInputs(plans=plans_of([tmp_path / "tfplan.json"], tmp_path)))
    assert [unit.state for unit in asked.units] == [UnitState.FAILED]
    assert "belongs to no root" in asked.units[0].why


def test_of_two_roots_alike_the_one_of_the_folder_is_meant_and_elsewhere_none(tmp_path: Path) -> None:
    tree = tree_of(tmp_path, {"a/main.tf": MAIN, "b/main.tf": MAIN, "b/tfplan.json": json.dumps(_plan())})
    assert [unit.name for unit in read(tree).units] == ["tfplan.json of b"]
    (tmp_path / "b/tfplan.json").rename(tmp_path / "tfplan.json")
    (problem,) = read(find_files(tmp_path)).problems
    assert "which root the plan tfplan.json belongs to cannot be told (a, b)" in problem.message


def test_several_plans_of_one_root_are_a_deployment_each(tmp_path: Path) -> None:
    files = {"main.tf": MAIN, "dev.json": json.dumps(_plan()), "prod.json": json.dumps(_plan())}
    entities = read(tree_of(tmp_path, files)).entities
    assert {entity.deployment.id for entity in entities} == {"terraform:.:dev.json", "terraform:.:prod.json"}


def test_a_plan_too_large_to_be_read_by_itself_is_told_and_can_be_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infraaudit.source.file.LARGEST_FILE", 2000)
    tree = tree_of(tmp_path, {"main.tf": MAIN, "tfplan.json": json.dumps(_plan()), "data.json": "[1]" * 1000})
    reading = read(tree)
    assert [(row.path, row.state) for row in reading.files if row.path != "main.tf"] == [
        ("tfplan.json", FileState.SKIPPED)
    ]
    assert "--plan tfplan.json" in reading.problems[0].message
    named = read(find_files(tmp_path), TerraformInputs(plans=plans_of([tmp_path / "tfplan.json"], tmp_path)))
    assert [unit.state for unit in named.units] == [UnitState.RESOLVED]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("PK\3\4", "is not JSON; terraform show -json PLAN prints what is read here"),
        ('{"format_version": "1.0", "values": {}}', "is a state, not a plan"),
        ("[]", "is something else, not a plan"),
        (json.dumps(_plan(format_version="7.0")), "is a plan of the format 7.0, which is not known"),
        (json.dumps(_plan(resource_changes=[{}])), "is not a plan of a form that is known"),
        (json.dumps(_plan(configuration=[])), "belongs to no root"),
    ],
)
def test_what_is_named_as_a_plan_and_is_none_is_a_gap(tmp_path: Path, text: str, why: str) -> None:
    tree = tree_of(tmp_path / "tree", {"main.tf": MAIN})
    (tmp_path / "p.json").write_text(text, encoding="utf-8")
    reading = read(tree, TerraformInputs(plans=plans_of([tmp_path / "p.json"], tmp_path / "tree")))
    assert [problem.kind for problem in reading.problems] == [ProblemKind.UNSUPPORTED]
    assert why in reading.problems[0].message


def test_a_plan_that_leaves_something_out_tells_nothing_of_what_it_has_not(tmp_path: Path) -> None:
    main = MAIN + 'resource "aws_sqs_queue" "many" {\n  count = var.size\n}\n'
    plan = _plan(complete=False)
    plan["configuration"]["root_module"]["resources"].append(
        {"mode": "managed", "type": "aws_sqs_queue", "name": "many"}
    )
    tree_of(tmp_path, {"main.tf": main, "tfplan.json": json.dumps(plan)})
    assert [resource.address for resource in _emission(tmp_path).perhaps] == ["aws_sqs_queue.many"]
    (tmp_path / "tfplan.json").write_text(json.dumps({**plan, "complete": True}), encoding="utf-8")
    assert _emission(tmp_path).perhaps == []
