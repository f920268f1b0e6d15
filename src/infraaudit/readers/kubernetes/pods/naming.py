"""The other objects that the pods of a workload name, and cannot start without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Known, ObjectReference
from infraaudit.readers.kubernetes.texts import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value

_SOURCES = (("configMapRef", "ConfigMap"), ("secretRef", "Secret"))
_KEYS = (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret"))
_PROJECTIONS = (("configMap", "ConfigMap", "name"), ("secret", "Secret", "name"))
_VOLUMES = (
    ("configMap", "ConfigMap", "name"),
    ("secret", "Secret", "secretName"),
    ("persistentVolumeClaim", "PersistentVolumeClaim", "claimName"),
)


def references_of(pod: Node) -> Iterator[ObjectReference]:
    """Yield every object that the specification of a pod names, whether it is there or not."""
    account = pod["serviceAccountName"]
    yield from _reference(
        "ServiceAccount", pod["serviceAccount"] if account.is_absent else account, "its pods run as it"
    )
    for name in ("priorityClassName", "runtimeClassName"):
        kind = name.removesuffix("Name")
        yield from _reference(kind[0].upper() + kind[1:], pod[name], "its pods name it")
    for each in pod["imagePullSecrets"].each():
        yield from _reference("Secret", each["name"], "an image is pulled with it", optional=True)
    for volume in pod["volumes"].each():
        yield from _of_volume(volume)


def container_references(node: Node, address: str) -> Iterator[ObjectReference]:
    """Yield every object that the variables of the container at an address come from."""
    for source in node["envFrom"].each():
        for field, kind in _SOURCES:
            yield from _of_selector(kind, source[field], None, "all its variables", address)
    for entry in node["env"].each():
        name = literal(entry["name"])
        use = f"the variable {name.value}" if isinstance(name, Known) else "a variable"
        for field, kind in _KEYS:
            selector = entry["valueFrom"][field]
            yield from _of_selector(kind, selector, selector["key"], use, address)


def _of_volume(volume: Node) -> Iterator[ObjectReference]:
    name = literal(volume["name"])
    use = f"the volume {name.value}" if isinstance(name, Known) else "a volume"
    for field, kind, key in _VOLUMES:
        yield from _of_items(kind, volume[field], key, use)
    for source in volume["projected"]["sources"].each():
        for field, kind, key in _PROJECTIONS:
            yield from _of_items(kind, source[field], key, use)


def _of_items(kind: str, node: Node, name: str, use: str) -> Iterator[ObjectReference]:
    """Yield the object behind a volume: as a whole, and each key of it that is mounted by itself."""
    if not node.is_mapping:
        return
    items = node["items"].each()
    if not items:
        yield from _of_selector(kind, node, None, use, "", name)
    for item in items:
        yield from _of_selector(kind, node, item["key"], use, "", name)


def _of_selector(
    kind: str, node: Node, key: Node | None, use: str, container: str, name: str = "name"
) -> Iterator[ObjectReference]:
    if not node.is_mapping:
        return
    stated = literal(node[name])
    if isinstance(stated, Absent):
        return
    optional = fact("defaults", "kubernetes.optional")
    yield ObjectReference(
        kind=kind,
        name=stated,
        key=Absent(stated.at) if key is None else literal(key),
        optional=node["optional"].boolean_or(optional.value, optional.words),
        use=use,
        at=stated.at if key is None or key.is_absent else key.at,
        container=container,
    )


def _reference(kind: str, node: Node, use: str, *, optional: bool = False) -> Iterator[ObjectReference]:
    name: Maybe[str] = literal(node)
    if isinstance(name, Absent):
        return
    may_miss: Value[bool] = Known(optional, name.at)
    yield ObjectReference(kind=kind, name=name, key=Absent(name.at), optional=may_miss, use=use, at=name.at)
