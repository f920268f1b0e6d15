from __future__ import annotations

import pytest

from infraaudit.model import Absent, DataClass, Datastore, FacetName, Known, Unknown, Value, Weight
from tests.unit.readers.terraform.aws.builder import lifted, only, start

INSTANCE = """\
aws_db_instance.main:
  engine: postgres
  instance_class: db.t3.medium
"""


def holds(store: Datastore, name: FacetName) -> Value[bool]:
    facet = store.facet(name)
    assert facet is not None
    return facet.holds


def test_names_the_resource_and_its_protocol() -> None:
    store = only(INSTANCE, Datastore)
    assert (store.address, store.kind, store.name) == ("aws_db_instance.main", "aws_db_instance", "main")
    assert (store.engine, store.managed, store.data_class) == ("postgres", True, DataClass.PRIMARY)


@pytest.mark.parametrize(
    ("written", "engine"),
    [
        ("aurora-postgresql", "postgres"),
        ("aurora-mysql", "mysql"),
        ("aurora", "mysql"),
        ("sqlserver-ex", "sqlserver"),
        ("oracle-se2", "oracle"),
        ("mariadb", "mariadb"),
        ("unknown(var.engine has no default)", "unknown"),
    ],
)
def test_normalises_the_engine(written: str, engine: str) -> None:
    assert only(f"aws_rds_cluster.main:\n  engine: {written}\n", Datastore).engine == engine


def test_missing_protections_are_defaults_placed_at_the_head() -> None:
    store = only(INSTANCE, Datastore)
    for name in (FacetName.ENCRYPTED_AT_REST, FacetName.BACKED_UP, FacetName.DELETION_PROTECTED):
        value = holds(store, name)
        assert isinstance(value, Known)
        assert (value.value, value.stated, value.at) == (False, False, store.at)
        assert "2026-11-28" in value.fact


def test_a_stated_protection_stands_at_its_value() -> None:
    store = only(INSTANCE + "  storage_encrypted: true\n  backup_retention_period: 0\n", Datastore)
    encrypted, kept = holds(store, FacetName.ENCRYPTED_AT_REST), holds(store, FacetName.BACKED_UP)
    assert isinstance(encrypted, Known)
    assert encrypted.value
    assert encrypted.stated
    assert start(encrypted.at) == (4, 22)
    assert isinstance(kept, Known)
    assert not kept.value
    assert start(kept.at) == (5, 28)


def test_an_unresolved_protection_stays_unknown() -> None:
    store = only(INSTANCE + "  storage_encrypted: unknown(var.encrypt has no default)\n", Datastore)
    value = holds(store, FacetName.ENCRYPTED_AT_REST)
    assert isinstance(value, Unknown)
    assert value.why == "var.encrypt has no default"


@pytest.mark.parametrize("origin", ["snapshot_identifier: snap-1", "replicate_source_db: ref(aws_db_instance.a.id)"])
def test_encryption_that_a_copy_inherits_is_unknown(origin: str) -> None:
    value = holds(only(INSTANCE + f"  {origin}\n", Datastore), FacetName.ENCRYPTED_AT_REST)
    assert isinstance(value, Unknown)
    assert origin.partition(":")[0] in value.why


def test_a_replica_has_the_engine_of_its_source() -> None:
    text = INSTANCE + "aws_db_instance.copy:\n  replicate_source_db: ref(aws_db_instance.main.identifier)\n"
    copy = next(each for each in lifted(text, Datastore) if each.name == "copy")
    assert (copy.engine, copy.replica, copy.data_class) == ("postgres", True, DataClass.DERIVED)


def test_an_aurora_cluster_without_a_word_on_encryption_weighs_least() -> None:
    store = only("aws_rds_cluster.main:\n  engine: aurora-postgresql\n", Datastore)
    facet = store.facet(FacetName.ENCRYPTED_AT_REST)
    assert facet is not None
    assert facet.weight is Weight.LEAST
    assert isinstance(facet.holds, Known)
    assert "2026-02-18" in facet.holds.fact


@pytest.mark.parametrize(("major", "engine"), [(None, "mysql"), (4, "mysql"), (5, "unknown")])
def test_a_cluster_without_an_engine_was_written_for_an_old_provider(major: int | None, engine: str) -> None:
    assert only("aws_rds_cluster.main: {cluster_identifier: a}\n", Datastore, major).engine == engine


def test_an_aurora_cluster_that_refuses_encryption_weighs_fully() -> None:
    store = only("aws_rds_cluster.main:\n  engine: aurora-mysql\n  storage_encrypted: false\n", Datastore)
    facet = store.facet(FacetName.ENCRYPTED_AT_REST)
    assert facet is not None
    assert facet.weight is Weight.FULL


def test_the_default_of_an_unknown_engine_is_unknown() -> None:
    store = only("aws_rds_cluster.main:\n  engine: unknown(var.engine)\n", Datastore)
    assert isinstance(holds(store, FacetName.ENCRYPTED_AT_REST), Unknown)


def test_a_cluster_is_public_through_one_of_its_instances() -> None:
    text = """\
aws_rds_cluster.main: {engine: aurora-mysql}
aws_rds_cluster_instance.one:
  cluster_identifier: ref(aws_rds_cluster.main.id)
aws_rds_cluster_instance.two:
  cluster_identifier: ref(aws_rds_cluster.main.id)
  publicly_accessible: true
"""
    value = holds(only(text, Datastore), FacetName.PUBLIC)
    assert isinstance(value, Known)
    assert value.value
    assert start(value.at) == (6, 24)


@pytest.mark.parametrize(("major", "encrypted", "public"), [(5, False, True), (6, True, False), (None, True, False)])
def test_redshift_defaults_follow_the_provider(major: int | None, *, encrypted: bool, public: bool) -> None:
    store = only("aws_redshift_cluster.main: {node_type: ra3.large}\n", Datastore, major)
    first, second = holds(store, FacetName.ENCRYPTED_AT_REST), holds(store, FacetName.PUBLIC)
    assert isinstance(first, Known)
    assert isinstance(second, Known)
    assert (first.value, second.value) == (encrypted, public)
    assert ("assumed" in first.fact) == (major is None)


def test_security_groups_are_named_by_their_addresses() -> None:
    text = INSTANCE + "  vpc_security_group_ids: [ref(aws_security_group.db.id)]\naws_security_group.db: {}\n"
    store = only(text, Datastore)
    assert (store.firewalls, store.firewalls_complete) == (("aws_security_group.db",), True)


@pytest.mark.parametrize(
    "written",
    [
        "[ref(aws_security_group.db.id), sg-0123]",
        "[ref(aws_security_group.db.id), unknown(var.extra)]",
        "unknown(a list that is concatenated; aws_security_group.db)",
        "[ref(aws_security_group.db.id), ref(data.aws_security_group.old.id)]",
    ],
)
def test_groups_that_cannot_all_be_told_are_incomplete(written: str) -> None:
    store = only(
        INSTANCE
        + f"  vpc_security_group_ids: {written}\naws_security_group.db: {{}}\ndata.aws_security_group.old: {{}}\n",
        Datastore,
    )
    assert (store.firewalls, store.firewalls_complete) == (("aws_security_group.db",), False)


def test_without_groups_the_default_group_applies_of_which_nothing_is_known() -> None:
    assert not only(INSTANCE, Datastore).firewalls_complete


def test_a_backup_plan_covers_a_store_without_backups_of_its_own() -> None:
    text = INSTANCE + "aws_backup_selection.all:\n  resources: [ref(aws_db_instance.main.arn)]\n"
    value = holds(only(text, Datastore), FacetName.BACKED_UP)
    assert isinstance(value, Known)
    assert value.value
    assert start(value.at) == (5, 15)


@pytest.mark.parametrize(
    ("pattern", "covers"),
    [("'*'", True), ("arn:aws:rds:*:*:db:*", True), ("arn:aws:dynamodb:*:*:table/*", False)],
)
def test_a_backup_plan_selects_by_wildcard(pattern: str, *, covers: bool) -> None:
    text = INSTANCE + f"aws_backup_selection.all:\n  resources: [{pattern}]\n"
    value = holds(only(text, Datastore), FacetName.BACKED_UP)
    assert isinstance(value, Known)
    assert value.value is covers


@pytest.mark.parametrize(
    ("tags", "expected"),
    [("{backup: daily}", True), ("{backup: never}", False), ("{}", False), ("unknown(var.tags)", None)],
)
def test_a_backup_plan_selects_by_tag(tags: str, *, expected: bool | None) -> None:
    selection = "aws_backup_selection.all:\n  selection_tag: [{type: STRINGEQUALS, key: backup, value: daily}]\n"
    value = holds(only(INSTANCE + f"  tags: {tags}\n" + selection, Datastore), FacetName.BACKED_UP)
    assert (value.value if isinstance(value, Known) else None) is expected


def test_identifiers_are_literal_names_only() -> None:
    assert only(INSTANCE + "  identifier: orders\n", Datastore).identifiers == ("orders",)
    assert only(INSTANCE + "  identifier: unknown(var.name)\n", Datastore).identifiers == ()


def test_the_port_is_that_of_the_engine_unless_written() -> None:
    by_default, stated = only(INSTANCE, Datastore).port, only(INSTANCE + "  port: 6000\n", Datastore).port
    assert isinstance(by_default, Known)
    assert (by_default.value, by_default.stated) == (5432, False)
    assert isinstance(stated, Known)
    assert (stated.value, stated.stated) == (6000, True)


def test_what_is_not_asked_of_a_type_has_no_facet() -> None:
    store = only("aws_redshift_cluster.main: {}\n", Datastore)
    assert store.facet(FacetName.DELETION_PROTECTED) is None
    assert isinstance(store.instance_class, Absent)
