"""Modules that are not in the tree and of which a portrait is known are judged by their inputs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from infraaudit.facts import table
from infraaudit.model import Datastore, Opaque
from infraaudit.model.node import Reference
from infraaudit.readers.deployments import deployment_of
from infraaudit.readers.reading import UnitState
from infraaudit.readers.terraform.configuration.emission import emit
from infraaudit.readers.terraform.configuration.published import is_published, portrait_of
from infraaudit.readers.terraform.reader import read
from tests.unit.readers.terraform.trees import at, module_of, resources_of, tree_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from infraaudit.facts import Row
    from infraaudit.model import Node
    from infraaudit.source.span import Span

ROWS = tuple(table("published_modules").values())
RDS = "terraform-aws-modules/rds/aws"
CALL = """\
module "db" {
  source     = "terraform-aws-modules/rds/aws"
  version    = "~> 7.0"
  identifier = "orders"
  engine     = "postgres"
  multi_az   = true
}
"""
ASKED = {"terraform-aws-modules/vpc/aws//modules/vpc-endpoints": "  create_security_group = true\n"}
"""What a module has to be told before it makes anything."""

DATABASE = "module.db.module.db_instance.aws_db_instance.this"


def database_in(root: Path) -> Node:
    resources = resources_of(root, {"main.tf": CALL}).values()
    return next(each.body for each in resources if each.type == "aws_db_instance")


@pytest.mark.parametrize(
    ("source", "version"),
    [
        (RDS, "~> 7.0"),
        (RDS, "6.1.0"),
        (RDS, ">= 6.1, < 8"),
        (RDS, ">= 5.0"),
        (RDS, None),
        (f"registry.terraform.io/{RDS}", "7.2.0"),
        ("git::https://github.com/terraform-aws-modules/terraform-aws-rds.git?ref=v6.10.0", None),
        ("github.com/terraform-aws-modules/terraform-aws-rds?ref=7.0.0", None),
        ("git@github.com:terraform-aws-modules/terraform-aws-rds.git?depth=1&ref=v7.1.0", None),
    ],
)
def test_a_version_that_a_portrait_was_made_of_is_known(source: str, version: str | None) -> None:
    portrait = portrait_of(source, version)
    assert portrait is not None
    assert portrait.versions == "6 to 7"


@pytest.mark.parametrize(
    ("source", "version"),
    [
        (RDS, "~> 5.9"),
        (RDS, "99.0.0"),
        (RDS, "< 5"),
        (f"app.terraform.io/{RDS}", "7.2.0"),
        (f"{RDS}//modules/db_option_group", "7.2.0"),
        ("someone/rds/aws", "7.2.0"),
        ("git::https://github.com/terraform-aws-modules/terraform-aws-rds.git?ref=v5.9.0", None),
        ("git::https://github.com/terraform-aws-modules/terraform-aws-rds.git?ref=main", None),
        ("git::https://github.com/terraform-aws-modules/terraform-aws-rds.git", None),
        ("git::https://gitlab.com/terraform-aws-modules/terraform-aws-rds.git?ref=v7.0.0", None),
        ("./rds", None),
    ],
)
def test_another_version_or_another_module_is_not(source: str, version: str | None) -> None:
    assert portrait_of(source, version) is None


def test_the_resources_of_a_portrait_have_the_addresses_of_the_module_itself(tmp_path: Path) -> None:
    assert DATABASE in {address.removesuffix("[0]") for address in resources_of(tmp_path, {"main.tf": CALL})}


def test_an_input_that_is_given_stands_where_it_is_given_and_a_default_at_the_call(tmp_path: Path) -> None:
    body = database_in(tmp_path)
    assert (body["multi_az"].content, at(body["multi_az"].at)[:2]) == (True, ("main.tf", 6))
    assert (body["storage_encrypted"].content, at(body["storage_encrypted"].at)[:2]) == (True, ("main.tf", 2))


def test_no_place_of_a_portrait_is_ever_shown(tmp_path: Path) -> None:
    for resource in resources_of(tmp_path, {"main.tf": CALL}).values():
        places: list[Span] = [resource.at, resource.block]
        for node in [resource.body, *(child for _, child in resource.body.items())]:
            places += [node.at, *(step.at for step in node.at.trail)]
            places += [node.key_at] if node.key_at is not None else []
        assert {place.path for place in places} == {"main.tf"}


def test_an_output_that_the_portrait_knows_leads_to_its_resource(tmp_path: Path) -> None:
    module = module_of(tmp_path, {"main.tf": CALL + 'output "host" { value = module.db.db_instance_address }\n'})
    content = module.output("host", module.configuration.outputs["host"].head.span).content
    assert isinstance(content, Reference)
    assert (content.target.removesuffix("[0]"), content.attribute) == (DATABASE, "address")


def test_an_output_that_it_does_not_know_stays_open(tmp_path: Path) -> None:
    module = module_of(tmp_path, {"main.tf": CALL + 'output "role" { value = module.db.no_such_thing }\n'})
    value = module.output("role", module.configuration.outputs["role"].head.span)
    assert value.is_unknown
    assert value.mentions == ("module.db",)


def test_the_module_stays_missing_in_the_ledger_and_in_the_model(tmp_path: Path) -> None:
    reading = read(tree_of(tmp_path, {"main.tf": CALL}))
    (unit,) = reading.units
    assert unit.state is UnitState.MISSING
    assert "is not in the tree; judged is what its inputs are known to make of it in version 6 to 7" in unit.why
    assert [each.type for each in reading.entities if isinstance(each, Opaque)].count("module") == 1
    assert [each.path for each in reading.files] == ["main.tf"]


def test_what_versions_do_differently_by_default_is_unknown(tmp_path: Path) -> None:
    body = database_in(tmp_path)
    assert body["copy_tags_to_snapshot"].is_unknown


def test_a_module_that_is_not_wanted_makes_nothing(tmp_path: Path) -> None:
    call = CALL.replace("  multi_az   = true\n", "  create_db_instance = false\n  create_db_parameter_group = false\n")
    assert not resources_of(tmp_path, {"main.tf": call})


def test_a_module_that_is_there_is_read_and_its_portrait_is_not(tmp_path: Path) -> None:
    row = {"Key": "db", "Source": f"registry.terraform.io/{RDS}", "Version": "7.0.0", "Dir": ".terraform/modules/db"}
    found = {
        "main.tf": CALL,
        ".terraform/modules/modules.json": json.dumps({"Modules": [row]}),
        ".terraform/modules/db/main.tf": 'resource "aws_sqs_queue" "instead" {}\n',
    }
    assert set(resources_of(tmp_path, found)) == {"module.db.aws_sqs_queue.instead"}


def test_a_database_of_a_portrait_is_lifted_like_any_other(tmp_path: Path) -> None:
    entities = read(tree_of(tmp_path, {"main.tf": CALL})).entities
    (store,) = (each for each in entities if isinstance(each, Datastore))
    assert store.address.removesuffix("[0]") == DATABASE
    assert store.engine == "postgres"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['module']} {row['majors'][0]}")
def test_a_portrait_can_be_read_and_names_nothing_that_it_does_not_declare(row: Row, tmp_path: Path) -> None:
    asked = ASKED.get(row["module"], "")
    call = f'module "m" {{\n  source  = "{row["module"]}"\n  version = "{row["majors"][0]}.0.0"\n{asked}}}\n'
    module = module_of(tmp_path, {"main.tf": call})
    emission = emit(module, deployment_of("terraform", ""))
    assert not module.root.sources.problems
    assert emission.resources or emission.perhaps
    for resource in (*emission.resources, *emission.perhaps):
        for node in _nodes(resource.body):
            assert "is not declared" not in node.why(), resource.address
            assert not is_published(node.at.path), resource.address
    assert {unit.path for unit in module.root.units.values()} == {"main.tf"}
    called = module.called("m")
    assert called is not None
    for name, block in called.modules[0].configuration.outputs.items():
        assert "is not declared" not in called.modules[0].output(name, block.head.span).why(), name


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in (*node.each(), *(child for _, child in node.items())):
        yield from _nodes(child)
