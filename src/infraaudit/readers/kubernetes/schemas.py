"""Holds objects against the schemas of a release of Kubernetes, where the package that ships them is installed.

The schemas come from ``kubernetes-validate`` and are compiled by ``jsonschema-rs``: the extra ``schemas`` of this
project. Both are imported when the first object is checked. Of what cannot be told nothing is said: an unknown part,
whatever lies in it, and text with a placeholder pass.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from infraaudit.model import CheckedObject, FaultKind, FieldFault, Unknown
from infraaudit.readers.kubernetes.texts import is_template
from infraaudit.readers.reading import UnitRow, UnitState
from infraaudit.source.problem import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from importlib.resources.abc import Traversable

    from infraaudit.model import Entity, Node
    from infraaudit.readers.kubernetes.manifest import Manifest

_PACKAGE = "kubernetes_validate"
_FOLDER = re.compile(r"v(\d+\.\d+)\.\d+-local-strict")
_DEFINITIONS = "/api/_definitions.json"
_MOST_FAULTS = 20
"""More faults of one object say nothing that these do not."""

_WORDS = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "object": "a mapping",
    "string": "text",
}
_QUANTITY = "a quantity, which is text or a number"
_PORT = "a whole number or text"


def are_installed() -> bool:
    """Tell whether the schemas and what compiles them are there."""
    return find_spec(_PACKAGE) is not None and find_spec("jsonschema_rs") is not None


def releases() -> tuple[str, ...]:
    """Return the releases whose schemas are installed, the oldest first."""
    return tuple(sorted(_folders(), key=lambda release: [int(part) for part in release.split(".")]))


@cache
def _folders() -> Mapping[str, Traversable]:
    root = files(_PACKAGE).joinpath("kubernetes-json-schema")
    named = ((match[1], each) for each in root.iterdir() if (match := _FOLDER.fullmatch(each.name)))
    return dict(named)


def checked_objects_of(manifests: Iterable[Manifest], release: str = "") -> Iterator[CheckedObject]:
    """Yield every object whose kind the release has a schema of, with its faults; the newest where none is asked."""
    if not are_installed():
        return
    chosen = release or releases()[-1]
    if chosen not in _folders():
        return
    schemas = _schemas(chosen)
    for manifest in manifests:
        checked = schemas.checked(manifest)
        if checked is not None:
            faults, doubt = checked
            yield CheckedObject(
                address=f"{manifest.address} as written",
                kind=manifest.kind,
                name=manifest.name,
                at=manifest.at,
                deployment=manifest.deployment,
                release=chosen,
                faults=faults,
                doubt=doubt,
            )


def schema_rows(manifests: Sequence[Manifest], release: str = "") -> tuple[UnitRow, ...]:
    """Return the row of the ledger on what objects were held against, or why they were not; none without objects."""
    if not manifests:
        return ()
    if not are_installed():
        why = "they are not installed; infraaudit[schemas] brings them"
        return (UnitRow("schemas", f"Kubernetes {release}".strip(), ".", UnitState.SKIPPED, why),)
    chosen = release or releases()[-1]
    if chosen not in _folders():
        why = f"the installed schemas are those of {releases()[0]} to {releases()[-1]}"
        return (UnitRow("schemas", f"Kubernetes {chosen}", ".", UnitState.SKIPPED, why),)
    return (UnitRow("schemas", f"Kubernetes {chosen}", ".", UnitState.RESOLVED),)


def notes_of(entities: Iterable[Entity]) -> Iterator[Problem]:
    """Yield a row of the ledger for each fault of an object."""
    for entity in entities:
        if isinstance(entity, CheckedObject):
            for fault in entity.faults:
                says = f"{entity.kind} {entity.name} does not fit its schema: {fault.kind} {fault.path}"
                yield Problem(ProblemKind.NOTE, fault.at, says)


@cache
def _schemas(release: str) -> _Schemas:
    return _Schemas(_folders()[release])


@dataclass
class _Schemas:
    """The schemas of one release, each compiled when its kind is first met."""

    folder: Traversable
    validators: dict[tuple[str, str], Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the definitions that all kinds share."""
        from jsonschema_rs import Registry  # noqa: PLC0415 - of the extra, and only where there are objects

        self.definitions: dict[str, Any] = self._read("_definitions")
        self.registry = Registry([(f"json-schema://{_DEFINITIONS}", self.definitions)])

    def _read(self, name: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.folder.joinpath(f"{name}.json").read_bytes())
        return document

    def checked(self, manifest: Manifest) -> tuple[tuple[FieldFault, ...], Unknown[str] | None] | None:
        """Return the faults of an object and what hides more; ``None`` where the release has no schema of its kind."""
        validator = self._validator(manifest.api_version, manifest.kind)
        if validator is None:
            return None
        faults: dict[tuple[str, str], FieldFault] = {}
        doubt: Unknown[str] | None = None
        for error in validator.iter_errors(_plain(manifest.body)):
            found = _at(manifest.body, error.instance_path)
            if isinstance(found, Unknown):
                doubt = doubt or found
                continue
            for fault in self._faults(error, *found):
                faults.setdefault((fault.path, fault.kind), fault)
        ordered = sorted(faults.values(), key=lambda each: (each.at.order, each.path))
        return tuple(ordered[:_MOST_FAULTS]), doubt

    def _validator(self, api_version: str, kind: str) -> Any:  # noqa: ANN401 - a class of the extra
        key = (api_version, kind)
        if key not in self.validators:
            self.validators[key] = self._compiled(api_version, kind)
        return self.validators[key]

    def _compiled(self, api_version: str, kind: str) -> Any:  # noqa: ANN401 - a class of the extra
        """Return the schema of a kind, compiled; a group that only begins with the same word has none here."""
        from jsonschema_rs import Draft202012Validator  # noqa: PLC0415 - see above

        group, slash, version = api_version.partition("/")
        if not slash:
            group, version = "", api_version
        name = "-".join(part for part in (kind.lower(), group.partition(".")[0], version) if part)
        if not re.fullmatch(r"[a-z0-9-]+", name) or not self.folder.joinpath(f"{name}.json").is_file():
            return None
        schema = self._read(name)
        meant = {"group": group, "kind": kind, "version": version}
        known = meant in schema.get("x-kubernetes-group-version-kind", [])
        return Draft202012Validator(schema, registry=self.registry) if known else None

    def _faults(self, error: Any, node: Node, path: str) -> Iterator[FieldFault]:  # noqa: ANN401 - a class of the extra
        match type(error.kind).__name__.rpartition("_")[2]:
            case "AdditionalProperties":
                known = self._fields_at(list(error.schema_path))
                for name in error.kind.unexpected:
                    child = node[name]
                    meant = get_close_matches(name, known, n=1, cutoff=0.75)
                    place = child.key_at or child.at
                    yield FieldFault(
                        FaultKind.UNKNOWN_FIELD, _joined(path, name), place, meant=meant[0] if meant else ""
                    )
            case "Required":
                name = error.kind.property.strip("'\"")
                written = any(key == name for key, _ in node.items())
                if not written and not node.open and not path.startswith("status"):
                    yield FieldFault(FaultKind.MISSING_FIELD, _joined(path, name), node.key_at or node.at)
            case "Type":
                yield FieldFault(FaultKind.WRONG_TYPE, path, node.at, _expected(error.kind.types))
            case "OneOfNotValid" | "OneOfMultipleValid" | "AnyOf":
                yield FieldFault(FaultKind.WRONG_TYPE, path, node.at, _of_definition(list(error.schema_path)))
            case _:
                yield FieldFault(FaultKind.WRONG_VALUE, path, node.at)

    def _fields_at(self, schema_path: list[str | int]) -> list[str]:
        """Return the fields that a definition knows."""
        if "$defs" not in schema_path:
            return []
        name = schema_path[len(schema_path) - schema_path[::-1].index("$defs")]
        return list(self.definitions["$defs"].get(name, {}).get("properties", {}))


def _expected(types: Iterable[str]) -> str:
    return " or ".join(_WORDS.get(each, each) for each in types if each != "null")


def _of_definition(schema_path: list[str | int]) -> str:
    return _QUANTITY if any(str(part).endswith(".Quantity") for part in schema_path) else _PORT


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _at(body: Node, way: Iterable[str | int]) -> tuple[Node, str] | Unknown[str]:
    """Return the part of an object that a way leads to, and the way in words; or why it cannot be told."""
    node, words = body, ""
    for step in way:
        if isinstance(step, int):
            node, words = node.each()[step], f"{words}[{step}]"
        else:
            node, words = node[step], _joined(words, step)
        if node.is_unknown or _is_filled_in(node) or (node.is_mapping and node.open):
            return Unknown(f"{words} is filled in by another program before the object is applied", node.at)
    return node, words


def _is_filled_in(node: Node) -> bool:
    """Tell whether a text holds a placeholder that another program replaces before the object is applied."""
    return isinstance(node.content, str) and (is_template(node.content) or "${" in node.content)


def _plain(node: Node) -> Any:  # noqa: ANN401 - any value of JSON
    """Return what a node holds; what cannot be told is left out of mappings and nothing in lists.

    A null in a mapping is left out as well: to Kubernetes a field that is null is not there.
    """
    if node.is_mapping:
        return {name: _plain(child) for name, child in node.items() if not (child.is_unknown or child.is_absent)}
    if node.is_list:
        return [_plain(child) for child in node.each()]
    return node.content if node.is_scalar else None
