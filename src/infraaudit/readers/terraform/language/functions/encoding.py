"""Functions between values and their encodings."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import re
import urllib.parse
import uuid
from collections.abc import Mapping
from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING

from infraaudit.readers.terraform.language.functions.collections import counted
from infraaudit.readers.terraform.language.functions.declare import Function, NotComputedError, pure
from infraaudit.readers.terraform.language.functions.json_text import json_text, yaml_text
from infraaudit.source.file import SourceFile
from infraaudit.source.hcl_lower import number_of
from infraaudit.source.yaml_scalars import resolve_scalar
from infraaudit.source.yaml_tree import Dialect, YamlMapping, YamlNode, YamlScalar, YamlSequence

if TYPE_CHECKING:
    from collections.abc import Callable

    from infraaudit.model.node import Node
    from infraaudit.readers.terraform.language.functions.declare import Arguments
    from infraaudit.readers.terraform.language.values import Plain

_LARGEST_TEXT = 2_000_000
_CODECS = {
    "UTF-8": "utf-8",
    "UTF-16LE": "utf-16-le",
    "UTF-16BE": "utf-16-be",
    "ISO-8859-1": "latin-1",
    "WINDOWS-1252": "cp1252",
    "US-ASCII": "ascii",
}
"""Encodings under their names, each with Python's name for it."""

_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_OLD_BOOLEANS = {"yes": True, "on": True, "no": False, "off": False, "y": None, "n": None}
"""Words that YAML 1.1 reads as booleans; ``None`` marks those on which programs disagree."""


def _encoder(write: Callable[[Plain], str]) -> Function:
    """Declare an encoder: its text, where all is known, and in any case the structure that it encodes."""
    text_of = pure("any", compute=write, null=True)

    def encode(arguments: Arguments) -> Node:
        return replace(text_of(arguments), structure=arguments.values[0])

    return counted(1, encode)


def _decoder(read: Callable[[str], Plain]) -> Function:
    """Declare a decoder; what was encoded in the same configuration is handed on with its places."""
    value_of = pure("string", compute=read)

    def decode(arguments: Arguments) -> Node:
        structure = arguments.values[0].structure
        return _read_back(structure) if structure is not None else value_of(arguments)

    return counted(1, decode)


def _read_back(node: Node) -> Node:
    """Return what was encoded as it is read back: lists and sets as tuples, maps as objects."""
    content = node.content
    if isinstance(content, Mapping):
        return replace(node, content={name: _read_back(child) for name, child in content.items()})
    if isinstance(content, tuple):
        return replace(node, content=tuple(map(_read_back, content)))
    return node


def _read_json(text: str) -> Plain:
    value: Plain = json.loads(text, parse_float=_json_number, parse_int=_json_number, parse_constant=_refuse)
    return value


def _json_number(text: str) -> int | float:
    value = number_of(text)
    if value is None:
        raise ValueError
    return value


def _refuse(text: str) -> Plain:
    raise ValueError(text)


def _read_yaml(text: str) -> Plain:
    if len(text) > _LARGEST_TEXT:
        message = "a YAML text this long is not decoded"
        raise NotComputedError(message)
    from infraaudit.source.yaml_parse import parse_yaml  # noqa: PLC0415 - few configurations decode YAML

    read = parse_yaml(SourceFile("", text))
    if read.problems or len(read.documents) != 1:
        raise ValueError
    return _plain_yaml(read.documents[0])


def _plain_yaml(node: YamlNode) -> Plain:
    """Return a YAML value as Terraform decodes it: YAML 1.2 with some words of YAML 1.1."""
    if isinstance(node, YamlSequence):
        return [_plain_yaml(item) for item in node.items]
    if isinstance(node, YamlMapping):
        return {_yaml_key(key): _plain_yaml(value) for key, value in node.pairs}
    if node.plain and (node.text.lower() in _OLD_BOOLEANS or _DATE.match(node.text)):
        return _old_yaml(node.text)
    return resolve_scalar(node, Dialect.CORE)


def _yaml_key(node: YamlNode) -> str:
    if not isinstance(node, YamlScalar) or (node.plain and node.text == "<<"):
        message = "a YAML mapping with merged or structured keys is not decoded"
        raise NotComputedError(message)
    if not node.plain:
        return node.text
    value = _plain_yaml(node)
    if not isinstance(value, str) and (value is None or value != number_of(node.text)):
        message = "a YAML mapping with a key that is no text is not decoded"
        raise NotComputedError(message)
    return node.text if isinstance(value, str) else json_text(value)


def _old_yaml(text: str) -> Plain:
    value = _OLD_BOOLEANS.get(text.lower())
    if value is None:
        message = "a YAML text with dates or the words y and n is not decoded"
        raise NotComputedError(message)
    return value


def _read_csv(text: str) -> Plain:
    rows = list(csv.reader(StringIO(text), strict=True))
    if not rows or any(len(row) != len(rows[0]) for row in rows if row) or len(set(rows[0])) != len(rows[0]):
        raise ValueError
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:] if row]


def _base64_text(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _text_of_base64(text: str) -> str:
    return base64.b64decode(re.sub(r"[\r\n]", "", text), validate=True).decode()


def _url(text: str) -> str:
    return urllib.parse.quote_plus(text, safe="-_.~")


def _text_of_url(text: str) -> str:
    if re.search(r"%(?![0-9a-fA-F]{2})", text):
        raise ValueError
    return urllib.parse.unquote_plus(text, errors="strict")


def _codec(name: str) -> str:
    codec = _CODECS.get(name.upper())
    if codec is None:
        message = f"the encoding {name} is not computed with"
        raise NotComputedError(message)
    return codec


def _encoded(text: str, name: str) -> str:
    return base64.b64encode(text.encode(_codec(name))).decode()


def _decoded(text: str, name: str) -> str:
    return base64.b64decode(re.sub(r"[\r\n]", "", text), validate=True).decode(_codec(name))


def _identifier(space: str, name: str) -> str:
    known = {"dns": uuid.NAMESPACE_DNS, "url": uuid.NAMESPACE_URL, "oid": uuid.NAMESPACE_OID}
    parent = known.get(space) or (uuid.NAMESPACE_X500 if space == "x500" else uuid.UUID(space))
    return str(uuid.uuid5(parent, name))


def _hash(name: str) -> Function:
    return pure("string", compute=lambda text: hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest())


def _hash_in_base64(name: str) -> Function:
    def compute(text: str) -> str:
        return base64.b64encode(hashlib.new(name, text.encode(), usedforsecurity=False).digest()).decode()

    return pure("string", compute=compute)


ENCODING: dict[str, Function] = {
    "base64decode": pure("string", compute=_text_of_base64),
    "base64encode": pure("string", compute=_base64_text),
    "base64sha256": _hash_in_base64("sha256"),
    "base64sha512": _hash_in_base64("sha512"),
    "csvdecode": pure("string", compute=_read_csv),
    "jsondecode": _decoder(_read_json),
    "jsonencode": _encoder(json_text),
    "md5": _hash("md5"),
    "sha1": _hash("sha1"),
    "sha256": _hash("sha256"),
    "sha512": _hash("sha512"),
    "textdecodebase64": pure("string", "string", compute=_decoded),
    "textencodebase64": pure("string", "string", compute=_encoded),
    "urldecode": pure("string", compute=_text_of_url),
    "urlencode": pure("string", compute=_url),
    "uuidv5": pure("string", "string", compute=_identifier),
    "yamldecode": _decoder(_read_yaml),
    "yamlencode": _encoder(yaml_text),
}
