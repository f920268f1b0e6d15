"""Files of monitoring that ConfigMaps and Secrets keep, recognised by what they hold."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from infraaudit.model import known_value
from infraaudit.readers.prometheus.head import Head
from infraaudit.readers.prometheus.lift import kept_file_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import MonitoringFile, Node
    from infraaudit.readers.kubernetes.manifest import Manifest

KEEPERS = frozenset({("", "ConfigMap"), ("", "Secret")})
"""Kinds that keep files under their keys, by group and kind."""

_PLAIN = {"ConfigMap": "data", "Secret": "stringData"}


def kept_files_of(manifest: Manifest) -> Iterator[MonitoringFile]:
    """Yield the files of monitoring under the keys of a ConfigMap or Secret; nothing else of these is looked at."""
    for key, node in manifest.body[_PLAIN[manifest.kind]].items():
        yield from _kept(manifest, key, node, known_value(node.string()) or "")
    if manifest.kind == "Secret":
        for key, node in manifest.body["data"].items():
            yield from _kept(manifest, key, node, _decoded(known_value(node.string()) or ""))


def _kept(manifest: Manifest, key: str, node: Node, text: str) -> Iterator[MonitoringFile]:
    head = Head(
        f"{manifest.address}[{key}]", "", key, node.key_at or node.at, manifest.deployment, key,
        holder=manifest.name, namespace=manifest.namespace,
    )  # fmt: skip
    found = kept_file_of(text, node.at, head)
    if found is not None:
        yield found


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
