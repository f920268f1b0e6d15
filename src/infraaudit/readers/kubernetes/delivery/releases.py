"""Objects by which Argo CD and Flux keep manifests applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, Release, ReleaseSource, Unknown, known_value
from infraaudit.readers.kubernetes.texts import literal
from infraaudit.readers.reading import Delivering

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.kubernetes.manifest import Manifest

_FLUX = "Flux"
_KINDS = {
    "argoproj.io": frozenset({"Application", "ApplicationSet"}),
    "kustomize.toolkit.fluxcd.io": frozenset({"Kustomization"}),
    "helm.toolkit.fluxcd.io": frozenset({"HelmRelease"}),
    "source.toolkit.fluxcd.io": frozenset({"GitRepository", "HelmRepository", "OCIRepository", "Bucket", "HelmChart"}),
}
"""The kinds that lead to other objects, or say where these come from."""
_ARGO = "Argo CD"


def delivering_of(manifests: Iterable[Manifest]) -> tuple[Delivering, ...]:
    """Return the objects that lead to others."""
    return tuple(
        Delivering(
            address=each.address,
            group=each.group,
            kind=each.kind,
            name=each.name,
            namespace=each.namespace,
            body=each.body,
            at=each.at,
            deployment=each.deployment,
        )
        for each in manifests
        if each.kind in _KINDS.get(each.group, ())
    )


def application_of(manifest: Manifest) -> Release:
    """Return an Application of Argo CD."""
    spec = manifest.body["spec"]
    several = spec["sources"]
    nodes = (spec["source"],) if several.is_absent else several.each()
    automated = spec["syncPolicy"]["automated"]
    pointers = (path for each in spec["ignoreDifferences"].each() for path in _pointers(each))
    return Release(
        **manifest.head,
        namespace=manifest.namespace,
        tool=_ARGO,
        sources=tuple(_argo_source(each) for each in nodes),
        destination=literal(spec["destination"]["namespace"]),
        automatic=_is_on(automated),
        prunes=_flag(automated["prune"]),
        self_heals=_flag(automated["selfHeal"]),
        suspended=Known(value=False, at=manifest.at),
        ignores=tuple(pointers),
        complete=several.complete and not spec["source"].is_unknown,
    )


def _pointers(node: Node) -> Iterator[str]:
    for field in ("jsonPointers", "jqPathExpressions"):
        for each in node[field].each():
            text = known_value(literal(each))
            if text is not None:
                yield text


def _argo_source(node: Node) -> ReleaseSource:
    return ReleaseSource(
        repository=literal(node["repoURL"]),
        path=literal(node["path"]),
        chart=literal(node["chart"]),
        revision=literal(node["targetRevision"]),
        at=node.key_at or node.at,
    )


def flux_kustomization_of(manifest: Manifest) -> Release:
    """Return a Kustomization of Flux."""
    spec = manifest.body["spec"]
    source = ReleaseSource(
        repository=literal(spec["sourceRef"]["name"]),
        path=literal(spec["path"]),
        chart=Absent(spec.at),
        revision=Absent(spec.at),
        at=spec["path"].at,
    )
    return Release(
        **manifest.head,
        namespace=manifest.namespace,
        tool=_FLUX,
        sources=(source,),
        destination=literal(spec["targetNamespace"]),
        automatic=Known(value=True, at=manifest.at),
        prunes=_flag(spec["prune"]),
        self_heals=Known(value=True, at=manifest.at),
        suspended=_flag(spec["suspend"]),
        depends_on=tuple(_names(spec["dependsOn"])),
    )


def helm_release_of(manifest: Manifest) -> Release:
    """Return a HelmRelease of Flux."""
    spec = manifest.body["spec"]
    chart = spec["chart"]["spec"]
    reference = spec["chartRef"]
    source = ReleaseSource(
        repository=literal(chart["sourceRef"]["name"] if reference.is_absent else reference["name"]),
        path=Absent(chart.at),
        chart=literal(chart["chart"]),
        revision=literal(chart["version"]),
        at=spec["chart"].key_at or spec.at,
    )
    return Release(
        **manifest.head,
        namespace=manifest.namespace,
        tool=_FLUX,
        sources=(source,),
        destination=literal(spec["targetNamespace"]),
        automatic=Known(value=True, at=manifest.at),
        prunes=Known(value=True, at=manifest.at),
        self_heals=_drift(spec["driftDetection"]["mode"]),
        suspended=_flag(spec["suspend"]),
        depends_on=tuple(_names(spec["dependsOn"])),
    )


def _names(node: Node) -> Iterator[str]:
    for each in node.each():
        name = known_value(literal(each["name"]))
        if name is not None:
            yield name


def _flag(node: Node) -> Value[bool]:
    written: Maybe[bool] = node.boolean()
    return Known(value=False, at=written.at) if isinstance(written, Absent) else written


def _drift(node: Node) -> Value[bool]:
    written = literal(node)
    if isinstance(written, Absent):
        return Known(value=False, at=written.at)
    return written.map(lambda word: word == "enabled")


def _is_on(automated: Node) -> Value[bool]:
    """Tell whether new versions are applied by themselves: an empty ``automated: {}`` switches it on too."""
    at = automated.key_at or automated.at
    if automated.is_unknown:
        return Unknown("whether it applies new versions by itself cannot be told", at)
    enabled = automated["enabled"].boolean()
    if isinstance(enabled, Absent):
        return Known(not automated.is_absent, at)
    return enabled
