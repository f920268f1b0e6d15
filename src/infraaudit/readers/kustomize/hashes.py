"""The hash that Kustomize puts at the end of the name of a generated ConfigMap or Secret."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from infraaudit.readers.kustomize.trees import plain, told

if TYPE_CHECKING:
    from infraaudit.model import Node
    from infraaudit.readers.kustomize.trees import Plain

_LENGTH = 10
_LETTERS = str.maketrans("013ae", "ghkmt")
"""Digits and letters that could form a word are replaced, as Kubernetes does in generated names."""

_ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def hash_of(body: Node) -> str | None:
    """Return the hash of an object, ``None`` where part of its contents cannot be told; the name has no part in it."""
    parts = {name: body[name] for name in ("data", "binaryData", "stringData", "type")}
    if not all(each.is_absent or told(each) for each in parts.values()):
        return None
    kind = plain(body["kind"])
    document: dict[str, Plain] = {
        "kind": kind,
        "name": "",
        "data": _or_empty(parts["data"]),
    }
    if kind == "Secret":
        document["type"] = _or_empty(parts["type"])
    for name in ("binaryData",) if kind == "ConfigMap" else ("stringData",):
        if not parts[name].is_absent:
            document[name] = plain(parts[name])
    digest = hashlib.sha256(_encoded(document).encode(errors="replace")).hexdigest()
    return digest[:_LENGTH].translate(_LETTERS)


def _or_empty(node: Node) -> Plain:
    return "" if node.is_absent else plain(node)


def _encoded(document: dict[str, Plain]) -> str:
    """Write JSON as Go does."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    for character, escape in _ESCAPED.items():
        text = text.replace(character, escape)
    return text.replace("\\b", "\\u0008").replace("\\f", "\\u000c") if "\\b" in text or "\\f" in text else text
