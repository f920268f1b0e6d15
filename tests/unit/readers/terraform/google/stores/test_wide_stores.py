"""Spanner, Bigtable, BigQuery, Filestore and Kafka of Google, and the SSL of AlloyDB."""

from __future__ import annotations

import pytest

from infraaudit.model import (
    DataClass,
    Datastore,
    FacetName,
    ObjectStore,
    PublicAccess,
    Survives,
    Unknown,
    known_value,
)
from tests.unit.readers.terraform.aws.builder import lifted, only


def _facet(text: str, name: FacetName) -> object:
    store = next(each for each in lifted(text, Datastore))
    facet = store.facet(name)
    assert facet is not None
    return facet.holds if isinstance(facet.holds, Unknown) else facet.holds.value


SPANNER = """\
google_spanner_instance.main: {name: orders}
google_spanner_database.orders: {name: shop, instance: INSTANCE, PROTECTION}
"""
SCHEDULE = "google_spanner_backup_schedule.daily: {database: DATABASE, instance: orders}\n"


def _spanner(instance: str = "orders", protection: str = "enable_drop_protection: false", schedule: str = "") -> str:
    return SPANNER.replace("INSTANCE", instance).replace("PROTECTION", protection) + schedule


@pytest.mark.parametrize(
    ("database", "copied"),
    [
        ("shop", True),
        ("ref(google_spanner_database.orders.name)", True),
        ("projects/p/instances/orders/databases/shop", True),
        ("other", False),
    ],
)
def test_a_schedule_copies_a_database_of_spanner(database: str, *, copied: bool) -> None:
    text = _spanner(schedule=SCHEDULE.replace("DATABASE", database))
    assert _facet(text, FacetName.BACKED_UP) is copied


def test_a_database_of_spanner_without_a_schedule_is_not_copied() -> None:
    assert _facet(_spanner(), FacetName.BACKED_UP) is False
    text = _spanner(schedule=SCHEDULE.replace("DATABASE", "unknown(var.database has no default)"))
    assert isinstance(_facet(text, FacetName.BACKED_UP), Unknown)


def test_an_instance_of_spanner_may_copy_its_databases_itself_and_is_open_without_any() -> None:
    alone = "google_spanner_instance.main: {name: orders}\n"
    assert isinstance(_facet(alone, FacetName.BACKED_UP), Unknown)
    assert isinstance(_facet(alone, FacetName.DELETION_PROTECTED), Unknown)
    copied = "google_spanner_instance.main: {name: orders, default_backup_schedule_type: AUTOMATIC}\n"
    assert _facet(copied, FacetName.BACKED_UP) is True


@pytest.mark.parametrize("instance", ["orders", "ref(google_spanner_instance.main.name)"])
def test_the_guard_of_a_database_holds_its_instance(instance: str) -> None:
    assert _facet(_spanner(instance), FacetName.DELETION_PROTECTED) is False
    assert _facet(_spanner(instance, "enable_drop_protection: true"), FacetName.DELETION_PROTECTED) is True


ZONES = "[{cluster_id: a, zone: europe-west1-b}, {cluster_id: b, zone: SECOND}]"


@pytest.mark.parametrize(
    ("clusters", "survives"),
    [
        ("[{cluster_id: a, zone: europe-west1-b}]", Survives.INSTANCE),
        (ZONES.replace("SECOND", "europe-west1-c"), Survives.ZONE),
        (ZONES.replace("SECOND", "unknown(var.zone has no default)"), None),
        ("unknown(var.clusters has no default)", None),
    ],
)
def test_what_bigtable_survives(clusters: str, survives: Survives | None) -> None:
    store = only(f"google_bigtable_instance.events: {{name: events, cluster: {clusters}}}\n", Datastore)
    assert store.failover is not None
    assert known_value(store.failover.survives) is survives
    assert _facet("google_bigtable_instance.events: {force_destroy: true}\n", FacetName.LAST_COPY) is False


def test_a_view_of_bigquery_is_no_store() -> None:
    tables = """\
google_bigquery_table.orders: {table_id: orders, deletion_protection: false}
google_bigquery_table.totals: {table_id: totals, deletion_protection: false, view: [{query: select 1}]}
google_bigquery_table.tmp: {table_id: tmp_orders}
"""
    orders, temporary = lifted(tables, Datastore)
    assert (orders.engine, orders.data_class) == ("bigquery", DataClass.PRIMARY)
    assert temporary.data_class is DataClass.TRANSIENT
    assert _facet(tables, FacetName.DELETION_PROTECTED) is False


@pytest.mark.parametrize(
    ("type_", "engine"),
    [
        ("google_filestore_instance", "filestore"),
        ("google_memcache_instance", "memcached"),
        ("google_managed_kafka_cluster", "kafka"),
        ("google_bigquery_dataset", "bigquery"),
    ],
)
def test_what_google_encrypts_itself(type_: str, engine: str) -> None:
    store = only(f"{type_}.main: {{name: orders}}\n", Datastore)
    assert store.engine == engine
    assert _facet(f"{type_}.main: {{name: orders}}\n", FacetName.ENCRYPTED_AT_REST) is True


@pytest.mark.parametrize(
    ("written", "encrypted"),
    [
        ("", True),
        (", client_connection_config: [{ssl_config: [{ssl_mode: ENCRYPTED_ONLY}]}]", True),
        (", client_connection_config: [{ssl_config: [{ssl_mode: ALLOW_UNENCRYPTED_AND_ENCRYPTED}]}]", False),
    ],
)
def test_the_ssl_of_alloydb(written: str, *, encrypted: bool) -> None:
    text = f"""\
google_alloydb_cluster.main: {{cluster_id: main}}
google_alloydb_instance.main: {{cluster: ref(google_alloydb_cluster.main.name), instance_type: PRIMARY{written}}}
"""
    assert _facet(text, FacetName.ENCRYPTED_IN_TRANSIT) is encrypted


DEFAULT_LIST = "google_storage_default_object_acl.a: {bucket: media, role_entity: ['READER:allAuthenticatedUsers']}\n"
BUCKET = "google_storage_bucket.media: {name: media, UNIFORM}\n"


@pytest.mark.parametrize(
    ("beside", "public"),
    [
        ("google_storage_bucket_acl.a: {bucket: media, role_entity: ['OWNER:user-a', 'READER:allUsers']}\n", "READ"),
        ("google_storage_bucket_acl.a: {bucket: media, predefined_acl: publicReadWrite}\n", "WRITE"),
        (DEFAULT_LIST, "READ"),
        ("google_storage_bucket_acl.a: {bucket: other, predefined_acl: publicRead}\n", "NONE"),
        ("google_storage_bucket_acl.a: {bucket: media, predefined_acl: private}\n", "NONE"),
    ],
)  # fmt: skip
def test_lists_of_a_bucket(beside: str, public: str) -> None:
    bucket = only(BUCKET.replace("UNIFORM", "location: eu") + beside, ObjectStore)
    assert bucket.public is not None
    assert known_value(bucket.public) is PublicAccess[public]
    uniform = only(BUCKET.replace("UNIFORM", "uniform_bucket_level_access: true") + beside, ObjectStore)
    assert uniform.public is not None
    assert known_value(uniform.public) is PublicAccess.NONE


def test_a_whole_policy_of_a_bucket_lets_everybody_read() -> None:
    text = """\
google_storage_bucket.media: {name: media}
data.google_iam_policy.media: {binding: [{role: roles/storage.objectViewer, members: [allUsers]}]}
google_storage_bucket_iam_policy.media: {bucket: media, policy_data: ref(data.google_iam_policy.media.policy_data)}
"""
    public = only(text, ObjectStore).public
    assert public is not None
    assert known_value(public) is PublicAccess.READ
