from __future__ import annotations

import pytest

from infraaudit.model import Datastore, Known, Unknown
from tests.unit.readers.terraform.aws.builder import only, start

GIB = 2**30


def instance(engine: str, instance_class: str, more: str = "") -> Datastore:
    return only(f"aws_db_instance.db:\n  engine: {engine}\n  instance_class: {instance_class}\n{more}", Datastore)


@pytest.mark.parametrize(
    ("instance_class", "gib"),
    [
        ("db.t4g.micro", 1),
        ("db.t3.small", 2),
        ("db.t3.medium", 4),
        ("db.m6g.large", 8),
        ("db.r6g.large", 16),
        ("db.r6g.xlarge", 32),
        ("db.r5.2xlarge", 64),
        ("db.r5.24xlarge", 768),
        ("db.x2g.large", 32),
    ],
)
def test_memory_doubles_with_each_size(instance_class: str, gib: int) -> None:
    memory = instance("postgres", instance_class).memory
    assert isinstance(memory, Known)
    assert (memory.value, memory.stated) == (gib * GIB, False)


@pytest.mark.parametrize("instance_class", ["db.serverless", "db.q9.large", "db.m5.huge", "db.t3.axlarge", "large"])
def test_a_class_without_facts_is_unknown(instance_class: str) -> None:
    store = instance("postgres", instance_class)
    assert isinstance(store.memory, Unknown)
    assert isinstance(store.max_connections, Unknown)
    assert instance_class in store.max_connections.why


@pytest.mark.parametrize(
    ("engine", "instance_class", "limit"),
    [
        ("postgres", "db.t4g.micro", 112),
        ("postgres", "db.r6g.4xlarge", 5000),
        ("mysql", "db.t3.medium", 341),
        ("mariadb", "db.t3.medium", 170),
    ],
)
def test_the_limit_follows_from_the_memory(engine: str, instance_class: str, limit: int) -> None:
    found = instance(engine, instance_class).max_connections
    assert isinstance(found, Known)
    assert (found.value, found.stated) == (limit, False)
    assert "upper bound" in found.fact
    assert start(found.at) == (3, 19)


def test_an_engine_without_a_rule_is_unknown() -> None:
    assert isinstance(instance("oracle-se2", "db.m5.large").max_connections, Unknown)


@pytest.mark.parametrize(
    ("instance_class", "limit"), [("db.t3.medium", 90), ("db.r6g.large", 1000), ("db.r5.24xlarge", 7000)]
)
def test_aurora_mysql_has_a_table_of_its_own(instance_class: str, limit: int) -> None:
    text = f"""\
aws_rds_cluster.main: {{engine: aurora-mysql}}
aws_rds_cluster_instance.one:
  cluster_identifier: ref(aws_rds_cluster.main.id)
  instance_class: {instance_class}
"""
    found = only(text, Datastore).max_connections
    assert isinstance(found, Known)
    assert found.value == limit


def test_instances_of_different_classes_settle_nothing() -> None:
    text = """\
aws_rds_cluster.main: {engine: aurora-postgresql}
aws_rds_cluster_instance.one: {cluster_identifier: ref(aws_rds_cluster.main.id), instance_class: db.r5.large}
aws_rds_cluster_instance.two: {cluster_identifier: ref(aws_rds_cluster.main.id), instance_class: db.t3.large}
"""
    found = only(text, Datastore).max_connections
    assert isinstance(found, Unknown)
    assert "different classes" in found.why


GROUP = """\
aws_db_parameter_group.tuned:
  name: tuned
  parameter:
    - {name: log_min_duration_statement, value: "500"}
    - {name: max_connections, value: "%s"}
"""


@pytest.mark.parametrize("named", ["ref(aws_db_parameter_group.tuned.name)", "tuned"])
def test_a_parameter_group_wins(named: str) -> None:
    found = instance("postgres", "db.t3.micro", f"  parameter_group_name: {named}\n{GROUP % 300}").max_connections
    assert isinstance(found, Known)
    assert (found.value, found.stated) == (300, True)
    assert start(found.at)[0] == 9


def test_a_formula_is_not_computed() -> None:
    group = GROUP % "{DBInstanceClassMemory/9531392}"
    store = instance("postgres", "db.t3.micro", f"  parameter_group_name: tuned\n{group}")
    assert isinstance(store.max_connections, Unknown)
    assert "formula" in store.max_connections.why


@pytest.mark.parametrize("named", ["elsewhere", "unknown(var.group)"])
def test_a_group_outside_the_files_is_unknown(named: str) -> None:
    assert isinstance(
        instance("postgres", "db.t3.micro", f"  parameter_group_name: {named}\n").max_connections, Unknown
    )


def test_a_group_without_the_parameter_leaves_the_rule() -> None:
    group = "aws_db_parameter_group.plain:\n  parameter: [{name: log_statement, value: all}]\n"
    named = "  parameter_group_name: ref(aws_db_parameter_group.plain.id)\n"
    found = instance("postgres", "db.t4g.micro", named + group).max_connections
    assert isinstance(found, Known)
    assert found.value == 112


def test_parameters_that_cannot_be_told_may_hold_the_limit() -> None:
    group = "aws_db_parameter_group.plain:\n  parameter: unknown(a dynamic block over var.parameters)\n"
    named = "  parameter_group_name: ref(aws_db_parameter_group.plain.id)\n"
    assert isinstance(instance("postgres", "db.t4g.micro", named + group).max_connections, Unknown)


def test_the_default_group_of_aws_changes_nothing() -> None:
    found = instance("postgres", "db.t4g.micro", "  parameter_group_name: default.postgres16\n").max_connections
    assert isinstance(found, Known)


def test_some_connections_are_kept_from_applications() -> None:
    assert instance("postgres", "db.t4g.micro").reserved_connections == 5
