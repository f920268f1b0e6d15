"""Tells which versions of TLS a proxy of Google takes, from the policy that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, Unknown
from infraaudit.readers.terraform.google.defaults import string_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, reason
from infraaudit.readers.terraform.lifting.pointing import means

if TYPE_CHECKING:
    from infraaudit.model import Maybe, Node
    from infraaudit.readers.terraform.configuration.resource import Resources

_POLICIES = ("google_compute_ssl_policy", "google_compute_region_ssl_policy")


_RETIRED = {"TLS_1_0": "TLS 1.0", "TLS_1_1": "TLS 1.1"}


def retired_by(oldest: Maybe[str]) -> Maybe[str]:
    """Return the retired version that is still taken, absent where none is."""
    if isinstance(oldest, Known):
        name = _RETIRED.get(oldest.value)
        return Absent(oldest.at) if name is None else Known(name, oldest.at, oldest.stated, oldest.fact)
    return oldest


def oldest_version(node: Node, resources: Resources) -> Maybe[str]:
    """Return the oldest version that the policy of a proxy takes (``TLS_1_2``); without one that of the platform."""
    if node.is_absent:
        return string_or_default(node, "google_compute_ssl_policy.min_tls_version")
    for policy in resources.of_type(*_POLICIES):
        if means(resources, node, policy, "name"):
            return string_or_default(argument(policy, "min_tls_version"), "google_compute_ssl_policy.min_tls_version")
    return Unknown(reason(node) if node.is_unknown else "its policy is not in the scan", node.at)
