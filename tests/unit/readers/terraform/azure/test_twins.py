"""Resources of azapi that are read as those of azurerm."""

from __future__ import annotations

from typing import TypeVar

import pytest

from infraaudit.model import (
    CloudResource,
    Cluster,
    ClusterKind,
    Entity,
    FacetName,
    NodePool,
    ObjectStore,
    Unknown,
    known_value,
)
from infraaudit.readers.terraform.azure.twins import with_twins
from infraaudit.readers.terraform.clouds import lifts_for
from infraaudit.readers.terraform.configuration.resource import Resources
from tests.unit.readers.terraform.aws.builder import resources_of

E = TypeVar("E", bound=Entity)


def _lifted(text: str, kind: type[E]) -> list[E]:
    resources = Resources(with_twins(resources_of(text).members))
    return [each for lift in lifts_for(resources) for each in lift(resources) if isinstance(each, kind)]


ACCOUNT = """\
azapi_resource.data:
  type: Microsoft.Storage/storageAccounts@2024-01-01
  name: data
  body:
    sku: {name: Standard_ZRS}
    properties: PROPERTIES
"""


@pytest.mark.parametrize(
    ("properties", "encrypted"),
    [
        ("{supportsHttpsTrafficOnly: false}", False),
        ("{supportsHttpsTrafficOnly: true}", True),
        ("{publicNetworkAccess: Disabled}", True),
        ("{supportsHttpsTrafficOnly: unknown(var.https)}", None),
    ],
)
def test_an_account_says_the_same_under_other_names(properties: str, *, encrypted: bool | None) -> None:
    (store,) = _lifted(ACCOUNT.replace("PROPERTIES", properties), ObjectStore)
    facet = store.facet(FacetName.ENCRYPTED_IN_TRANSIT)
    assert facet is not None
    assert known_value(facet.holds) is encrypted
    assert (store.address, store.kind, store.identifiers) == (
        "azapi_resource.data",
        "azurerm_storage_account",
        ("data",),
    )


def test_what_the_table_does_not_have_is_not_known_to_be_absent() -> None:
    (store,) = _lifted(ACCOUNT.replace("PROPERTIES", "{}"), ObjectStore)
    assert isinstance(store.versioning, Unknown)
    zone = store.facet(FacetName.ONE_ZONE)
    assert zone is not None
    assert known_value(zone.holds) is False


def test_a_body_of_json_is_opened() -> None:
    text = (
        "azapi_resource.vault:\n"
        "  type: Microsoft.KeyVault/vaults@2023-07-01\n"
        """  body: '{"properties": {"publicNetworkAccess": "Disabled", "enablePurgeProtection": true}}'\n"""
    )
    (vault,) = _lifted(text, CloudResource)
    for name, holds in ((FacetName.PUBLIC, False), (FacetName.UNDELETED, True)):
        facet = vault.facet(name)
        assert facet is not None
        assert known_value(facet.holds) is holds


CLUSTER = "azapi_resource.main: {type: Microsoft.ContainerService/ManagedClusters@2025-05-01, body: BODY}\n"


@pytest.mark.parametrize(
    ("body", "automatic", "public"),
    [
        ("{sku: {name: Automatic}}", True, True),
        ("{sku: {name: Automatic}, properties: {apiServerAccessProfile: {enablePrivateCluster: true}}}", True, False),
        ("{sku: {name: Base, tier: Free}, properties: {enableRBAC: true}}", False, True),
        ("{properties: {apiServerAccessProfile: {enablePrivateCluster: true}}}", False, False),
        ("{properties: {apiServerAccessProfile: {enablePrivateCluster: unknown(var.private)}}}", False, None),
    ],
)
def test_one_type_of_the_api_is_two_clusters(body: str, *, automatic: bool, public: bool | None) -> None:
    (cluster,) = _lifted(CLUSTER.replace("BODY", body), Cluster)
    assert cluster.platform is ClusterKind.AKS
    assert (cluster.kind == "azurerm_kubernetes_automatic_cluster") is automatic
    assert known_value(cluster.endpoint_public) is public
    assert [known_value(each) for each in cluster.endpoint_sources] == ["0.0.0.0/0"]


@pytest.mark.parametrize(
    "text",
    [
        "azapi_update_resource.a: {type: Microsoft.EventHub/namespaces@1, resource_id: ref(NAMESPACE.id)}\n",
        "azapi_resource.a: {type: Microsoft.EventHub/namespaces/networkRuleSets@1, parent_id: ref(NAMESPACE.id)}\n",
    ],
)
def test_what_is_changed_from_elsewhere_is_open(text: str) -> None:
    namespace = "azurerm_eventhub_namespace.main"
    found = _lifted(f"{namespace}: {{sku: Standard}}\n{text.replace('NAMESPACE', namespace)}", CloudResource)
    (hub,) = [each for each in found if each.address == namespace]
    facet = hub.facet(FacetName.PUBLIC)
    assert facet is not None
    assert isinstance(facet.holds, Unknown)
    assert "azapi_" in facet.holds.why


def test_a_type_that_the_table_does_not_have_stays_what_it_is() -> None:
    text = "azapi_resource.a: {type: Microsoft.Web/sites@2024-04-01, body: {properties: {}}}\n"
    assert [each.type for each in with_twins(resources_of(text).members)] == ["azapi_resource"]


def test_an_update_sets_the_argument_that_it_names_and_leaves_the_others_alone() -> None:
    text = (
        "azurerm_kubernetes_cluster.main: {name: shop}\n"
        "azapi_update_resource.version:\n"
        "  type: Microsoft.ContainerService/managedClusters@2025-05-01\n"
        "  resource_id: ref(azurerm_kubernetes_cluster.main.id)\n"
        "  body: {properties: {kubernetesVersion: '1.33'}}\n"
    )
    (cluster,) = _lifted(text, Cluster)
    assert cluster.version is not None
    assert known_value(cluster.version) == "1.33"
    assert known_value(cluster.endpoint_public) is True


def test_an_update_of_something_else_opens_what_the_table_does_not_have() -> None:
    text = (
        "azurerm_kubernetes_cluster.main: {name: shop}\n"
        "azapi_update_resource.more:\n"
        "  type: Microsoft.ContainerService/managedClusters@2025-05-01\n"
        "  resource_id: ref(azurerm_kubernetes_cluster.main.id)\n"
        "  body: {properties: {storageProfile: {diskCSIDriver: {enabled: true}}}}\n"
    )
    (cluster,) = _lifted(text, Cluster)
    assert known_value(cluster.endpoint_public) is True
    assert isinstance(cluster.window, Unknown)


def test_a_pool_of_nodes_belongs_to_its_parent() -> None:
    text = (
        "azurerm_kubernetes_cluster.main: {name: shop}\n"
        "azapi_resource.pool:\n"
        "  type: Microsoft.ContainerService/managedClusters/agentPools@2025-05-01\n"
        "  parent_id: ref(azurerm_kubernetes_cluster.main.id)\n"
        "  body: {properties: {count: 3, enableAutoScaling: false, availabilityZones: ['1', '2']}}\n"
    )
    (pool,) = _lifted(text, NodePool)
    assert known_value(pool.cluster) == "azurerm_kubernetes_cluster.main"
    assert known_value(pool.desired) == 3
    assert pool.location is not None
    assert known_value(pool.location.zones) == ("1", "2")
