from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from infraaudit.model import Absent, DataClass, Datastore, FacetName, FirewallRule, Known, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only


def _holds(text: str, name: FacetName) -> bool | None:
    facet = only(text, Datastore).facet(name)
    assert facet is not None
    return known_value(facet.holds)


POSTGRES = """\
azurerm_postgresql_flexible_server.main:
  name: orders
  version: "16"
  sku_name: GP_Standard_D2ds_v5
"""


def test_a_database_with_its_facets() -> None:
    store = only(POSTGRES, Datastore)
    assert (store.engine, store.managed, store.data_class) == ("postgres", True, DataClass.PRIMARY)
    assert known_value(store.memory or Absent(store.at)) == 8 * 2**30
    assert {facet.name: known_value(facet.holds) for facet in store.facets} == {
        FacetName.ENCRYPTED_AT_REST: True,
        FacetName.BACKED_UP: True,
        FacetName.PUBLIC: True,
        FacetName.ENCRYPTED_IN_TRANSIT: True,
        FacetName.LOGS_SENT: False,
        FacetName.DELETION_PROTECTED: False,
        FacetName.IDENTITY_LOGIN: False,
        FacetName.OWN_KEY: False,
    }
    assert (store.identifiers, store.reserved_connections) == (("orders",), 15)


@pytest.mark.parametrize(
    ("sku", "limit"),
    [
        ("B_Standard_B1ms", 50),
        ("B_Standard_B2s", 429),
        ("B_Standard_B2ms", 859),
        ("GP_Standard_D2ds_v5", 859),
        ("GP_Standard_D4s_v3", 1718),
        ("MO_Standard_E4ds_v5", 3437),
        ("GP_Standard_D64ds_v5", 5000),
    ],
)
def test_connections_of_a_sku(sku: str, limit: int) -> None:
    store = only(POSTGRES.replace("GP_Standard_D2ds_v5", sku), Datastore)
    assert known_value(store.max_connections or Absent(store.at)) == limit


def test_a_parameter_comes_before_the_sku() -> None:
    text = (
        POSTGRES
        + """\
azurerm_postgresql_flexible_server_configuration.limit:
  server_id: ref(azurerm_postgresql_flexible_server.main.id)
  name: max_connections
  value: "300"
"""
    )
    store = only(text, Datastore)
    assert known_value(store.max_connections or Absent(store.at)) == 300
    hidden = only(text.replace("name: max_connections", "name: unknown(each.key)"), Datastore)
    assert isinstance(hidden.max_connections, Unknown)


@pytest.mark.parametrize("sku", ["GP_Standard_X2", "unknown(var.sku)"])
def test_a_ceiling_that_cannot_be_told(sku: str) -> None:
    assert isinstance(only(POSTGRES.replace("GP_Standard_D2ds_v5", sku), Datastore).max_connections, Unknown)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("azurerm_postgresql_flexible_server.a: {delegated_subnet_id: ref(azurerm_subnet.db.id)}", False),
        ("azurerm_postgresql_flexible_server.a: {delegated_subnet_id: unknown(var.subnet)}", None),
        ("azurerm_postgresql_flexible_server.a: {public_network_access_enabled: false}", False),
        ("azurerm_mysql_flexible_server.a: {public_network_access: Disabled}", False),
        ("azurerm_mysql_flexible_server.a: {}", True),
        ("azurerm_redis_cache.a: {subnet_id: ref(azurerm_subnet.cache.id)}", False),
        ("azurerm_cosmosdb_account.a: {public_network_access_enabled: unknown(var.public)}", None),
    ],
)
def test_whether_a_store_is_public(text: str, *, answer: bool | None) -> None:
    assert _holds(text + "\n", FacetName.PUBLIC) is answer


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ("{}", False),
        ("{redis_configuration: [{rdb_backup_enabled: true}]}", True),
        ("{redis_configuration: [{aof_backup_enabled: true}]}", True),
        ("{redis_configuration: [{aof_backup_enabled: unknown(var.aof)}]}", None),
    ],
)
def test_backups_of_a_cache_that_holds_sessions(body: str, *, answer: bool | None) -> None:
    assert _holds(f"azurerm_redis_cache.sessions: {body}\n", FacetName.BACKED_UP) is answer


def test_a_cache_is_not_asked_for_backups() -> None:
    assert only("azurerm_redis_cache.pages: {}\n", Datastore).facet(FacetName.BACKED_UP) is None
    assert only("azurerm_managed_redis.pages: {}\n", Datastore).facet(FacetName.BACKED_UP) is None


def test_a_database_of_sql_server_may_be_stored_plain() -> None:
    text = "azurerm_mssql_database.a: {transparent_data_encryption_enabled: false}\n"
    assert _holds(text, FacetName.ENCRYPTED_AT_REST) is False


def test_an_account_of_mongodb() -> None:
    assert only("azurerm_cosmosdb_account.a: {kind: MongoDB}\n", Datastore).engine == "mongodb"


LOWEST = str(IPv4Address(0))
RULE = """\
azurerm_mssql_server.main: {name: orders}
azurerm_mssql_firewall_rule.office:
  server_id: ref(azurerm_mssql_server.main.id)
  start_ip_address: START
  end_ip_address: END
"""


@pytest.mark.parametrize(
    ("first", "last", "ranges"),
    [
        (LOWEST, "255.255.255.255", ["0.0.0.0/0"]),
        (LOWEST, LOWEST, ["0.0.0.0/32"]),
        ("192.0.2.0", "192.0.2.127", ["192.0.2.0/25"]),
        ("192.0.2.9", "192.0.2.1", [None]),
        ("unknown(var.office)", "192.0.2.1", [None]),
    ],
)
def test_the_range_of_a_rule(first: str, last: str, ranges: list[str | None]) -> None:
    rule = only(RULE.replace("START", first).replace("END", last), FirewallRule)
    assert [known_value(each) for each in rule.sources] == ranges
    assert known_value(rule.group) == "azurerm_mssql_server.main"
    assert known_value(rule.from_port) == 1433


def test_a_rule_names_its_server_by_name() -> None:
    text = """\
azurerm_mysql_flexible_server.main: {name: orders}
azurerm_mysql_flexible_server_firewall_rule.all:
  {server_name: orders, start_ip_address: 0.0.0.0, end_ip_address: 255.255.255.255}
"""
    assert known_value(only(text, FirewallRule).group) == "azurerm_mysql_flexible_server.main"


def test_a_cache_without_rules_admits_everybody() -> None:
    text = "azurerm_redis_cache.main: {name: cache}\n"
    assert [known_value(each) for each in only(text, FirewallRule).sources] == ["0.0.0.0/0"]
    ruled = (
        text
        + """\
azurerm_redis_firewall_rule.a: {redis_cache_name: cache, start_ip_address: 192.0.2.1, end_ip_address: 192.0.2.1}
"""
    )
    assert [known_value(each) for each in only(ruled, FirewallRule).sources] == ["192.0.2.1/32"]


@pytest.mark.parametrize(
    ("body", "ranges"),
    [
        ("{}", ["0.0.0.0/0"]),
        ("{ip_range_filter: [192.0.2.1, 198.51.100.0/24]}", ["192.0.2.1", "198.51.100.0/24"]),
        ("{ip_range_filter: '192.0.2.1,198.51.100.0/24'}", ["192.0.2.1", "198.51.100.0/24"]),
        ("{is_virtual_network_filter_enabled: true}", []),
        ("{is_virtual_network_filter_enabled: unknown(var.filter)}", [None]),
    ],
)
def test_the_filter_of_an_account(body: str, ranges: list[str | None]) -> None:
    rules = lifted(f"azurerm_cosmosdb_account.main: {body}\n", FirewallRule)
    assert [known_value(each) for rule in rules for each in rule.sources] == ranges


def test_a_rule_of_an_unknown_server_is_not_lost() -> None:
    text = RULE.replace("ref(azurerm_mssql_server.main.id)", "unknown(var.server)")
    assert isinstance(only(text, FirewallRule).group, Unknown)


def test_a_replica() -> None:
    store = only("azurerm_postgresql_flexible_server.r: {create_mode: Replica}\n", Datastore)
    assert (store.replica, store.data_class) == (True, DataClass.DERIVED)
    assert isinstance(store.port, Known)


SEARCH = "azurerm_search_service.main: {name: shop, sku: standard, BODY}\n"


@pytest.mark.parametrize(
    ("body", "admits"),
    [
        ("replica_count: 2", ["0.0.0.0/0"]),
        ("allowed_ips: [203.0.113.0/24]", ["203.0.113.0/24"]),
        ("allowed_ips: unknown(var.ips)", [None]),
    ],
)
def test_whom_a_search_service_admits(body: str, admits: list[str | None]) -> None:
    text = SEARCH.replace("BODY", body)
    store = only(text, Datastore)
    assert (store.engine, store.data_class) == ("azure-search", DataClass.DERIVED)
    assert [known_value(each) for each in only(text, FirewallRule).sources] == admits


def test_a_rule_of_a_workspace() -> None:
    text = """\
azurerm_synapse_workspace.main: {name: shop}
azurerm_synapse_firewall_rule.office:
  synapse_workspace_id: ref(azurerm_synapse_workspace.main.id)
  start_ip_address: 203.0.113.0
  end_ip_address: 203.0.113.255
"""
    rule = only(text, FirewallRule)
    assert known_value(rule.group) == "azurerm_synapse_workspace.main"
    assert [known_value(each) for each in rule.sources] == ["203.0.113.0/24"]
    assert _holds(text, FacetName.PUBLIC) is True


@pytest.mark.parametrize(
    ("policy", "kept"),
    [
        ("azurerm_mssql_server_extended_auditing_policy.a: {server_id: ref(azurerm_mssql_server.main.id)}", True),
        ("azurerm_mssql_database_extended_auditing_policy.a: {database_id: ref(azurerm_mssql_database.main.id)}", True),
        (
            "azurerm_mssql_server_extended_auditing_policy.a: {server_id: azurerm_mssql_server.main, enabled: false}",
            False,
        ),
    ],
)
def test_a_database_that_keeps_account(policy: str, *, kept: bool) -> None:
    text = f"""\
azurerm_mssql_server.main: {{name: shop}}
azurerm_mssql_database.main: {{name: orders, server_id: ref(azurerm_mssql_server.main.id)}}
{policy}
"""
    store = next(each for each in lifted(text, Datastore) if each.kind == "azurerm_mssql_database")
    facet = store.facet(FacetName.LOGS_SENT)
    assert facet is not None
    assert known_value(facet.holds) is kept
