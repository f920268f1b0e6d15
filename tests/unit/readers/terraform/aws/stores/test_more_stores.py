from __future__ import annotations

import pytest

from infraaudit.model import (
    CloudResource,
    Datastore,
    FacetName,
    FirewallRule,
    Known,
    ObjectStore,
    Survives,
    Unknown,
    VirtualMachines,
    known_value,
)
from tests.unit.readers.terraform.aws.builder import lifted, only

BUCKET = "aws_s3_bucket.a: {bucket: shop}\n"


def holds(text: str, name: FacetName, kind: type[Datastore] = Datastore) -> object:
    facet = only(text, kind).facet(name)
    assert facet is not None
    return known_value(facet.holds) if isinstance(facet.holds, Known) else "open"


@pytest.mark.parametrize(
    ("more", "own"),
    [
        ("", False),
        ("{sse_algorithm: AES256}", False),
        ("{sse_algorithm: 'aws:kms'}", False),
        ("{sse_algorithm: 'aws:kms', kms_master_key_id: ref(aws_kms_key.a.arn)}", True),
        ("{sse_algorithm: 'aws:kms', kms_master_key_id: 'arn:aws:kms:eu-west-1:1:alias/aws/s3'}", False),
        ("{sse_algorithm: 'aws:kms', kms_master_key_id: unknown(var.key)}", "open"),
    ],
)
def test_a_bucket_has_a_key_of_its_owner_where_its_rule_names_one(more: str, own: object) -> None:
    rule = f"[{{apply_server_side_encryption_by_default: [{more}]}}]"
    for bucket in ("shop", "ref(aws_s3_bucket.a.id)"):
        text = BUCKET + (
            f"aws_s3_bucket_server_side_encryption_configuration.a: {{bucket: {bucket}, rule: {rule}}}\n"
            if more
            else ""
        )
        assert holds(text, FacetName.OWN_KEY, ObjectStore) == own


@pytest.mark.parametrize(("key", "own"), [("alias/aws/rds", False), ("ref(aws_kms_key.a.arn)", True), ("", False)])
def test_a_store_has_a_key_of_its_owner_unless_it_names_that_of_its_service(key: str, *, own: bool) -> None:
    text = "aws_db_instance.a: {engine: postgres" + (f", kms_key_id: {key}" if key else "") + "}\n"
    assert holds(text, FacetName.OWN_KEY) is own


def test_a_replica_follows_its_source_in_the_key() -> None:
    assert holds("aws_db_instance.a: {replicate_source_db: other}\n", FacetName.OWN_KEY) == "open"


@pytest.mark.parametrize(
    ("mode", "encrypted"), [("ssl_mode: none", False), ("ssl_mode: require", True), ("endpoint_id: a", False)]
)
def test_the_end_of_a_migration_is_encrypted_where_it_asks_for_it(mode: str, *, encrypted: bool) -> None:
    (found,) = lifted(f"aws_dms_endpoint.a: {{engine_name: mysql, {mode}}}\n", CloudResource)
    facet = found.facet(FacetName.ENCRYPTED_IN_TRANSIT)
    assert facet is not None
    assert known_value(facet.holds) is encrypted


def test_an_end_that_is_reached_by_the_interface_of_the_cloud_is_not_asked() -> None:
    (found,) = lifted("aws_dms_endpoint.a: {engine_name: s3}\n", CloudResource)
    assert not found.facets


@pytest.mark.parametrize(("mode", "grows"), [("TIERED", True), ("LOCAL", False), ("unknown(var.mode)", None)])
def test_tiers_of_storage_let_the_disks_of_brokers_do(mode: str, grows: bool | None) -> None:  # noqa: FBT001 - a case
    store = only(f"aws_msk_cluster.a: {{cluster_name: a, storage_mode: {mode}}}\n", Datastore)
    assert store.disk is not None
    assert store.disk.grows is not None
    assert known_value(store.disk.grows) is grows


VOLUME = "aws_ebs_volume.a: {tags: {backup: daily}}\n"


@pytest.mark.parametrize(
    ("schedule", "away"),
    [("[{}]", False), ("[{cross_region_copy_rule: [{target: eu-central-1}]}]", True), ("unknown(var.s)", True)],
)
def test_a_schedule_brings_copies_of_volumes_to_another_region(schedule: str, *, away: bool) -> None:
    details = f"[{{resource_types: [VOLUME], target_tags: {{backup: daily}}, schedule: {schedule}}}]"
    store = only(VOLUME + f"aws_dlm_lifecycle_policy.a: {{policy_details: {details}}}\n", Datastore)
    assert store.copied_away is not None
    assert known_value(store.copied_away) is away


LIGHT = "aws_lightsail_instance.a: {name: blog, availability_zone: eu-west-1a%s}\n"


def test_a_machine_of_lightsail_opens_two_ports_by_itself() -> None:
    rules = lifted(LIGHT % "", FirewallRule)
    assert sorted(known_value(each.from_port) or 0 for each in rules) == [22, 80]
    assert known_value(only(LIGHT % "", VirtualMachines).public) is True
    assert known_value(only(LIGHT % ", ip_address_type: ipv6", VirtualMachines).public) is False


@pytest.mark.parametrize("name", ["blog", "ref(aws_lightsail_instance.a.name)"])
def test_ports_that_are_written_take_the_place_of_those(name: str) -> None:
    ports = f"aws_lightsail_instance_public_ports.a: {{instance_name: {name}, port_info: [%s]}}\n"
    written = ports % "{protocol: tcp, from_port: 443, to_port: 443, cidrs: [10.0.0.0/8]}"
    (rule,) = lifted(LIGHT % "" + written, FirewallRule)
    assert known_value(rule.to_port) == 443
    assert [known_value(each) for each in rule.sources] == ["10.0.0.0/8"]
    (anybody,) = lifted(LIGHT % "" + ports % "{protocol: tcp, from_port: 443, to_port: 443}", FirewallRule)
    assert [known_value(each) for each in anybody.sources] == ["0.0.0.0/0"]


def test_ports_for_a_machine_that_cannot_be_told_leave_all_open() -> None:
    ports = "aws_lightsail_instance_public_ports.a: {instance_name: unknown(var.x), port_info: [{from_port: 22}]}\n"
    assert not lifted(LIGHT % "" + ports, FirewallRule)


@pytest.mark.parametrize(("status", "copied"), [("Enabled", True), ("Disabled", False)])
def test_a_disk_of_lightsail_is_copied_with_its_machine(status: str, *, copied: bool) -> None:
    text = (
        LIGHT % f", add_on: [{{type: AutoSnapshot, status: {status}}}]"
        + "aws_lightsail_disk.d: {name: data}\n"
        + "aws_lightsail_disk_attachment.d: {disk_name: data, instance_name: ref(aws_lightsail_instance.a.name)}\n"
    )
    assert holds(text, FacetName.BACKED_UP) is copied


def test_a_warehouse_without_machines_has_the_key_and_the_logs_of_its_namespace() -> None:
    text = (
        "aws_redshiftserverless_workgroup.a: {workgroup_name: a, namespace_name: %s, base_capacity: 32}\n"
        "aws_redshiftserverless_namespace.a: {namespace_name: reports, kms_key_id: ref(aws_kms_key.a.arn),"
        " log_exports: [userlog]}\n"
    )
    for name in ("reports", "ref(aws_redshiftserverless_namespace.a.namespace_name)"):
        assert holds(text % name, FacetName.OWN_KEY) is True
        assert holds(text % name, FacetName.LOGS_WRITTEN) is True
    alone = "aws_redshiftserverless_workgroup.a: {workgroup_name: a, namespace_name: unknown(var.name)}\n"
    assert holds(alone, FacetName.OWN_KEY) == "open"
    capacity = only(text % "reports", Datastore).capacity
    assert capacity is not None
    assert known_value(capacity.least) == 32000


POLICY = """\
aws_opensearchserverless_security_policy.a:
  type: network
  policy: '[{"AllowFromPublic": %s, "Rules": [{"ResourceType": "collection", "Resource": ["collection/%s"]}]}]'
"""


@pytest.mark.parametrize(
    ("allowed", "name", "public"),
    [
        ("true", "logs", True),
        ("true", "l*", True),
        ("true", "*", True),
        ("true", "others", False),
        ("false", "*", False),
    ],
)
def test_a_policy_lets_the_internet_reach_a_collection(allowed: str, name: str, *, public: bool) -> None:
    text = "aws_opensearchserverless_collection.a: {name: logs}\n" + POLICY % (allowed, name)
    assert holds(text, FacetName.PUBLIC) is public


def test_a_collection_survives_a_zone_unless_its_standbys_are_off() -> None:
    store = only("aws_opensearchserverless_collection.a: {name: logs, standby_replicas: DISABLED}\n", Datastore)
    usual = only("aws_opensearchserverless_collection.a: {name: logs}\n", Datastore)
    assert store.failover is not None
    assert usual.failover is not None
    assert known_value(store.failover.survives) is Survives.NOTHING
    assert known_value(usual.failover.survives) is Survives.ZONE


def test_a_collection_whose_policies_cannot_be_told_may_be_public() -> None:
    text = (
        "aws_opensearchserverless_collection.a: {name: logs}\n"
        "aws_opensearchserverless_security_policy.a: {type: network, policy: unknown(var.policy)}\n"
    )
    assert holds(text, FacetName.PUBLIC) == "open"


@pytest.mark.parametrize(("value", "written"), [("'1'", True), ("'0'", False), ("unknown(var.x)", None)])
def test_an_exported_log_is_written_where_the_parameters_say_so(value: str, written: bool | None) -> None:  # noqa: FBT001 - a case
    text = (
        "aws_db_instance.a: {engine: mysql, enabled_cloudwatch_logs_exports: [slowquery],"
        " parameter_group_name: ref(aws_db_parameter_group.a.name)}\n"
        f"aws_db_parameter_group.a: {{parameter: [{{name: slow_query_log, value: {value}}}]}}\n"
    )
    (export,) = only(text, Datastore).produced
    assert known_value(export.written) is written
    assert isinstance(export.written, Known | Unknown)
