"""The laws of layout: names of modules, names of files and the file that a block stands in change no verdict."""

# ruff: noqa: E501 - configurations are written as text, a line of text for a block

from __future__ import annotations

import itertools
import json
import re
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infraaudit.audit import read
from infraaudit.engine.pack import built_in_folder, load_pack
from infraaudit.engine.run import judge
from infraaudit.engine.verdict import Verdict
from infraaudit.joins import join
from infraaudit.model import Estate
from infraaudit.source.file import find_files

POLICIES = load_pack(built_in_folder())
TODAY = date(2026, 8, 1)

ROOT = (
    'variable "open" {\n  default = ["0.0.0.0/0"]\n}\n',
    'variable "unset" {}\n',
    "locals {\n  days = 0\n}\n",
    'locals {\n  inside = ["10.0.0.0/8"]\n}\n',
    'module "first" {\n  source = "./store"\n  days = local.days\n  cidrs = var.open\n}\n',
    'module "second" {\n  source = "./store"\n  for_each = { eu = true, us = false }\n  public = each.value\n  cidrs = local.inside\n}\n',
    'module "third" {\n  source = "./store"\n  count = 2\n  public = var.unset\n  days = module.first.days\n}\n',
    'module "fetched" {\n  source = "acme/store/aws"\n  days = 0\n  public = var.planned\n  cidrs = data.aws_ranges.office.cidrs\n}\n',
    'variable "planned" {}\n',
    'data "aws_ranges" "office" {}\n',
    'resource "aws_db_instance" "many" {\n  count = var.planned ? 2 : 0\n  engine = "mysql"\n  backup_retention_period = 0\n}\n',
    'resource "aws_sqs_queue" "jobs" {\n  visibility_timeout_seconds = 30\n}\n',
    (
        'resource "aws_cloudwatch_metric_alarm" "cpu" {\n  alarm_name = "cpu"\n  metric_name = "CPUUtilization"\n'
        '  namespace = "AWS/RDS"\n  comparison_operator = "GreaterThanThreshold"\n  evaluation_periods = 1\n'
        "  dimensions = { DBInstanceIdentifier = module.first.id }\n}\n"
    ),
)
STORE = (
    'variable "days" {\n  default = 7\n}\n',
    'variable "public" {\n  default = false\n}\n',
    'variable "cidrs" {\n  default = []\n}\n',
    (
        'resource "aws_db_instance" "main" {\n  engine = "postgres"\n  publicly_accessible = var.public\n'
        "  backup_retention_period = var.days\n  vpc_security_group_ids = [aws_security_group.db.id]\n}\n"
    ),
    (
        'resource "aws_security_group" "db" {\n  dynamic "ingress" {\n    for_each = length(var.cidrs) > 0 ? [1] : []\n    content {\n'
        '      from_port = 5432\n      to_port = 5432\n      protocol = "tcp"\n      cidr_blocks = var.cidrs\n    }\n  }\n}\n'
    ),
    'module "rule" {\n  source = "./rule"\n  group = aws_security_group.db.id\n  cidrs = var.cidrs\n}\n',
    'output "id" {\n  value = aws_db_instance.main.identifier\n}\n',
    'output "days" {\n  value = var.days\n}\n',
)
RULE = (
    'variable "group" {}\n',
    'variable "cidrs" {}\n',
    (
        'resource "aws_security_group_rule" "ssh" {\n  for_each = toset(var.cidrs)\n  type = "ingress"\n  from_port = 22\n  to_port = 22\n'
        '  protocol = "tcp"\n  cidr_blocks = [each.value]\n  security_group_id = var.group\n}\n'
    ),
)
FOLDERS = {"": ROOT, "store": STORE, "store/rule": RULE}
MODULES = ("first", "second", "third", "rule", "fetched")
INSTALLED = ".terraform/modules"
_MODULE = re.compile(r"module\.(\w+)((?:\[[^\]]*\])?)\.?")

Verdicts = frozenset[tuple[str, str, str, tuple[str, ...]]]


def _verdicts(files: dict[str, str]) -> Verdicts:
    with TemporaryDirectory() as temporary:
        for path, text in files.items():
            target = Path(temporary, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        reading = read(find_files(Path(temporary)), TODAY)
    estate = join(Estate.of_parts(reading.entities, reading.edges))
    verdicts = [each for each in judge(POLICIES, estate) if isinstance(each, Verdict)]
    return frozenset(
        (
            each.policy.id,
            _MODULE.sub(r"\2", each.subject.address),
            each.outcome.value,
            tuple(_MODULE.sub(r"\2", finding.says) for finding, _, _ in each.findings),
        )
        for each in verdicts
    )


def _written(places: dict[str, tuple[str, ...]], names: dict[str, str]) -> dict[str, str]:
    """Return the files: ``places`` tells for each folder the file of each of its blocks, in their order."""
    files: dict[str, str] = {}
    for folder, blocks in FOLDERS.items():
        for block, name in zip(blocks, places[folder], strict=True):
            path = f"{folder}/{name}" if folder else name
            files[path] = files.get(path, "") + _renamed(block, names)
    fetched, rule = names.get("fetched", "fetched"), names.get("rule", "rule")
    for folder in ("store", "store/rule"):
        for block, name in zip(FOLDERS[folder], places[folder], strict=True):
            path = f"{INSTALLED}/{fetched}{folder.removeprefix('store')}/{name}"
            files[path] = files.get(path, "") + _renamed(block, names)
    rows = [(fetched, "registry.terraform.io/acme/store/aws", ""), (f"{fetched}.{rule}", "./rule", "/rule")]
    modules = [{"Key": key, "Source": source, "Dir": f"{INSTALLED}/{fetched}{dir_}"} for key, source, dir_ in rows]
    files[f"{INSTALLED}/modules.json"] = json.dumps({"Modules": modules})
    files["tfplan.json"] = json.dumps(
        _plan([names.get(each, each) for each in ("first", "second", "third", "fetched")])
    )
    return files


def _plan(modules: list[str]) -> dict[str, object]:
    """Return a plan that knows what a data source found, how many databases there are, and one variable."""
    ranges = {"mode": "data", "type": "aws_ranges", "name": "office"}
    databases = {"mode": "managed", "type": "aws_db_instance", "name": "many"}
    kinds = [ranges, databases, {"mode": "managed", "type": "aws_sqs_queue", "name": "jobs"}]
    found = {**ranges, "address": "data.aws_ranges.office", "values": {"cidrs": ["0.0.0.0/0"]}}
    after = {"engine": "mysql", "backup_retention_period": 0}
    return {
        "format_version": "1.2",
        "variables": {"planned": {"value": True}},
        "planned_values": {"root_module": {}},
        "resource_changes": [
            {**databases, "address": f"aws_db_instance.many[{number}]", "index": number, "change": {"after": after}}
            for number in range(2)
        ],
        "prior_state": {"values": {"root_module": {"resources": [found]}}},
        "configuration": {
            "root_module": {
                "resources": kinds,
                "module_calls": {name: {} for name in modules},
                "variables": {"open": {"default": ["0.0.0.0/0"]}, "unset": {}, "planned": {}},
            }
        },
    }


def _renamed(block: str, names: dict[str, str]) -> str:
    def renamed(match: re.Match[str]) -> str:
        return f"{match[1]}{names.get(match[2], match[2])}"

    return re.sub(r'(module "|module\.)(\w+)', renamed, block)


PLAIN = {folder: ("main.tf",) * len(blocks) for folder, blocks in FOLDERS.items()}


@pytest.fixture(scope="module")
def expected() -> Verdicts:
    verdicts = _verdicts(_written(PLAIN, {}))
    assert {"fail", "pass", "unknown"} <= {outcome for _, _, outcome, _ in verdicts}
    told = {address for policy, address, outcome, _ in verdicts if outcome == "fail" and "backup" in policy}
    assert {"aws_db_instance.main", "aws_db_instance.many"} <= told
    return verdicts


@pytest.mark.parametrize("names", list(itertools.permutations(("a", "zz", "first", "Rule_9", "m")))[::5])
def test_names_of_modules_change_no_verdict(expected: Verdicts, names: tuple[str, ...]) -> None:
    assert _verdicts(_written(PLAIN, dict(zip(MODULES, names, strict=True)))) == expected


_FILES = st.sampled_from(("main.tf", "a.tf", "z.tf", "outputs.tf"))
_PLACES = st.fixed_dictionaries({folder: st.tuples(*(_FILES for _ in blocks)) for folder, blocks in FOLDERS.items()})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=_PLACES)
def test_the_file_of_a_block_changes_no_verdict(expected: Verdicts, places: dict[str, tuple[str, ...]]) -> None:
    assert _verdicts(_written(places, {})) == expected


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(orders=st.tuples(*(st.permutations(range(len(blocks))) for blocks in FOLDERS.values())))
def test_the_order_of_blocks_changes_no_verdict(expected: Verdicts, orders: tuple[list[int], ...]) -> None:
    files = {
        f"{folder}/main.tf".removeprefix("/"): "".join(blocks[index] for index in order)
        for (folder, blocks), order in zip(FOLDERS.items(), orders, strict=True)
    }
    assert _verdicts(_written(PLAIN, {}) | files) == expected
