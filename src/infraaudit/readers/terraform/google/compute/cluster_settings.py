"""Tells how a cluster of GKE is kept: its upgrades, logs, metrics and identities, and the ways into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Known, OldAccess, Unknown, default
from infraaudit.readers.terraform.google.defaults import TABLE, boolean_or_default, string_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, is_present, is_true, reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource

_CLUSTER = "google_container_cluster"
_WINDOWS = ("recurring_window.start_time", "daily_maintenance_window.start_time")


def upgrades_itself(cluster: Resource) -> Value[bool]:
    """Return whether Google moves a cluster to new releases: it does for every channel, and always in Autopilot."""
    if is_true(argument(cluster, "enable_autopilot")):
        return Known(value=True, at=argument(cluster, "enable_autopilot").at)
    return string_or_default(argument(cluster, "release_channel.channel"), f"{_CLUSTER}.channel").map(_is_a_channel)


def _is_a_channel(channel: str) -> bool:
    return channel != "UNSPECIFIED"


def window_of(cluster: Resource) -> Maybe[str]:
    """Return when the time for upgrades begins."""
    nodes = [argument(cluster, f"maintenance_policy.{path}") for path in _WINDOWS]
    return next((each for each in nodes if not each.is_absent), nodes[0]).string()


def enforces_policies(cluster: Resource) -> Value[bool]:
    """Return whether network policies have effect: by Dataplane V2, which Autopilot has, or by Calico."""
    if is_true(argument(cluster, "enable_autopilot")):
        return Known(value=True, at=argument(cluster, "enable_autopilot").at)
    path = string_or_default(argument(cluster, "datapath_provider"), f"{_CLUSTER}.datapath_provider")
    if isinstance(path, Known) and path.value == "ADVANCED_DATAPATH":
        return path.map(_is_advanced)
    calico = boolean_or_default(argument(cluster, "network_policy.enabled"), f"{_CLUSTER}.network_policy")
    if isinstance(path, Unknown) and not (isinstance(calico, Known) and calico.value):
        return Unknown(path.why, path.at)
    return calico


def _is_advanced(path: str) -> bool:
    return path == "ADVANCED_DATAPATH"


def pod_identities(cluster: Resource) -> Value[bool]:
    """Return whether pods can act as service accounts of Google of their own."""
    if is_true(argument(cluster, "enable_autopilot")):
        return Known(value=True, at=argument(cluster, "enable_autopilot").at)
    node = argument(cluster, "workload_identity_config")
    if node.is_unknown:
        return Unknown(reason(node), node.at)
    if is_present(node):
        return Known(value=True, at=node.at)
    stated = fact(TABLE, f"{_CLUSTER}.workload_identity_config")
    return default(bool(stated.value), cluster.at, stated.words)


def kinds_of(cluster: Resource, what: str) -> Value[tuple[str, ...]]:
    """Return the kinds of ``logging`` or ``monitoring`` that a cluster hands on."""
    row = fact(TABLE, f"{_CLUSTER}.{what}")
    kinds = tuple(str(row.value).split())
    service = argument(cluster, f"{what}_service").string()
    if isinstance(service, Known) and service.value == "none":
        return Known((), service.at)
    node = argument(cluster, f"{what}_config.enable_components")
    if node.is_absent:
        return Unknown(service.why, service.at) if isinstance(service, Unknown) else default(kinds, node.at, row.words)
    written = [each.string() for each in node.each()]
    known = tuple(each.value for each in written if isinstance(each, Known))
    if not node.complete or len(known) < len(written):
        return Unknown(reason(node) if node.is_unknown else "some of its components cannot be told", node.at)
    return Known(known, node.at)


def backs_up(cluster: Resource) -> Value[bool]:
    """Return whether the agent of Backup for GKE is installed; Autopilot brings it along with some releases."""
    node = argument(cluster, "addons_config.gke_backup_agent_config.enabled")
    if node.is_absent and is_true(argument(cluster, "enable_autopilot")):
        return Unknown("whether Autopilot brings the agent along follows its release", node.at)
    return boolean_or_default(node, f"{_CLUSTER}.backup_agent")


def admits_any(cluster: Resource) -> Value[bool]:
    """Return whether images run that no policy of Binary Authorization vouches for."""
    mode = string_or_default(argument(cluster, "binary_authorization.evaluation_mode"), f"{_CLUSTER}.evaluation_mode")
    return mode.map(_is_disabled)


def _is_disabled(mode: str) -> bool:
    return mode == "DISABLED"


def old_access(cluster: Resource) -> Iterator[OldAccess]:
    """Yield the ways into the API that Google has left behind, where they are switched on."""
    attributes = argument(cluster, "enable_legacy_abac")
    if is_true(attributes):
        words = "every service account and node by attributes, whatever its roles say"
        yield OldAccess(words, attributes.at, everything=True)
    certificate = argument(cluster, "master_auth.client_certificate_config.issue_client_certificate")
    if is_true(certificate):
        yield OldAccess("whoever holds the client certificate, which cannot be withdrawn", certificate.at)
    password = argument(cluster, "master_auth.password")
    if is_present(password) and password.content != "":
        yield OldAccess("whoever knows the password", password.at)
