from __future__ import annotations

import pytest

from infraaudit.model import Absent, Datastore, FacetName, Known, ObjectStore, PublicAccess, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import only

ACCOUNT = "azurerm_storage_account.a: {name: shopuploads, BODY}\n"
CONTAINER = """\
azurerm_storage_container.c:
  storage_account_id: ref(azurerm_storage_account.a.id)
  container_access_type: blob
"""


def _account(body: str = "", more: str = "", major: int | None = None) -> ObjectStore:
    return only(ACCOUNT.replace(", BODY", f", {body}" if body else "") + more, ObjectStore, major)


@pytest.mark.parametrize(
    ("body", "more", "access"),
    [
        ("", "", PublicAccess.READ),
        ("public_network_access_enabled: false", "", PublicAccess.NONE),
        ("public_network_access_enabled: unknown(var.public)", "", None),
        ("network_rules: [{default_action: Deny}]", "", PublicAccess.NONE),
        ("network_rules: [{default_action: Allow}]", "", PublicAccess.READ),
        ("network_rules: [{default_action: unknown(var.action)}]", "", None),
        (
            "",
            "azurerm_storage_account_network_rules.r: {storage_account_name: shopuploads, default_action: Deny}\n",
            PublicAccess.NONE,
        ),
        ("allow_nested_items_to_be_public: false", "", PublicAccess.NONE),
    ],
)
def test_who_may_read(body: str, more: str, access: PublicAccess | None) -> None:
    public = _account(body, CONTAINER + more).public
    assert public is not None
    assert known_value(public) is access


@pytest.mark.parametrize(("major", "access"), [(4, PublicAccess.READ), (5, PublicAccess.NONE)])
def test_containers_are_closed_since_a_version(major: int, access: PublicAccess) -> None:
    public = _account("", CONTAINER, major).public
    assert public is not None
    assert known_value(public) is access


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("blob_properties: [{container_delete_retention_policy: [{days: 7}]}]", True),
        ("blob_properties: [{versioning_enabled: true}]", False),
        ("blob_properties: unknown(var.blobs)", None),
        ("account_kind: StorageV2", False),
    ],
)
def test_what_keeps_containers(body: str, *, kept: bool | None) -> None:
    facet = _account(body).facet(FacetName.UNDELETED)
    assert facet is not None
    assert known_value(facet.holds) is kept


@pytest.mark.parametrize(
    ("body", "encrypted"),
    [
        ("enable_https_traffic_only: false", False),
        ("https_traffic_only_enabled: false", False),
        ("account_tier: Standard", True),
    ],
)
def test_whether_requests_are_encrypted(body: str, *, encrypted: bool) -> None:
    facet = _account(body).facet(FacetName.ENCRYPTED_IN_TRANSIT)
    assert facet is not None
    assert known_value(facet.holds) is encrypted


RULES = """\
azurerm_storage_management_policy.p:
  storage_account_id: ref(azurerm_storage_account.a.id)
  rule:
    - enabled: true
      filters: [{blob_types: [blockBlob]FILTER}]
      actions:
        - base_blob: [{delete_after_days_since_creation_greater_than: DAYS}]
          version: [{delete_after_days_since_creation: 30}]
    - {enabled: false, actions: [{base_blob: [{delete_after_days_since_modification_greater_than: 1}]}]}
"""


@pytest.mark.parametrize(
    ("days", "limit", "expected"),
    [
        ("90", "", (90, True)),
        ("90", ", prefix_match: [tmp/]", (90, False)),
        ("90", ", prefix_match: unknown(var.prefixes)", (90, None)),
        ("unknown(var.days)", "", (None, True)),
    ],
)
def test_what_deletes_blobs(days: str, limit: str, expected: tuple[int | None, bool | None]) -> None:
    account = _account("", RULES.replace("DAYS", days).replace("FILTER", limit))
    (rule,) = account.expirations
    assert (known_value(rule.days), known_value(rule.everything)) == expected
    assert known_value(account.old_versions or Absent(account.at)) == 30
    assert account.expirations_doubt is None


def test_what_never_deletes() -> None:
    assert not _account("", RULES.replace("DAYS", "-1").replace("FILTER", "")).expirations
    doubt = _account("", "azurerm_storage_management_policy.p: {storage_account_id: unknown(var.account)}\n")
    assert isinstance(doubt.expirations_doubt, Unknown)
    dynamic = _account(
        "", RULES.split("    - enabled: true", maxsplit=1)[0].replace("  rule:\n", "  rule: unknown(var.rules)\n")
    )
    assert isinstance(dynamic.expirations_doubt, Unknown)


IMMUTABLE = """\
azurerm_storage_container_immutability_policy.i:
  storage_container_resource_manager_id: ref(azurerm_storage_container.c.id)
  locked: true
"""


@pytest.mark.parametrize(
    ("body", "more", "locked"),
    [
        ("immutability_policy: [{state: Locked}]", "", True),
        ("immutability_policy: [{state: Unlocked}]", "", None),
        (
            "",
            IMMUTABLE,
            True,
        ),
        ("", "", None),
    ],
)
def test_what_locks_blobs(body: str, more: str, *, locked: bool | None) -> None:
    found = _account(body, CONTAINER + more).locked
    assert found is not None
    assert known_value(found) is locked
    assert isinstance(found, Known | Absent)


def test_where_copies_go() -> None:
    text = """\
azurerm_storage_object_replication.r:
  source_storage_account_id: ref(azurerm_storage_account.a.id)
  destination_storage_account_id: ref(azurerm_storage_account.b.id)
"""
    away = [_account("", text), _account("account_replication_type: RAGRS"), _account("account_replication_type: ZRS")]
    assert [None if each.copied_away is None else known_value(each.copied_away) for each in away] == [True, True, False]


@pytest.mark.parametrize(
    ("text", "refuses"),
    [
        ("azurerm_storage_account.a: {name: a}", False),
        ("azurerm_storage_account.a: {shared_access_key_enabled: false}", True),
        ("azurerm_storage_account.a: {shared_access_key_enabled: unknown(var.keys)}", None),
        ("azurerm_cosmosdb_account.a: {local_authentication_disabled: true}", True),
        ("azurerm_cosmosdb_account.a: {local_authentication_enabled: false}", True),
        ("azurerm_cosmosdb_account.a: {name: a}", False),
    ],
)
def test_keys_that_several_share(text: str, *, refuses: bool | None) -> None:
    facet = only(f"{text}\n", Datastore).facet(FacetName.NO_SHARED_KEYS)
    assert facet is not None
    assert known_value(facet.holds) is refuses


@pytest.mark.parametrize(
    ("more", "own"),
    [
        ("", False),
        (
            "azurerm_storage_account_customer_managed_key.k: {storage_account_id: ref(azurerm_storage_account.a.id)}\n",
            True,
        ),
    ],
)
def test_a_key_of_ones_own_may_be_given_by_a_resource_of_its_own(more: str, *, own: bool) -> None:
    facet = only(f"azurerm_storage_account.a: {{name: a}}\n{more}", Datastore).facet(FacetName.OWN_KEY)
    assert facet is not None
    assert known_value(facet.holds) is own
