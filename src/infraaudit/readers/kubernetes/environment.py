"""Environment variables of a container, those from ConfigMaps of the same deployment resolved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, EnvironmentVariable, Known, Unknown, known_value
from infraaudit.readers.kubernetes.texts import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.kubernetes.manifest import Manifest
    from infraaudit.readers.kubernetes.neighbours import Neighbours
    from infraaudit.source.span import Span

_SECRET_PARTS = ("data", "stringData")


def environment_of(
    container: Node, manifest: Manifest, neighbours: Neighbours
) -> tuple[tuple[EnvironmentVariable, ...], bool]:
    """Return the variables, the stronger ones last, and whether these are all that the manifest sets."""
    listed, sources = container["env"], container["envFrom"]
    complete = listed.complete and sources.complete
    variables: list[EnvironmentVariable] = []
    for source in sources.each():
        found = _all_of(source, manifest, neighbours)
        complete = complete and found is not None
        variables.extend(found or ())
    for entry in listed.each():
        variable = _variable(entry, manifest, neighbours)
        complete = complete and variable is not None
        if variable is not None:
            variables.append(variable)
    return tuple(variables), complete


def _all_of(source: Node, manifest: Manifest, neighbours: Neighbours) -> list[EnvironmentVariable] | None:
    """Return every variable of an ``envFrom`` entry; ``None`` where the object behind it is not in the deployment."""
    prefix = known_value(source["prefix"].string()) or ""
    if not source["configMapRef"].is_absent:
        name = source["configMapRef"]["name"]
        found = neighbours.find(manifest, "ConfigMap", name)
        if found is None or not found.body["data"].complete:
            return None
        entries = found.body["data"].items()
        return [
            EnvironmentVariable(prefix + key, _through(value, name.at, f"ConfigMap {found.name}"), name.at)
            for key, value in entries
        ]
    name = source["secretRef"]["name"]
    found = neighbours.find(manifest, "Secret", name)
    if found is None or not all(found.body[part].complete for part in _SECRET_PARTS):
        return None
    keys = [key for part in _SECRET_PARTS for key, _ in found.body[part].items()]
    return [_secret_variable(prefix + key, found.name, key, name.at) for key in keys] if keys else None


def _variable(entry: Node, manifest: Manifest, neighbours: Neighbours) -> EnvironmentVariable | None:
    name = known_value(entry["name"].string())
    if name is None:
        return None
    at = entry["name"].at
    origin = entry["valueFrom"]
    if origin.is_absent:
        value = literal(entry["value"])
        return EnvironmentVariable(name, Known("", at) if isinstance(value, Absent) else value, at)
    secret = origin["secretKeyRef"]
    if not secret.is_absent:
        owner = neighbours.find(manifest, "Secret", secret["name"])
        object_name = owner.name if owner is not None else known_value(secret["name"].string()) or "?"
        return _secret_variable(name, object_name, known_value(secret["key"].string()) or "?", at)
    return EnvironmentVariable(name, _from_elsewhere(origin, manifest, neighbours), at)


def _secret_variable(name: str, secret: str, key: str, at: Span) -> EnvironmentVariable:
    value: Value[str] = Unknown(f"it comes from the Secret {secret}", at)
    return EnvironmentVariable(name, value, at, secret_ref=f"{secret}/{key}")


def _from_elsewhere(origin: Node, manifest: Manifest, neighbours: Neighbours) -> Maybe[str]:
    selector = origin["configMapKeyRef"]
    if selector.is_absent:
        fields = ", ".join(_field_names(origin))
        return Unknown(
            f"it comes from {fields or 'a source that cannot be told'}, known only when the pod runs", origin.at
        )
    name = known_value(selector["name"].string()) or "?"
    found = neighbours.find(manifest, "ConfigMap", selector["name"])
    if found is None:
        return Unknown(f"it comes from the ConfigMap {name}, which is not among these manifests", selector["name"].at)
    key = known_value(selector["key"].string()) or ""
    value = found.body["data"][key]
    if value.is_absent:
        return Unknown(f"the ConfigMap {found.name} has no key {key!r}", selector["key"].at)
    return _through(value, selector["key"].at, f"ConfigMap {found.name}")


def _field_names(origin: Node) -> Iterator[str]:
    for name, node in origin.items():
        yield known_value(node["fieldPath"].string()) or known_value(node["resource"].string()) or name


def _through(value: Node, at: Span, what: str) -> Maybe[str]:
    """Return a value as its reader sees it: at the reference, with the place that set it on the trail."""
    text = literal(value)
    place = at.via(what, text.at)
    if isinstance(text, Known):
        return Known(text.value, place)
    if isinstance(text, Absent):
        return Known("", place)
    return Unknown(text.why, place, mentions=text.mentions)
