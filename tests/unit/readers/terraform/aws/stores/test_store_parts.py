from __future__ import annotations

import pytest

from infraaudit.model import DataClass, Datastore, Disk, FacetName, Known, Survives, Unknown, Upkeep, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

GIB = 2**30


def disk(text: str) -> Disk:
    found = only(text, Datastore).disk
    assert found is not None
    return found


def test_the_disk_of_a_database() -> None:
    found = disk("aws_db_instance.a: {allocated_storage: 100, max_allocated_storage: 200, storage_type: gp3}\n")
    assert (known_value(found.size), known_value(found.largest)) == (100 * GIB, 200 * GIB)
    assert found.grows is not None
    assert known_value(found.grows) is True
    assert found.sustained is not None
    assert known_value(found.sustained) == 3000


@pytest.mark.parametrize(
    ("written", "kind", "sustained"),
    [
        ("allocated_storage: 20", "gp2", 100),
        ("allocated_storage: 200", "gp2", 600),
        ("allocated_storage: 200, iops: 4000", "io1", 4000),
        ("allocated_storage: 20, storage_type: standard", "standard", 100),
    ],
)
def test_how_much_a_disk_bears(written: str, kind: str, sustained: int) -> None:
    found = disk(f"aws_db_instance.a: {{{written}}}\n")
    assert found.sustained is not None
    assert (known_value(found.type), known_value(found.sustained)) == (kind, sustained)


@pytest.mark.parametrize("written", ["storage_type: unknown(var.type)", "iops: unknown(var.iops)"])
def test_an_unknown_kind_bears_nobody_knows_how_much(written: str) -> None:
    assert isinstance(disk(f"aws_db_instance.a: {{allocated_storage: 20, {written}}}\n").sustained, Unknown)


def test_a_limit_of_zero_or_none_keeps_the_disk_as_it_is() -> None:
    for written in ("max_allocated_storage: 0", "allocated_storage: 20"):
        grows = disk(f"aws_db_instance.a: {{{written}}}\n").grows
        assert grows is not None
        assert known_value(grows) is False
    grows = disk("aws_db_instance.a: {max_allocated_storage: unknown(var.max)}\n").grows
    assert isinstance(grows, Unknown)


@pytest.mark.parametrize(
    ("text", "burstable"),
    [
        ("aws_db_instance.a: {instance_class: db.t4g.small}\n", True),
        ("aws_db_instance.a: {instance_class: db.m7g.large}\n", False),
        ("aws_elasticache_replication_group.a: {node_type: cache.t3.micro}\n", True),
        ("aws_opensearch_domain.a: {cluster_config: [{instance_type: t3.small.search}]}\n", True),
        ("aws_mq_broker.a: {host_instance_type: mq.t3.micro}\n", True),
        ("aws_msk_cluster.a: {broker_node_group_info: [{instance_type: kafka.m7g.large}]}\n", False),
    ],
)
def test_machines_that_spend_credits(text: str, *, burstable: bool) -> None:
    credit = only(text, Datastore).credit
    assert credit is not None
    assert known_value(credit.burstable) is burstable


def test_a_machine_that_is_not_written_or_not_known() -> None:
    assert only("aws_opensearch_domain.a: {domain_name: a}\n", Datastore).credit is None
    credit = only("aws_db_instance.a: {instance_class: unknown(var.class)}\n", Datastore).credit
    assert credit is not None
    assert isinstance(credit.burstable, Unknown)


def upkeep(text: str) -> Upkeep:
    found = next(each for each in lifted(text, Datastore)).upkeep
    assert found is not None
    return found


def test_flags_of_changes() -> None:
    found = upkeep("aws_db_instance.a: {apply_immediately: true, maintenance_window: 'sun:03:00-sun:04:00'}\n")
    flags = [found.immediate, found.major, found.minor, found.newest]
    assert [None if flag is None else known_value(flag) for flag in flags] == [True, False, True, False]
    assert found.window is not None
    assert known_value(found.window) == "sun:03:00-sun:04:00"


@pytest.mark.parametrize(
    ("bounds", "newest"), [("engine: postgres", True), ("version: '16'", False), ("latest: true, version: '16'", True)]
)
def test_a_version_that_is_looked_up_is_the_newest_unless_it_is_bounded(bounds: str, *, newest: bool) -> None:
    text = f"""\
aws_db_instance.a: {{engine_version: ref(data.aws_rds_engine_version.a.version)}}
data.aws_rds_engine_version.a: {{{bounds}}}
"""
    found = upkeep(text).newest
    assert found is not None
    assert known_value(found) is newest
    assert isinstance(upkeep("aws_db_instance.a: {engine_version: unknown(var.v)}\n").newest, Unknown)


def test_the_configuration_may_refuse_to_destroy_a_store() -> None:
    guarded = only("aws_db_instance.a: {lifecycle: [{prevent_destroy: true}]}\n", Datastore).guarded
    open_one = only("aws_db_instance.a: {engine: mysql}\n", Datastore).guarded
    assert guarded is not None
    assert open_one is not None
    assert (known_value(guarded), known_value(open_one)) == (True, False)


def test_the_instances_of_a_cluster_have_a_size_and_a_place_in_the_row() -> None:
    text = """\
aws_rds_cluster.a: {engine: aurora-postgresql}
aws_rds_cluster_instance.w: {cluster_identifier: ref(aws_rds_cluster.a.id), instance_class: db.r7g.2xlarge}
aws_rds_cluster_instance.r:
  cluster_identifier: ref(aws_rds_cluster.a.id)
  instance_class: db.r7g.large
  promotion_tier: 15
"""
    members = only(text, Datastore).members
    assert [(each.name, known_value(each.memory)) for each in members] == [("w", 64 * GIB), ("r", 16 * GIB)]
    assert [known_value(each.rank) for each in members if each.rank is not None] == [0, 15]


# -- kinds that are lifted by a row


@pytest.mark.parametrize(
    ("written", "backed_up"),
    [
        ("aws_fsx_windows_file_system.a: {}", True),
        ("aws_fsx_ontap_file_system.a: {automatic_backup_retention_days: 0}", False),
    ],
)
def test_file_systems_of_fsx(written: str, *, backed_up: bool) -> None:
    store = only(f"{written}\n", Datastore)
    facet = store.facet(FacetName.BACKED_UP)
    assert facet is not None
    assert (store.engine, known_value(facet.holds)) == ("fsx", backed_up)


@pytest.mark.parametrize(
    ("kind", "data_class"),
    [("SCRATCH_2", DataClass.TRANSIENT), ("PERSISTENT_1", DataClass.PRIMARY), ("unknown(var.kind)", DataClass.PRIMARY)],
)
def test_scratch_keeps_nothing(kind: str, data_class: DataClass) -> None:
    assert only(f"aws_fsx_lustre_file_system.a: {{deployment_type: {kind}}}\n", Datastore).data_class is data_class


@pytest.mark.parametrize(
    ("bundle", "survives"), [("small_ha_1_0", Survives.ZONE), ("small_1_0", Survives.NOTHING), ("unknown(var.b)", None)]
)
def test_a_database_of_lightsail(bundle: str, survives: Survives | None) -> None:
    store = only(f"aws_lightsail_database.a: {{blueprint_id: mysql_8_0, bundle_id: {bundle}}}\n", Datastore)
    assert store.engine == "mysql"
    assert store.failover is not None
    assert known_value(store.failover.survives) is survives


SCHEDULE = """\
aws_ebs_volume.data: {tags: {%s}}
aws_dlm_lifecycle_policy.daily:
  state: %s
  policy_details: [{resource_types: [%s], target_tags: {Snapshot: "true"}}]
"""
ATTACHED = """\
aws_instance.db: {tags: {Snapshot: "true"}}
aws_volume_attachment.a: {volume_id: ref(aws_ebs_volume.data.id), instance_id: ref(aws_instance.db.id)}
"""


def copied(text: str) -> bool | None:
    facet = only(text, Datastore).facet(FacetName.BACKED_UP)
    assert facet is not None
    return known_value(facet.holds)


def test_a_schedule_copies_the_volumes_with_its_tag() -> None:
    assert copied(SCHEDULE % ('Snapshot: "true"', "ENABLED", "VOLUME")) is True
    assert copied(SCHEDULE % ("Name: data", "ENABLED", "VOLUME")) is False
    assert copied(SCHEDULE % ("Snapshot: unknown(var.tag)", "ENABLED", "VOLUME")) is None


def test_a_schedule_that_is_off_copies_nothing_and_a_tag_may_tell_of_another() -> None:
    assert copied(SCHEDULE % ('Snapshot: "true"', "DISABLED", "VOLUME")) is False
    assert copied(SCHEDULE % ("Backup: daily", "DISABLED", "VOLUME")) is None
    assert copied(SCHEDULE % ("Name: data", "DISABLED", "VOLUME")) is False


def test_a_schedule_of_machines_copies_the_volumes_that_are_attached() -> None:
    assert copied(SCHEDULE % ("Name: data", "ENABLED", "INSTANCE") + ATTACHED) is True
    assert copied(SCHEDULE % ("Name: data", "ENABLED", "INSTANCE")) is False


def test_a_volume_that_a_wildcard_selects_is_copied() -> None:
    text = """\
aws_ebs_volume.data: {size: 10}
aws_backup_selection.all: {plan_id: x, resources: ["arn:aws:ec2:*:*:volume/*"]}
"""
    assert copied(text) is True


def test_a_known_table_is_not_marked_as_defaulted() -> None:
    throughput = only("aws_dynamodb_table.a: {billing_mode: PROVISIONED}\n", Datastore).throughput
    assert throughput is not None
    assert isinstance(throughput.fixed, Known)
    assert throughput.fixed.stated
