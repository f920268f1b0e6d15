"""Tells how a cluster of AKS is kept: its upgrades, policies, identities and metrics, and the ways into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, OldAccess, Unknown, default
from infraaudit.readers.terraform.azure.defaults import boolean_or_default, string_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, is_present, is_true, may_be_present, reason
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_CLUSTER = "azurerm_kubernetes_cluster"
_CHANNELS = ("automatic_upgrade_channel", "automatic_channel_upgrade")
_WINDOWS = ("maintenance_window_auto_upgrade", "maintenance_window")
_COPIES = "azurerm_data_protection_backup_instance_kubernetes_cluster"
_METRICS = {"monitor_metrics": "Prometheus", "oms_agent": "Container Insights"}
_NO_CHANNEL = frozenset({"none", "node-image"})
"""What leaves a cluster at its release: no channel at all, or one that only renews the images of its nodes."""


def _either(cluster: Resource, *names: str) -> Node:
    nodes = [argument(cluster, name) for name in names]
    return next((each for each in nodes if not each.is_absent), nodes[0])


def upgrades_itself(cluster: Resource) -> Value[bool]:
    """Return whether Azure moves a cluster to new releases."""
    return string_or_default(_either(cluster, *_CHANNELS), f"{_CLUSTER}.automatic_upgrade_channel").map(_is_a_channel)


def _is_a_channel(channel: str) -> bool:
    return channel.lower() not in _NO_CHANNEL


def promised(cluster: Resource) -> Value[bool]:
    """Return whether Azure answers for the API of a cluster with money: in every tier but the free one."""
    return string_or_default(argument(cluster, "sku_tier"), f"{_CLUSTER}.sku_tier").map(_is_paid)


def _is_paid(tier: str) -> bool:
    return tier.lower() != "free"


def window_of(cluster: Resource) -> Maybe[str]:
    """Return when upgrades may begin, in the words of the block that says so."""
    for name in _WINDOWS:
        node = argument(cluster, name)
        if node.is_unknown:
            return Unknown(reason(node), node.at)
        if is_present(node):
            begins = argument(cluster, f"{name}.start_time").string()
            return Known(name, node.at) if isinstance(begins, Absent) else begins
    return Absent(cluster.at)


def enforces_policies(cluster: Resource) -> Value[bool]:
    """Return whether network policies have effect: with an engine for them, or with the data plane of Cilium."""
    engine = argument(cluster, "network_profile.network_policy")
    plane = string_or_default(
        _either(cluster, "network_profile.network_data_plane", "network_profile.ebpf_data_plane"),
        f"{_CLUSTER}.network_data_plane",
    )
    if is_present(engine) and engine.content != "":
        return Known(value=True, at=engine.at)
    if isinstance(plane, Known) and plane.value.lower() == "cilium":
        return plane.map(_true)
    if engine.is_unknown:
        return Unknown(reason(engine), engine.at)
    return plane.map(_false)


def _true(_: str) -> bool:
    return True


def _false(_: str) -> bool:
    return False


def pod_identities(cluster: Resource) -> Value[bool]:
    """Return whether pods can act as identities of Azure of their own."""
    return boolean_or_default(argument(cluster, "workload_identity_enabled"), f"{_CLUSTER}.workload_identity_enabled")


def node_addresses(cluster: Resource) -> Value[bool]:
    """Return whether the nodes that a cluster starts with have addresses of the internet."""
    pool = "default_node_pool"
    node = _either(cluster, f"{pool}.node_public_ip_enabled", f"{pool}.enable_node_public_ip")
    return boolean_or_default(node, f"{_CLUSTER}.node_public_ip_enabled")


def metric_kinds(cluster: Resource) -> Value[tuple[str, ...]]:
    """Return the metrics that a cluster hands on beside those of the platform itself."""
    nodes = {name: argument(cluster, name) for name in _METRICS}
    unknown = next((each for each in nodes.values() if each.is_unknown or each.open), None)
    if unknown is not None:
        return Unknown(reason(unknown) if unknown.is_unknown else "its add-ons cannot be told", unknown.at)
    found = tuple(words for name, words in _METRICS.items() if may_be_present(nodes[name]))
    if found:
        return Known(found, next(each.at for each in nodes.values() if may_be_present(each)))
    return default((), cluster.at, "no add-on for metrics is written")


def backs_up(cluster: Resource, resources: Resources) -> Value[bool] | None:
    """Return that a policy of Azure Backup copies a cluster; ``None`` where none does, for others may."""
    for instance in resources.of_type(_COPIES):
        if cluster in mentioned(resources, argument(instance, "kubernetes_cluster_id")):
            return Known(value=True, at=instance.at)
    return None


def old_access(cluster: Resource) -> Iterator[OldAccess]:
    """Yield the ways into the API that go around roles, or around the directory that a cluster is tied to."""
    roles = argument(cluster, "role_based_access_control_enabled")
    if roles.content is False:
        yield OldAccess("whoever has a login, whatever its roles say", roles.at, everything=True)
    tied = argument(cluster, "azure_active_directory_role_based_access_control")
    local = argument(cluster, "local_account_disabled")
    if is_present(tied) and not local.is_unknown and not is_true(local):
        yield OldAccess("whoever has its local account, beside the people of the directory", local.at)
