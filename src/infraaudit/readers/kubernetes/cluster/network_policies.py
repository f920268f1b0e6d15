"""The cluster's own firewall: NetworkPolicy objects, and that there are some of other projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Direction, Known, NetworkPolicy, Peer, PolicyPort, PolicyRule, Selector, Unknown
from infraaudit.readers.kubernetes.selection import known_texts, selector_of, texts_of
from infraaudit.readers.kubernetes.texts import literal

if TYPE_CHECKING:
    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.kubernetes.manifest import Manifest

_DIRECTIONS = (("ingress", "from", Direction.INGRESS), ("egress", "to", Direction.EGRESS))
FOREIGN_POLICIES = {
    ("cilium.io", "CiliumNetworkPolicy"): "Cilium",
    ("cilium.io", "CiliumClusterwideNetworkPolicy"): "Cilium",
    ("crd.projectcalico.org", "NetworkPolicy"): "Calico",
    ("crd.projectcalico.org", "GlobalNetworkPolicy"): "Calico",
    ("projectcalico.org", "NetworkPolicy"): "Calico",
    ("projectcalico.org", "GlobalNetworkPolicy"): "Calico",
    ("policy.networking.k8s.io", "AdminNetworkPolicy"): "the admin policies of the cluster",
    ("policy.networking.k8s.io", "BaselineAdminNetworkPolicy"): "the admin policies of the cluster",
    ("policy.networking.k8s.io", "ClusterNetworkPolicy"): "the admin policies of the cluster",
    ("security.istio.io", "AuthorizationPolicy"): "Istio",
}
"""Kinds of other projects that let traffic through or stop it, by group and kind."""


def network_policy_of(manifest: Manifest) -> NetworkPolicy:
    """Return a NetworkPolicy of the platform's own kind."""
    spec = manifest.body["spec"]
    directions = _directions(spec)
    return NetworkPolicy(
        **manifest.head,
        namespace=manifest.namespace,
        selector=_subject(spec["podSelector"]),
        directions=directions or (),
        rules=tuple(
            _rule(node, peers, direction) for field, peers, direction in _DIRECTIONS for node in spec[field].each()
        ),
        complete=directions is not None and spec.complete and spec["ingress"].complete and spec["egress"].complete,
    )


def foreign_policy_of(manifest: Manifest) -> NetworkPolicy:
    """Return what stands for a policy of another project: that it is there, and that its rules are not told here."""
    why = "what it lets through is written in the words of another project"
    return NetworkPolicy(
        **manifest.head,
        namespace=manifest.namespace,
        selector=Unknown(why, manifest.at),
        directions=(),
        complete=False,
        dialect=FOREIGN_POLICIES[manifest.group, manifest.kind],
    )


def _subject(node: Node) -> Maybe[Selector]:
    """Return whom the policy is for: a selector that is left out has no requirements either, and means every pod."""
    selector = selector_of(node)
    return Known(Selector(), selector.at) if isinstance(selector, Absent) else selector


def _directions(spec: Node) -> tuple[Direction, ...] | None:
    """Return the directions that a policy rules: stated ones, else ingress, and egress where it has such a section."""
    if spec["policyTypes"].is_absent or (spec["policyTypes"].complete and not spec["policyTypes"].each()):
        if spec["egress"].is_unknown:
            return None
        return (Direction.INGRESS,) if spec["egress"].is_absent else (Direction.INGRESS, Direction.EGRESS)
    words = texts_of(spec["policyTypes"])
    if words is None:
        return None
    return tuple(direction for name, _, direction in _DIRECTIONS if name.capitalize() in words)


def _rule(node: Node, peers: str, direction: Direction) -> PolicyRule:
    return PolicyRule(
        direction=direction,
        peers=tuple(_peer(each) for each in node[peers].each()),
        ports=tuple(_port(each) for each in node["ports"].each()),
        at=node.at,
        complete=node.complete and node[peers].complete and node["ports"].complete,
    )


def _peer(node: Node) -> Peer:
    excepted, complete = known_texts(node["ipBlock"]["except"])
    addresses = literal(node["ipBlock"]["cidr"])
    if not complete:
        addresses = Unknown("the addresses that it leaves out cannot be told", addresses.at)
    return Peer(
        pods=selector_of(node["podSelector"]),
        namespaces=selector_of(node["namespaceSelector"]),
        addresses=addresses,
        at=node.at,
        excepted=excepted,
    )


def _port(node: Node) -> PolicyPort:
    protocol = fact("defaults", "kubernetes.policy_protocol")
    written: Value[str] = node["protocol"].string_or(protocol.value, protocol.words)
    return PolicyPort(written, literal(node["port"]), node["endPort"].integer(), node.at)
