"""Functions that encode and decode: YAML, JSON, base 64, hashes, paths."""

from __future__ import annotations

import base64
import hashlib
import json
import posixpath
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from infraaudit.model.node import Node, node_from_yaml
from infraaudit.readers.helm.cells import (
    Cell,
    Text,
    Undecided,
    common_origin,
    mapping_of,
    refuse_too_large,
    text_of,
    undecided_in,
)
from infraaudit.readers.helm.functions.wrapping import UnevaluatedError, cell_of, plain, pure, refuse, why_undecided
from infraaudit.readers.helm.go_text import json_float
from infraaudit.readers.helm.yaml_text import yaml_text
from infraaudit.source.file import SourceFile
from infraaudit.source.yaml_parse import parse_yaml
from infraaudit.source.yaml_tree import Dialect

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from infraaudit.readers.helm.evaluator import Engine, Function


def _to_yaml(engine: Engine, arguments: Sequence[Cell]) -> Cell:
    (cell,) = arguments
    return cell if isinstance(cell.data, Undecided) else Cell(yaml_text(cell, engine.stand_in))


def yaml_value(node: Node, depth: int = 0) -> object:
    """Return the data of a parsed document; numbers are floats, as in Helm."""
    content = node.content
    if depth > 100:  # noqa: PLR2004 - the depth that every walk of values keeps to
        message = "a value is nested too deep"
        raise refuse(message)
    if node.is_mapping:
        return {key: yaml_value(each, depth + 1) for key, each in node.items()}
    if node.is_list:
        return [yaml_value(each, depth + 1) for each in node.each()]
    if isinstance(content, int) and not isinstance(content, bool):
        return float(content)
    return content if isinstance(content, str | float | bool) else None


def _from_yaml(cell: Cell) -> object:
    parsed = parse_yaml(SourceFile("", text_of(cell)))
    problem = next((each for each in parsed.problems if each.leaves_gap), None)
    if problem is not None:
        return {"Error": problem.message}
    if not parsed.documents:
        return {}
    return yaml_value(node_from_yaml(parsed.documents[0], Dialect.KUBERNETES))


def _from_yaml_mapping(cell: Cell) -> object:
    value = _from_yaml(cell)
    return value if isinstance(value, dict) else {}


def _from_json(cell: Cell) -> object:
    value = json.loads(text_of(cell), parse_int=float)
    return value if isinstance(value, dict | list) else {}


def _to_json(step: str = "", *, escaped: bool = True) -> Function:
    """Return the function that writes JSON as Go does: sorted keys, no blanks, and ``<``, ``>``, ``&`` escaped."""

    def written(engine: Engine, arguments: Sequence[Cell]) -> Cell:
        (cell,) = arguments
        if isinstance(cell.data, Undecided):
            return cell
        refuse_too_large(cell)
        text = _json(_with_stand_ins(plain(cell), engine), step, 0)
        for code, character in () if escaped else _ESCAPED.items():
            text = text.replace(code, character)
        return Cell(text, common_origin(arguments))

    return written


_ESCAPED = {r"\u003c": "<", r"\u003e": ">", r"\u0026": "&"}


class _StandIn(str):
    """The text of a stand-in, which may stand for anything and is not quoted."""

    __slots__ = ()


def _with_stand_ins(data: object, engine: Engine) -> object:
    match data:
        case dict():
            return {key: _with_stand_ins(each, engine) for key, each in data.items()}
        case list():
            return [_with_stand_ins(each, engine) for each in data]
        case Undecided():
            return _StandIn(engine.stand_in(data))
        case _:
            return data


def _json(data: object, step: str, depth: int) -> str:  # noqa: PLR0911 - one kind of value a line
    before, after = ("\n" + step * (depth + 1), "\n" + step * depth) if step else ("", "")
    match data:
        case dict() as entries if entries:
            colon = ": " if step else ":"
            inner = (_json_text(key) + colon + _json(entries[key], step, depth + 1) for key in sorted(entries))
            return "{" + before + f",{before}".join(inner) + after + "}"
        case list() as items if items:
            return "[" + before + f",{before}".join(_json(each, step, depth + 1) for each in items) + after + "]"
        case bool() | None:
            return json.dumps(data)
        case float():
            return json_float(data)
        case _StandIn():
            return str(data)
        case str():
            return _json_text(data)
        case _:
            return json.dumps(data)


def _json_text(text: str) -> str:
    escaped = json.dumps(text, ensure_ascii=False)
    return escaped.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")


def _base64(cell: Cell) -> str:
    return base64.b64encode(text_of(cell).encode()).decode()


def _base64_decoded(cell: Cell) -> str:
    return base64.b64decode(text_of(cell), validate=True).decode(errors="replace")


def _hashed(algorithm: Callable[[bytes], str]) -> Callable[[Cell], str]:
    return lambda cell: algorithm(text_of(cell).encode())


def _to_toml(cell: Cell) -> Cell:
    mapping_of(cell)
    message = "the function toToml of its template is not evaluated"
    raise UnevaluatedError(message)


def _include(engine: Engine, arguments: Sequence[Cell]) -> Cell:
    name, dot = arguments
    if undecided_in(name):
        return Cell(Undecided(why_undecided(engine, arguments)))
    return Cell(engine.include(text_of(name), dot))


def _template(engine: Engine, arguments: Sequence[Cell]) -> Cell:
    """Run a text as a template; what is undecided in it stays so, for a stand-in holds no action."""
    text, dot = arguments
    if isinstance(text.data, Undecided):
        return text
    result = engine.evaluate_text(text_of(text), dot)
    if result == text.data:
        return text
    return Cell(Text.of(replace(piece, origin=piece.origin or text.origin) for piece in result.pieces))


def _random(what: str, *, filled: bool = True) -> Function:
    undecided = Undecided(f"{what} is made anew on each rendering", filled)
    return lambda _engine, _arguments: Cell(undecided)


def _shuffled(cell: Cell) -> Cell:
    text = text_of(cell)
    if text == text[:1] * len(text):
        return cell
    return Cell(Undecided("a random order is made anew on each rendering", filled=True))


def _environment(_: Engine, arguments: Sequence[Cell]) -> Cell:
    del arguments
    return Cell(Undecided("it depends on the machine that renders the chart"))


ENCODINGS: Mapping[str, Function] = {
    "include": _include,
    "tpl": _template,
    "toYaml": _to_yaml,
    "mustToYaml": _to_yaml,
    "fromYaml": pure(_from_yaml_mapping),
    "fromYamlArray": pure(_from_yaml),
    "toJson": _to_json(),
    "mustToJson": _to_json(),
    "toRawJson": _to_json(escaped=False),
    "mustToRawJson": _to_json(escaped=False),
    "toPrettyJson": _to_json("  "),
    "mustToPrettyJson": _to_json("  "),
    "urlquery": pure(lambda cell: quote_plus(text_of(cell)), keeps_filled=True),
    "fromJson": pure(_from_json),
    "mustFromJson": pure(_from_json),
    "fromJsonArray": pure(_from_json),
    "toToml": pure(_to_toml),
    "b64enc": pure(_base64, keeps_filled=True),
    "b64dec": pure(_base64_decoded, keeps_filled=True),
    "sha256sum": pure(_hashed(lambda data: hashlib.sha256(data).hexdigest()), keeps_filled=True),
    "sha1sum": pure(_hashed(lambda data: hashlib.sha1(data, usedforsecurity=False).hexdigest()), keeps_filled=True),
    "sha512sum": pure(_hashed(lambda data: hashlib.sha512(data).hexdigest()), keeps_filled=True),
    "md5sum": pure(_hashed(lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest()), keeps_filled=True),
    "adler32sum": pure(_hashed(lambda data: str(zlib.adler32(data))), keeps_filled=True),
    "base": pure(lambda cell: posixpath.basename(text_of(cell).rstrip("/")) or "."),
    "dir": pure(lambda cell: posixpath.dirname(text_of(cell)) or "."),
    "ext": pure(lambda cell: posixpath.splitext(text_of(cell))[1]),
    "clean": pure(lambda cell: posixpath.normpath(text_of(cell))),
    "isAbs": pure(lambda cell: text_of(cell).startswith("/")),
    "toDict": pure(lambda cell: cell_of(plain(cell))),
    **{
        name: _random("a random text")
        for name in (
            "randAlphaNum", "randAlpha", "randNumeric", "randAscii", "randBytes", "uuidv4",
        )
    },
    **{
        name: _random("a key or certificate")
        for name in (
            "genCA", "genCAWithKey", "genPrivateKey", "genSelfSignedCert", "genSelfSignedCertWithKey",
            "genSignedCert", "genSignedCertWithKey", "htpasswd", "bcrypt", "encryptAES",
        )
    },
    **{
        name: _random("a time")
        for name in ("now", "date", "dateInZone", "date_in_zone", "dateModify", "date_modify", "ago", "unixEpoch")
    },
    "randInt": _random("a random number", filled=False),
    "shuffle": pure(_shuffled, keeps_filled=True),
    "env": _environment,
    "expandenv": _environment,
    "getHostByName": _environment,
}  # fmt: skip
