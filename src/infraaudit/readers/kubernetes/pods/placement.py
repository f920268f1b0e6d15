"""Where the copies of a workload may run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import (
    Known,
    NodeAffinity,
    Placement,
    PodAffinity,
    Selector,
    SpreadConstraint,
    Toleration,
    Unknown,
    known_value,
)
from infraaudit.readers.kubernetes.selection import requirements_of, selector_of, texts_of
from infraaudit.readers.kubernetes.texts import labels_of, literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value

_SOFT = "preferredDuringSchedulingIgnoredDuringExecution"
_HARD = "requiredDuringSchedulingIgnoredDuringExecution"


def placement_of(pod: Node) -> Placement:
    """Return what the specification of a pod says of nodes and of other pods."""
    affinity = pod["affinity"]
    parts = [affinity[kind] for kind in ("nodeAffinity", "podAffinity", "podAntiAffinity")]
    lists = [part[name] for part in parts[1:] for name in (_SOFT, _HARD)]
    lists += [parts[0][_SOFT], parts[0][_HARD]["nodeSelectorTerms"]]
    lists += [pod["topologySpreadConstraints"], pod["tolerations"]]
    return Placement(
        node_selector=labels_of(pod["nodeSelector"]),
        node_name=literal(pod["nodeName"]),
        nodes=tuple(_nodes(parts[0])),
        pods=(*_pods(parts[1], apart=False), *_pods(parts[2], apart=True)),
        spread=tuple(_constraint(each) for each in pod["topologySpreadConstraints"].each()),
        tolerations=tuple(_toleration(each) for each in pod["tolerations"].each()),
        runtime_class=literal(pod["runtimeClassName"]),
        scheduler=literal(pod["schedulerName"]),
        complete=pod.complete and all(each.complete for each in (affinity, *parts, *lists)),
    )


def _nodes(affinity: Node) -> Iterator[NodeAffinity]:
    for term in affinity[_HARD]["nodeSelectorTerms"].each():
        yield NodeAffinity(_node_selector(term), required=True, at=term.at)
    for each in affinity[_SOFT].each():
        yield NodeAffinity(_node_selector(each["preference"]), required=False, at=each.at)


def _node_selector(term: Node) -> Maybe[Selector]:
    conditions = requirements_of(term["matchExpressions"])
    if conditions is None or not term["matchFields"].is_absent:
        return Unknown("the nodes that it asks for cannot be told", term.at, mentions=term.mentions)
    return Known(Selector(conditions), term.at)


def _pods(affinity: Node, *, apart: bool) -> Iterator[PodAffinity]:
    for each in affinity[_HARD].each():
        yield _pod_affinity(each, apart=apart, required=True)
    for each in affinity[_SOFT].each():
        yield _pod_affinity(each["podAffinityTerm"], apart=apart, required=False)


def _pod_affinity(term: Node, *, apart: bool, required: bool) -> PodAffinity:
    named, chosen = term["namespaces"], selector_of(term["namespaceSelector"])
    namespaces = texts_of(named)
    selector = selector_of(term["labelSelector"])
    if namespaces is None or isinstance(chosen, Unknown):
        selector = Unknown("the namespaces that it looks at cannot be told", term.at)
    everywhere = isinstance(chosen, Known) and chosen.value.is_empty
    if isinstance(chosen, Known) and not everywhere:
        selector = Unknown("which namespaces have the labels that it asks for is not told here", chosen.at)
    return PodAffinity(
        apart=apart,
        required=required,
        topology_key=literal(term["topologyKey"]),
        selector=selector,
        at=term.at,
        namespaces=namespaces or (),
        every_namespace=everywhere,
        match_keys=texts_of(term["matchLabelKeys"]) or (),
    )


def _constraint(node: Node) -> SpreadConstraint:
    return SpreadConstraint(
        topology_key=literal(node["topologyKey"]),
        max_skew=node["maxSkew"].integer(),
        required=_is_required(node["whenUnsatisfiable"]),
        selector=selector_of(node["labelSelector"]),
        at=node.at,
        min_domains=node["minDomains"].integer(),
        match_keys=texts_of(node["matchLabelKeys"]) or (),
    )


def _is_required(node: Node) -> Value[bool]:
    written = literal(node)
    if isinstance(written, Known):
        return written.map(lambda word: word == "DoNotSchedule")
    return Unknown("whether it must be met is not told here", written.at)


def _toleration(node: Node) -> Toleration:
    texts = (known_value(literal(node[name])) or "" for name in ("key", "operator", "value", "effect"))
    key, operator, value, effect = texts
    return Toleration(key, operator or "Equal", value, effect, node.at, node["tolerationSeconds"].integer())
