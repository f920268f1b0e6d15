from __future__ import annotations

import pytest

from infraaudit.model import Absent, DataClass, Datastore, FacetName, FirewallRule, Known, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only, start

DATABASE = """\
google_sql_database_instance.main:
  name: orders
  database_version: POSTGRES_16
  settings:
    - tier: db-custom-2-7680
      backup_configuration: [{enabled: false}]
      ip_configuration:
        - ipv4_enabled: true
          authorized_networks: [{value: 0.0.0.0/0}, {value: 192.0.2.0/24}]
"""


def _holds(store: Datastore, name: FacetName) -> object:
    facet = store.facet(name)
    assert facet is not None
    return facet.holds


def test_a_database_with_its_facets() -> None:
    store = only(DATABASE, Datastore)
    assert (store.engine, store.managed, store.data_class) == ("postgres", True, DataClass.PRIMARY)
    assert known_value(store.memory or Absent(store.at)) == 7680 * 2**20
    assert known_value(store.port or Absent(store.at)) == 5432
    assert store.identifiers == ("orders",)
    backed_up = _holds(store, FacetName.BACKED_UP)
    assert isinstance(backed_up, Known)
    assert (backed_up.value, start(backed_up.at)) == (False, (6, 40))


def test_what_is_not_written_is_the_providers_default() -> None:
    store = only("google_sql_database_instance.main: {database_version: MYSQL_8_0}\n", Datastore)
    answers = {facet.name: known_value(facet.holds) for facet in store.facets}
    assert answers == {
        FacetName.ENCRYPTED_AT_REST: True,
        FacetName.BACKED_UP: False,
        FacetName.PUBLIC: True,
        FacetName.DELETION_PROTECTED: True,
        FacetName.ENCRYPTED_IN_TRANSIT: False,
        FacetName.OWN_KEY: False,
        FacetName.IDENTITY_LOGIN: False,
    }
    assert not any(facet.holds.stated for facet in store.facets if isinstance(facet.holds, Known))


@pytest.mark.parametrize(
    ("tier", "limit"),
    [
        ("db-f1-micro", 25),
        ("db-g1-small", 50),
        ("db-custom-1-3840", 100),
        ("db-custom-2-7680", 400),
        ("db-n1-standard-4", 500),
        ("db-perf-optimized-N-2", 500),
        ("db-perf-optimized-N-16", 1000),
    ],
)
def test_connections_of_a_tier(tier: str, limit: int) -> None:
    text = f"google_sql_database_instance.main: {{database_version: POSTGRES_16, settings: [{{tier: {tier}}}]}}\n"
    store = only(text, Datastore)
    assert known_value(store.max_connections or Absent(store.at)) == limit
    assert store.reserved_connections == 3


def test_a_flag_comes_before_the_tier() -> None:
    text = """\
google_sql_database_instance.main:
  database_version: POSTGRES_16
  settings: [{tier: db-f1-micro, database_flags: [{name: max_connections, value: "300"}]}]
"""
    assert known_value(only(text, Datastore).max_connections or Absent(only(text, Datastore).at)) == 300


@pytest.mark.parametrize("settings", ["{tier: db-strange}", "{tier: unknown(var.tier)}", "{}"])
def test_a_ceiling_that_cannot_be_told(settings: str) -> None:
    text = f"google_sql_database_instance.main: {{database_version: POSTGRES_16, settings: [{settings}]}}\n"
    assert isinstance(only(text, Datastore).max_connections, Unknown)


def test_networks_are_the_rules_of_the_instance() -> None:
    rules = lifted(DATABASE, FirewallRule)
    assert [known_value(rule.sources[0]) for rule in rules] == ["0.0.0.0/0", "192.0.2.0/24"]
    assert {known_value(rule.group) for rule in rules} == {"google_sql_database_instance.main"}
    assert [known_value(rules[0].from_port), known_value(rules[0].to_port)] == [5432, 5432]


def test_an_instance_without_an_address_admits_nobody() -> None:
    assert not lifted(DATABASE.replace("ipv4_enabled: true", "ipv4_enabled: false"), FirewallRule)


def test_a_replica_and_a_clone() -> None:
    replica = only("google_sql_database_instance.r: {master_instance_name: orders}\n", Datastore)
    assert (replica.replica, replica.data_class) == (True, DataClass.DERIVED)
    clone = only("google_sql_database_instance.c: {clone: [{source_instance_name: orders}]}\n", Datastore)
    assert isinstance(_holds(clone, FacetName.BACKED_UP), Unknown)


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ("{}", True),
        ("{continuous_backup_config: [{enabled: false}]}", True),
        ("{continuous_backup_config: [{enabled: false}], automated_backup_policy: [{enabled: false}]}", False),
        ("{continuous_backup_config: [{enabled: unknown(var.x)}], automated_backup_policy: [{enabled: false}]}", None),
    ],
)
def test_backups_of_alloydb(body: str, *, answer: bool | None) -> None:
    facet = only(f"google_alloydb_cluster.main: {body}\n", Datastore).facet(FacetName.BACKED_UP)
    assert facet is not None
    assert known_value(facet.holds) is answer


def test_the_public_address_of_an_alloydb_instance() -> None:
    text = """\
google_alloydb_cluster.main: {cluster_id: orders}
google_alloydb_instance.main:
  cluster: ref(google_alloydb_cluster.main.name)
  network_config: [{enable_public_ip: true}]
"""
    assert known_value(_public(only(text, Datastore))) is True
    assert known_value(_public(only(text.replace("true", "false"), Datastore))) is False


def _public(store: Datastore) -> Known[bool] | Unknown[bool]:
    facet = store.facet(FacetName.PUBLIC)
    assert facet is not None
    return facet.holds
