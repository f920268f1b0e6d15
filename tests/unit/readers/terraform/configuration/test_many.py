"""Many instances: equal ones are one node, different ones stay apart, and what is the same is evaluated once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.model.node import Reference
from infraaudit.readers.deployments import deployment_of
from infraaudit.readers.terraform.configuration.emission import emit
from infraaudit.readers.terraform.language.scope import MOST_STEPS
from infraaudit.source.file import find_files
from tests.bench.configurations import write_instances, write_modules
from tests.unit.readers.terraform.trees import emission_of, module_of

if TYPE_CHECKING:
    from pathlib import Path

MANY = 40
KEYS = f'toset([for n in range({MANY}) : "k${{n}}"])'
HALVES = f'{{ for n in range({MANY}) : "k${{n}}" => n % 2 == 0 ? 30 : 60 }}'


@pytest.fixture(autouse=True)
def _forty_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infraaudit.readers.terraform.configuration.instances.MOST_TOLD_APART", MANY - 1)


def _text(for_each: str, *arguments: str, more: str = "") -> str:
    lines = "".join(f"  {argument}\n" for argument in arguments)
    return f'resource "aws_sqs_queue" "many" {{\n  for_each = {for_each}\n{lines}}}\n{more}'


@pytest.mark.parametrize(
    ("for_each", "arguments", "multiplicities"),
    [
        (KEYS, ('name = "jobs-${each.key}"', "tags = merge({}, { Name = upper(each.value) })"), [MANY]),
        (HALVES, ("name = each.key", "visibility_timeout_seconds = each.value"), [MANY // 2, MANY // 2]),
        (HALVES, ("visibility_timeout_seconds = each.value * 2",), [1] * MANY),
        (KEYS, ('fifo_queue = each.key == "k7"',), [1] * MANY),
        (KEYS, ('name = "x%{ if each.key == "k7" }y%{ endif }"',), [1] * MANY),
        (KEYS, ("policy = try(local.policies[each.key], null)",), [1] * MANY),
    ],
)
def test_instances_that_differ_in_names_alone_are_one(
    tmp_path: Path, for_each: str, arguments: tuple[str, ...], multiplicities: list[int]
) -> None:
    text = _text(for_each, *arguments, more="locals {\n  policies = {}\n}\n")
    found = emission_of(tmp_path, {"main.tf": text}).resources
    assert sorted(each.multiplicity for each in found) == sorted(multiplicities)


def test_few_instances_are_told_apart_and_so_are_their_names(tmp_path: Path) -> None:
    found = emission_of(tmp_path, {"main.tf": _text('toset(["a", "b"])', "name = each.key")}).resources
    assert [(each.address, each.multiplicity) for each in found] == [
        ('aws_sqs_queue.many["a"]', 1),
        ('aws_sqs_queue.many["b"]', 1),
    ]


def test_every_key_leads_to_the_one_that_stands_for_it(tmp_path: Path) -> None:
    more = (
        'resource "aws_x" "y" {\n  queue = aws_sqs_queue.many["k31"].arn\n  count_of = length(aws_sqs_queue.many)\n}\n'
    )
    emission = emission_of(tmp_path, {"main.tf": _text(KEYS, "name = each.key", more=more)})
    body = next(each.body for each in emission.resources if each.type == "aws_x")
    assert body["queue"].content == Reference('aws_sqs_queue.many["k0"]', "arn")
    assert body["count_of"].content == MANY


def test_modules_stay_apart_for_they_can_look_at_a_name(tmp_path: Path) -> None:
    call = f'module "many" {{\n  source = "./m"\n  for_each = {KEYS}\n  name = each.key\n}}\n'
    inner = (
        'variable "name" {}\nresource "aws_sqs_queue" "q" {\n  name = var.name\n}\noutput "n" { value = var.name }\n'
    )
    reader = 'resource "aws_x" "y" {\n  name = module.many["k9"].n\n}\n'
    emission = emission_of(tmp_path, {"main.tf": call + reader, "m/main.tf": inner})
    assert [each.multiplicity for each in emission.resources] == [1] * (MANY + 1)
    assert next(each.body for each in emission.resources if each.type == "aws_x")["name"].content == "k9"


def _steps(root: Path, folder: str = "") -> int:
    module = module_of(root, {}, folder)
    emission = emit(module, deployment_of("terraform", folder))
    assert emission.perhaps == []
    return MOST_STEPS - module.root.budget.steps


def test_twice_the_instances_of_a_count_cost_no_more(tmp_path: Path) -> None:
    for copies in (100, 200):
        write_instances(tmp_path / str(copies), copies)
    assert _steps(tmp_path / "200") == _steps(tmp_path / "100")


def test_twice_the_modules_cost_twice_as_much(tmp_path: Path) -> None:
    for modules in (40, 80):
        write_modules(tmp_path / str(modules), modules)
    assert _steps(tmp_path / "80", "root") < 2.2 * _steps(tmp_path / "40", "root")


def test_a_large_configuration_stays_far_below_the_limit_of_steps(tmp_path: Path) -> None:
    lines = write_modules(tmp_path, 100)
    assert len(find_files(tmp_path).paths) == 100
    assert _steps(tmp_path, "root") / lines * 50_000 < MOST_STEPS / 2


def _counted(number: int | str, *arguments: str) -> str:
    lines = "".join(f"  {argument}\n" for argument in arguments)
    return f'resource "aws_sqs_queue" "many" {{\n  count = {number}\n{lines}}}\n'


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (('name = "jobs-${count.index + 1}"', 'tags = { Name = format("%02d", count.index * 2) }'), {"": 3}),
        (("visibility_timeout_seconds = count.index == 0 ? 30 : 60",), {"[0]": 1, "[1]": 2}),
        (('name = ["a", "b", "c"][count.index]',), {"[0]": 1, "[1]": 1, "[2]": 1}),
        (("name = data.aws_sqs_queues.all.queue_urls[count.index]",), {"": 3}),
        (("redrive_policy = count.index < 0 ? null : jsonencode({})",), {"": 3}),
    ],
)
def test_instances_of_a_count_are_told_apart_where_the_index_decides_more_than_names(
    tmp_path: Path, arguments: tuple[str, ...], expected: dict[str, int]
) -> None:
    found = emission_of(tmp_path, {"main.tf": _counted(3, *arguments)}).resources
    assert {each.address.removeprefix("aws_sqs_queue.many"): each.multiplicity for each in found} == expected


def test_a_block_in_which_the_index_decides_tells_instances_apart(tmp_path: Path) -> None:
    text = """
        resource "aws_security_group" "many" {
          count = 2
          ingress {
            cidr_blocks = [count.index == 0 ? "10.0.0.0/8" : "0.0.0.0/0"]
          }
        }
        """
    found = emission_of(tmp_path, {"main.tf": text}).resources
    ranges = [each.body["ingress"].each()[0]["cidr_blocks"].each()[0].content for each in found]
    assert ranges == ["10.0.0.0/8", "0.0.0.0/0"]


def test_what_an_index_decides_is_open_where_there_are_too_many_instances(tmp_path: Path) -> None:
    text = _counted(MANY, "visibility_timeout_seconds = count.index == 0 ? 30 : 60")
    (found,) = emission_of(tmp_path, {"main.tf": text}).resources
    assert found.multiplicity == MANY
    assert found.body["visibility_timeout_seconds"].why() == "count.index is another in each instance"


def test_each_number_leads_to_the_instance_that_stands_for_it(tmp_path: Path) -> None:
    text = _counted(3, "visibility_timeout_seconds = count.index == 0 ? 30 : 60")
    text += """
        resource "aws_lambda_event_source_mapping" "last" {
          event_source_arn = aws_sqs_queue.many[2].arn
          batch_size       = aws_sqs_queue.many[2].visibility_timeout_seconds
        }
        """
    last = emission_of(tmp_path, {"main.tf": text}).resources[-1]
    assert last.body["event_source_arn"].content == Reference("aws_sqs_queue.many[1]", "arn")
    assert last.body["batch_size"].content == 60


PARTLY = "merge({ for n in var.unset : n => 1 }, { a = 30 })"


def test_a_key_that_is_known_is_there_beside_others_that_are_not(tmp_path: Path) -> None:
    text = 'variable "unset" {}\n' + _text(PARTLY, "visibility_timeout_seconds = each.value")
    found = emission_of(tmp_path, {"main.tf": text})
    assert [each.address for each in found.resources] == ['aws_sqs_queue.many["a"]']
    assert found.resources[0].body["visibility_timeout_seconds"].content == 30
    assert [each.address for each in found.perhaps] == ["aws_sqs_queue.many"]


def test_references_lead_to_the_known_key_and_are_open_for_others(tmp_path: Path) -> None:
    outputs = """
        resource "terraform_data" "it" {
          input = {
            one  = aws_sqs_queue.many["a"].arn
            more = aws_sqs_queue.many["b"].arn
            all  = [for each in aws_sqs_queue.many : each.arn]
          }
        }
        """
    text = 'variable "unset" {}\n' + _text(PARTLY, more=outputs)
    found = emission_of(tmp_path, {"main.tf": text}).resources[-1].body["input"]
    assert found["one"].content == Reference('aws_sqs_queue.many["a"]', "arn")
    assert found["more"].is_unknown
    assert found["all"].open
    assert len(found["all"].each()) == 1


def test_a_module_under_a_known_key_is_there_beside_others(tmp_path: Path) -> None:
    files = {
        "main.tf": f'variable "unset" {{}}\nmodule "m" {{\n  source = "./m"\n  for_each = {PARTLY}\n}}\n'
        'resource "terraform_data" "it" {\n  input = module.m["a"].size\n}\n',
        "m/main.tf": 'resource "aws_sqs_queue" "q" {}\noutput "size" {\n  value = 3\n}\n',
    }
    found = emission_of(tmp_path, files)
    assert {each.address for each in found.resources} == {'module.m["a"].aws_sqs_queue.q', "terraform_data.it"}
    assert [each.address for each in found.perhaps] == ["module.m.aws_sqs_queue.q"]
    assert next(each for each in found.resources if each.name == "it").body["input"].content == 3
