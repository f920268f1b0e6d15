from __future__ import annotations

import pytest

from infraaudit.model import (
    Absent,
    DataClass,
    Datastore,
    FacetName,
    Known,
    ObjectStore,
    Unknown,
    Value,
    Weight,
    known_value,
)
from tests.unit.readers.terraform.aws.builder import lifted, only, start


def holds(text: str, name: FacetName) -> Value[bool]:
    facet = only(text, Datastore).facet(name)
    assert facet is not None
    return facet.holds


def known(text: str, name: FacetName) -> bool:
    value = holds(text, name)
    assert isinstance(value, Known)
    return value.value


# -- in memory


@pytest.mark.parametrize(("written", "engine"), [("", "redis"), ("  engine: valkey\n", "valkey")])
def test_the_engine_of_a_cache(written: str, engine: str) -> None:
    store = only(f"aws_elasticache_replication_group.main:\n  node_type: cache.t3.micro\n{written}", Datastore)
    assert store.engine == engine


@pytest.mark.parametrize(("engine", "encrypted"), [("redis", False), ("valkey", True)])
def test_encryption_of_a_cache_follows_its_engine(engine: str, *, encrypted: bool) -> None:
    text = f"aws_elasticache_replication_group.main: {{engine: {engine}}}\n"
    assert known(text, FacetName.ENCRYPTED_AT_REST) is encrypted


def test_encryption_of_a_cache_with_an_unknown_engine_is_unknown() -> None:
    value = holds(
        "aws_elasticache_replication_group.main: {engine: unknown(var.engine)}\n", FacetName.ENCRYPTED_AT_REST
    )
    assert isinstance(value, Unknown)
    assert "var.engine" in value.why


@pytest.mark.parametrize(
    ("name", "data_class"),
    [
        ("page_cache", DataClass.DERIVED),
        ("main", DataClass.DERIVED),
        ("celery_broker", DataClass.PRIMARY),
        ("sessions", DataClass.PRIMARY),
        ("job-queue", DataClass.PRIMARY),
    ],
)
def test_a_cache_that_keeps_work_is_primary(name: str, data_class: DataClass) -> None:
    assert only(f"aws_elasticache_replication_group.{name}: {{}}\n", Datastore).data_class is data_class


def test_memcached_is_not_asked_for_backups() -> None:
    store = only("aws_elasticache_cluster.main: {engine: memcached}\n", Datastore)
    assert store.facet(FacetName.BACKED_UP) is None


def test_a_member_of_a_replication_group_is_no_store() -> None:
    text = "aws_elasticache_cluster.main: {replication_group_id: ref(aws_elasticache_replication_group.a.id)}\n"
    assert lifted(text, Datastore) == ()


# -- the others


@pytest.mark.parametrize(
    ("text", "engine"),
    [
        ("aws_dynamodb_table.t: {}", "dynamodb"),
        ("aws_opensearch_domain.t: {engine_version: OpenSearch_2.11}", "opensearch"),
        ("aws_opensearch_domain.t: {engine_version: Elasticsearch_7.10}", "elasticsearch"),
        ("aws_msk_cluster.t: {}", "kafka"),
        ("aws_mq_broker.t: {engine_type: RabbitMQ}", "rabbitmq"),
        ("aws_mq_broker.t: {engine_type: unknown(var.engine)}", "unknown"),
        ("aws_s3_bucket.t: {}", "s3"),
        ("aws_kinesis_stream.t: {}", "kinesis"),
        ("aws_dax_cluster.t: {}", "dax"),
        ("aws_docdb_cluster.t: {}", "mongodb"),
        ("aws_neptune_cluster.t: {}", "neptune"),
        ("aws_memorydb_cluster.t: {}", "redis"),
        ("aws_efs_file_system.t: {}", "efs"),
        ("aws_ebs_volume.t: {}", "ebs"),
        ("aws_timestreaminfluxdb_db_instance.t: {}", "influxdb"),
    ],
)
def test_the_engine_of_a_store(text: str, engine: str) -> None:
    assert only(text, Datastore).engine == engine


@pytest.mark.parametrize("type_", ["aws_dynamodb_table", "aws_s3_bucket", "aws_msk_cluster", "aws_mq_broker"])
def test_what_the_platform_encrypts_needs_no_argument(type_: str) -> None:
    value = holds(f"{type_}.main: {{}}\n", FacetName.ENCRYPTED_AT_REST)
    assert isinstance(value, Known)
    assert (value.value, value.stated) == (True, False)


def test_point_in_time_recovery_is_the_backup_of_a_table() -> None:
    text = "aws_dynamodb_table.orders:\n  point_in_time_recovery:\n    - enabled: %s\n"
    assert not known("aws_dynamodb_table.orders: {}\n", FacetName.BACKED_UP)
    assert known(text % "true", FacetName.BACKED_UP)
    refused = holds(text % "false", FacetName.BACKED_UP)
    assert isinstance(refused, Known)
    assert start(refused.at) == (3, 16)


def test_a_block_that_cannot_be_told_makes_its_facet_unknown() -> None:
    text = "aws_dynamodb_table.orders:\n  point_in_time_recovery: unknown(a dynamic block over var.recovery)\n"
    value = holds(text, FacetName.BACKED_UP)
    assert isinstance(value, Unknown)
    assert "var.recovery" in value.why


@pytest.mark.parametrize(
    ("text", "data_class"),
    [
        ("aws_dynamodb_table.orders: {hash_key: id}", DataClass.PRIMARY),
        ("aws_dynamodb_table.state: {hash_key: LockID}", DataClass.TRANSIENT),
        ("aws_dynamodb_table.sessions: {ttl: [{enabled: true}]}", DataClass.TRANSIENT),
        ("aws_dynamodb_table.job_locks: {ttl: [{enabled: true}]}", DataClass.TRANSIENT),
        ("aws_dynamodb_table.sessions: {hash_key: id}", DataClass.PRIMARY),
        ("aws_s3_bucket.access_logs: {}", DataClass.DERIVED),
        ("aws_s3_bucket.media: {bucket: shop-media}", DataClass.PRIMARY),
        ("aws_opensearch_domain.main: {}", DataClass.DERIVED),
    ],
)
def test_the_class_of_the_data(text: str, data_class: DataClass) -> None:
    assert only(text, Datastore).data_class is data_class


@pytest.mark.parametrize(("written", "encrypted"), [("KMS", True), ("NONE", False)])
def test_a_stream_is_encrypted_by_the_word_kms(written: str, *, encrypted: bool) -> None:
    text = f"aws_kinesis_stream.main: {{encryption_type: {written}}}\n"
    assert known(text, FacetName.ENCRYPTED_AT_REST) is encrypted


# -- search domains


@pytest.mark.parametrize(
    ("body", "public"),
    [
        ("{vpc_options: [{subnet_ids: [a]}]}", False),
        ("""{access_policies: '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}}]}'}""", True),
        (
            """{access_policies: '{"Statement": {"Effect": "Allow", "Principal": "*", "Condition": {"a":{"b":1}}}}'}""",
            False,
        ),
        ("""{access_policies: '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:a"}}]}'}""", False),
        ("{access_policies: ref(data.aws_iam_policy_document.search.json)}", None),
        ("{}", None),
        ("{access_policies: 'no document'}", None),
    ],
)
def test_a_domain_is_as_public_as_its_access_policy(body: str, *, public: bool | None) -> None:
    value = holds(f"aws_opensearch_domain.main: {body}\n", FacetName.PUBLIC)
    assert (value.value if isinstance(value, Known) else None) is public


@pytest.mark.parametrize(
    ("statement", "public"),
    [
        ("[{principals: [{type: AWS, identifiers: ['*']}]}]", True),
        ("[{effect: Deny, principals: [{type: AWS, identifiers: ['*']}]}]", False),
        ("[{principals: [{type: AWS, identifiers: ['*']}], condition: [{test: IpAddress}]}]", False),
        ("[{principals: [{type: AWS, identifiers: [unknown(var.readers)]}]}]", None),
        ("[{principals: [{type: AWS, identifiers: [ref(aws_iam_role.reader.arn)]}]}]", False),
        ("unknown(a dynamic block over var.statements)", None),
    ],
)
def test_the_policy_may_be_built_by_a_data_source(statement: str, *, public: bool | None) -> None:
    text = f"""\
aws_opensearch_domain.main: {{domain_name: search}}
aws_opensearch_domain_policy.main:
  domain_name: search
  access_policies: ref(data.aws_iam_policy_document.search.json)
data.aws_iam_policy_document.search:
  statement: {statement}
"""
    value = holds(text, FacetName.PUBLIC)
    assert (value.value if isinstance(value, Known) else None) is public


def test_fine_grained_access_demands_encryption() -> None:
    text = "aws_opensearch_domain.main:\n  advanced_security_options: [{enabled: true}]\n"
    assert known(text, FacetName.ENCRYPTED_AT_REST)
    assert not known("aws_opensearch_domain.main: {}\n", FacetName.ENCRYPTED_AT_REST)


# -- files and volumes


def test_a_file_system_is_backed_up_by_its_policy() -> None:
    text = """\
aws_efs_file_system.media: {}
aws_efs_backup_policy.media:
  file_system_id: ref(aws_efs_file_system.media.id)
  backup_policy: [{status: %s}]
"""
    assert known(text % "ENABLED", FacetName.BACKED_UP)
    assert not known(text % "DISABLED", FacetName.BACKED_UP)
    assert isinstance(holds(text % "unknown(var.status)", FacetName.BACKED_UP), Unknown)


def test_the_groups_of_a_file_system_stand_on_its_mount_targets() -> None:
    text = """\
aws_efs_file_system.media: {}
aws_efs_mount_target.a:
  file_system_id: ref(aws_efs_file_system.media.id)
  security_groups: [ref(aws_security_group.nfs.id)]
aws_security_group.nfs: {}
"""
    store = only(text, Datastore)
    assert (store.firewalls, store.firewalls_complete) == (("aws_security_group.nfs",), True)


def test_the_account_may_encrypt_every_volume() -> None:
    assert not known("aws_ebs_volume.data: {}\n", FacetName.ENCRYPTED_AT_REST)
    assert known("aws_ebs_volume.data: {}\naws_ebs_encryption_by_default.on: {}\n", FacetName.ENCRYPTED_AT_REST)
    text = "aws_ebs_volume.data: {encrypted: false}\naws_ebs_encryption_by_default.on: {}\n"
    assert not known(text, FacetName.ENCRYPTED_AT_REST)


def test_a_volume_weighs_less_than_a_database() -> None:
    facet = only("aws_ebs_volume.data: {}\n", Datastore).facet(FacetName.ENCRYPTED_AT_REST)
    assert facet is not None
    assert (facet.weight, facet.equivalents) == (Weight.LESS, ("CKV_AWS_3",))


BUCKET = "aws_s3_bucket.files: {bucket: files}\n"


def test_rules_copy_objects_to_other_buckets_unless_they_are_switched_off() -> None:
    rules = (
        "aws_s3_bucket_replication_configuration.files:\n  bucket: ref(aws_s3_bucket.files.id)\n  rule:\n"
        "    - {status: Enabled, destination: [{bucket: ref(aws_s3_bucket.far.arn)}]}\n"
        "    - {status: Disabled, destination: [{bucket: ref(aws_s3_bucket.old.arn)}]}\n"
    )
    store = only(BUCKET + rules, ObjectStore)
    assert store.copied_away is not None
    assert known_value(store.copied_away) is True
    off = only(BUCKET + rules.replace("Enabled", "Disabled"), ObjectStore).copied_away
    assert off is not None
    assert known_value(off) is False
    open_rules = rules.partition("  rule:")[0] + "  rule: unknown(var.rules)\n"
    assert isinstance(only(BUCKET + open_rules, ObjectStore).copied_away, Unknown)


def test_a_lock_keeps_objects_where_it_has_a_rule() -> None:
    lock = "aws_s3_bucket_object_lock_configuration.files: {{bucket: files{}}}\n"
    ruled = only(BUCKET + lock.format(", rule: [{default_retention: [{days: 30}]}]"), ObjectStore)
    assert ruled.locked is not None
    assert known_value(ruled.locked) is True
    assert isinstance(only(BUCKET + lock.format(""), ObjectStore).locked, Absent)
    assert isinstance(only(BUCKET + lock.format(", rule: unknown(var.lock)"), ObjectStore).locked, Unknown)


def test_old_versions_go_after_the_shortest_time_of_a_rule() -> None:
    rules = (
        "aws_s3_bucket_lifecycle_configuration.files:\n  bucket: ref(aws_s3_bucket.files.id)\n  rule:\n"
        "    - {status: Enabled, noncurrent_version_expiration: [{noncurrent_days: 90}]}\n"
        "    - {status: Enabled, noncurrent_version_expiration: [{noncurrent_days: 30}]}\n"
        "    - {status: Disabled, noncurrent_version_expiration: [{noncurrent_days: 1}]}\n"
    )
    store = only(BUCKET + rules, ObjectStore)
    assert store.old_versions is not None
    assert known_value(store.old_versions) == 30
    assert isinstance(only(BUCKET, ObjectStore).old_versions, Absent)


def test_a_bucket_writes_requests_down_where_another_resource_says_so() -> None:
    facet = only(BUCKET, ObjectStore).facet(FacetName.ACCESS_LOGGED)
    assert facet is not None
    assert known_value(facet.holds) is False
    logging = "aws_s3_bucket_logging.files: {bucket: files, target_bucket: logs}\n"
    logged = only(BUCKET + logging, ObjectStore).facet(FacetName.ACCESS_LOGGED)
    assert logged is not None
    assert known_value(logged.holds) is True
