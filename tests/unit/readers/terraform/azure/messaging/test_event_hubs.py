from __future__ import annotations

import pytest

from infraaudit.model import CrossOriginRule, Datastore, FacetName, Stream, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

HUB = """\
azurerm_eventhub_namespace.main: {name: shop, sku: SKU, capacity: 2, INFLATES}
azurerm_eventhub.orders:
  name: orders
  namespace_id: ref(azurerm_eventhub_namespace.main.id)
  partition_count: 4
  KEPT
"""


def _hub(sku: str = "Standard", inflates: str = "tags: {}", kept: str = "status: Active") -> Stream:
    return only(HUB.replace("SKU", sku).replace("INFLATES", inflates).replace("KEPT", kept), Stream)


@pytest.mark.parametrize(
    ("kept", "seconds"),
    [
        ("status: Active", 86_400),
        ("message_retention: 7", 604_800),
        ("retention_description: [{cleanup_policy: Delete, retention_time_in_hours: 48}]", 172_800),
        ("message_retention: unknown(var.days)", None),
    ],
)
def test_how_long_events_are_kept(kept: str, seconds: int | None) -> None:
    hub = _hub(kept=kept)
    assert (known_value(hub.retention), known_value(hub.shards), hub.identifiers) == (seconds, 4, ("orders",))


@pytest.mark.parametrize(
    ("sku", "inflates", "scaled"),
    [
        ("Standard", "tags: {}", False),
        ("Standard", "auto_inflate_enabled: true", True),
        ("Standard", "auto_inflate_enabled: unknown(var.inflates)", None),
    ],
)
def test_how_throughput_is_bought(sku: str, inflates: str, *, scaled: bool | None) -> None:
    throughput = _hub(sku, inflates).throughput
    assert throughput is not None
    (share,) = throughput.shares
    assert (known_value(share.units), known_value(share.scaled)) == (2, scaled)


@pytest.mark.parametrize("sku", ["Basic", "Premium"])
def test_other_tiers_buy_it_in_other_ways(sku: str) -> None:
    assert _hub(sku).throughput is None


def test_which_sites_may_ask() -> None:
    text = """\
azurerm_linux_web_app.web:
  site_config: [{cors: [{allowed_origins: ["*"], support_credentials: true}]}]
azurerm_storage_account.files:
  blob_properties:
    - cors_rule: [{allowed_origins: [https://shop.example], allowed_methods: [get], allowed_headers: [X]}]
"""
    app, account = lifted(text, CrossOriginRule)
    assert ([known_value(each) for each in app.origins], known_value(app.credentials)) == (["*"], True)
    assert [known_value(each) for each in account.methods] == ["GET"]
    assert [known_value(each) for each in account.headers] == ["x"]
    assert known_value(account.owner) == "azurerm_storage_account.files"


@pytest.mark.parametrize(
    ("text", "away"),
    [
        ("azurerm_postgresql_flexible_server.a: {}", False),
        ("azurerm_postgresql_flexible_server.a: {geo_redundant_backup_enabled: true}", True),
        ("azurerm_mssql_database.a: {}", True),
        ("azurerm_mssql_database.a: {storage_account_type: Local}", False),
        ("azurerm_cosmosdb_account.a: {backup: [{storage_redundancy: Zone}]}", False),
        ("azurerm_cosmosdb_account.a: {backup: [{storage_redundancy: Zone}], geo_location: [{}, {}]}", True),
        ("azurerm_mssql_database.a: {storage_account_type: unknown(var.kind)}", None),
    ],
)
def test_whether_copies_lie_elsewhere(text: str, *, away: bool | None) -> None:
    answer = only(f"{text}\n", Datastore).copied_away
    assert answer is not None
    assert known_value(answer) is away


def test_a_cache_is_not_asked_where_its_copies_lie() -> None:
    store = only("azurerm_redis_cache.a: {}\n", Datastore)
    assert store.copied_away is None
    asks = store.facet(FacetName.ASKS)
    assert asks is not None
    assert known_value(asks.holds) is True
