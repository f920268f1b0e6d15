"""Checks values against ``values.schema.json``: the parts of JSON Schema that need no other file and no network.

What a schema asks beyond that is not judged; it is named, so that nobody takes it for checked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infraaudit.readers.helm.cells import Cell, Open, Undecided
from infraaudit.readers.helm.functions.wrapping import plain
from infraaudit.readers.helm.patterns.compiling import PatternError, compiled
from infraaudit.readers.helm.patterns.matching import TooMuchWorkError, first_match

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infraaudit.source.span import Span

_DEEPEST = 60
_NOT_CHECKED = frozenset(
    {"format", "contentEncoding", "contentMediaType", "contentSchema", "unevaluatedProperties", "unevaluatedItems",
     "$dynamicRef", "$recursiveRef"},
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """A value that its schema does not allow, with the place that it was written at."""

    path: str
    message: str
    at: Span | None

    def __str__(self) -> str:
        return f"at {self.path or '/'}: {self.message}"


@dataclass
class Schema:
    """One schema. ``not_checked`` gathers the keywords that were met and not judged."""

    root: Cell
    not_checked: set[str] = field(default_factory=set)

    def faults(self, values: Cell) -> list[Fault]:
        """Return what is wrong with values."""
        return list(self._check(self.root, values, "", 0))

    def _check(self, schema: Cell, value: Cell, path: str, depth: int) -> Iterator[Fault]:
        if isinstance(value.data, Undecided) or depth > _DEEPEST:
            return
        if schema.data is False:
            yield Fault(path, "not allowed", value.key or value.origin)
        rules = schema.data if isinstance(schema.data, dict) else {}
        self.not_checked.update(_NOT_CHECKED & rules.keys())
        target = self._referred(rules)
        if target is not None:
            yield from self._check(target, value, path, depth + 1)
        for keyword, check in _SIMPLE.items():
            message = check(value, rules[keyword], rules) if keyword in rules else ""
            if message:
                yield Fault(path, message, value.origin or value.key)
        yield from self._pattern(rules, value, path)
        yield from self._joined(rules, value, path, depth)
        if isinstance(value.data, dict):
            yield from self._mapping(rules, value, path, depth)
        elif isinstance(value.data, list):
            yield from self._list(rules, value.data, path, depth)

    def _referred(self, rules: dict[str, Cell]) -> Cell | None:
        """Return the part of the schema that ``$ref`` names; another file is not read."""
        if "$ref" not in rules:
            return None
        name = str(rules["$ref"].data)
        cell = self.root
        if not name.startswith("#"):
            self.not_checked.add(f"$ref {name}")
            return None
        for part in filter(None, name[1:].split("/")):
            key = part.replace("~1", "/").replace("~0", "~")
            entries = cell.data if isinstance(cell.data, dict) else {}
            if key not in entries:
                self.not_checked.add(f"$ref {name}")
                return None
            cell = entries[key]
        return cell

    def _holds(self, schema: Cell, value: Cell, depth: int) -> bool | None:
        """Tell whether a value meets a schema; ``None`` where the schema asks what is not judged."""
        inner = Schema(self.root)
        faults = list(inner._check(schema, value, "", depth + 1))
        self.not_checked.update(inner.not_checked)
        return False if faults else None if inner.not_checked else True

    def _joined(self, rules: dict[str, Cell], value: Cell, path: str, depth: int) -> Iterator[Fault]:
        for part in _items(rules, "allOf"):
            yield from self._check(part, value, path, depth + 1)
        if "anyOf" in rules:
            results = [self._holds(each, value, depth) for each in _items(rules, "anyOf")]
            if not any(each is not False for each in results):
                yield Fault(path, "meets none of the schemas of anyOf", value.origin or value.key)
        if "oneOf" in rules:
            results = [self._holds(each, value, depth) for each in _items(rules, "oneOf")]
            if results.count(True) > 1 or results.count(False) == len(results):
                yield Fault(path, "does not meet exactly one of the schemas of oneOf", value.origin or value.key)
        if "not" in rules and self._holds(rules["not"], value, depth):
            yield Fault(path, "meets the schema of not", value.origin or value.key)
        if "if" in rules:
            holds = self._holds(rules["if"], value, depth)
            branch = rules.get({True: "then", False: "else"}.get(holds, "")) if holds is not None else None
            if branch is not None:
                yield from self._check(branch, value, path, depth + 1)

    def _pattern(self, rules: dict[str, Cell], value: Cell, path: str) -> Iterator[Fault]:
        if "pattern" in rules and isinstance(value.data, str):
            pattern = str(rules["pattern"].data)
            if self._finds(pattern, value.data) is False:
                yield Fault(path, f"does not match pattern {pattern!r}", value.origin or value.key)

    def _finds(self, pattern: str, text: str) -> bool | None:
        try:
            return first_match(compiled(pattern), text) is not None
        except (PatternError, TooMuchWorkError):
            self.not_checked.add(f"pattern {pattern!r}")
            return None

    def _mapping(self, rules: dict[str, Cell], value: Cell, path: str, depth: int) -> Iterator[Fault]:
        entries = value.data if isinstance(value.data, dict) else {}
        at = value.key or value.origin
        if not isinstance(entries, Open):
            lacking = [str(each.data) for each in _items(rules, "required") if each.data not in entries]
            if lacking:
                yield Fault(
                    path, f"missing {'property' if len(lacking) == 1 else 'properties'} {', '.join(lacking)}", at
                )
            for key, needed in _entries(rules, "dependentRequired"):
                names = [each.data for each in needed.data] if isinstance(needed.data, list) else []
                if key in entries and any(name not in entries for name in names):
                    yield Fault(path, f"{key} needs {', '.join(map(str, names))} beside it", at)
        for key, schema in _entries(rules, "dependentSchemas"):
            if key in entries:
                yield from self._check(schema, value, path, depth + 1)
        if "dependencies" in rules:
            self.not_checked.add("dependencies")
        yield from self._members(rules, entries, path, depth)

    def _members(self, rules: dict[str, Cell], entries: dict[str, Cell], path: str, depth: int) -> Iterator[Fault]:
        own = dict(_entries(rules, "properties"))
        patterns = list(_entries(rules, "patternProperties"))
        other = rules.get("additionalProperties")
        for key, each in entries.items():
            inner = f"{path}/{key}"
            schemas = [own[key]] if key in own else []
            found = [(self._finds(pattern, key), schema) for pattern, schema in patterns]
            schemas.extend(schema for finds, schema in found if finds)
            if not schemas and other is not None and not any(finds is None for finds, _ in found):
                if other.data is False:
                    yield Fault(path, f"additional property {key} not allowed", each.key or each.origin)
                else:
                    schemas.append(other)
            for schema in schemas:
                yield from self._check(schema, each, inner, depth + 1)
            if "propertyNames" in rules:
                yield from self._check(rules["propertyNames"], Cell(key, each.key), inner, depth + 1)

    def _list(self, rules: dict[str, Cell], items: list[Cell], path: str, depth: int) -> Iterator[Fault]:
        first = _items(rules, "prefixItems") or _items(rules, "items")
        rest = rules.get("additionalItems" if isinstance(rules.get("items", Cell(None)).data, list) else "items")
        for index, each in enumerate(items):
            schema = first[index] if index < len(first) else rest
            if schema is not None:
                yield from self._check(schema, each, f"{path}/{index}", depth + 1)
        if "contains" in rules and "minContains" not in rules:
            results = [self._holds(rules["contains"], each, depth) for each in items]
            if all(each is False for each in results):
                yield Fault(path, "no items match the schema of contains", None)
        self.not_checked.update({"minContains", "maxContains"} & rules.keys())


def _items(rules: dict[str, Cell], key: str) -> list[Cell]:
    data = rules[key].data if key in rules else None
    return data if isinstance(data, list) else []


def _entries(rules: dict[str, Cell], key: str) -> Iterator[tuple[str, Cell]]:
    data = rules[key].data if key in rules else None
    yield from data.items() if isinstance(data, dict) else ()


def _type_of(value: Cell) -> str:
    match value.data:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def _type(value: Cell, wanted: Cell, _: dict[str, Cell]) -> str:
    names = [str(each.data) for each in wanted.data] if isinstance(wanted.data, list) else [str(wanted.data)]
    own = _type_of(value)
    is_whole = own == "number" and isinstance(value.data, int | float) and float(value.data).is_integer()
    if own in names or ("integer" in names and is_whole):
        return ""
    return f"got {own}, want {' or '.join(names)}"


def _same(one: object, other: object) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return one == other


def _enum(value: Cell, wanted: Cell, _: dict[str, Cell]) -> str:
    choices = plain(wanted) if isinstance(wanted.data, list) else []
    if isinstance(value.data, Open) or any(_same(plain(value), each) for each in choices):
        return ""
    return f"value must be one of {', '.join(map(repr, choices))}"


def _const(value: Cell, wanted: Cell, _: dict[str, Cell]) -> str:
    return "" if _same(plain(value), plain(wanted)) else f"value must be {plain(wanted)!r}"


def _number(cell: Cell) -> float | None:
    return float(cell.data) if isinstance(cell.data, int | float) and not isinstance(cell.data, bool) else None


def _compared(fails: Callable[[float, float], bool], words: str) -> Callable[[Cell, Cell, dict[str, Cell]], str]:
    def check(value: Cell, limit: Cell, _: dict[str, Cell]) -> str:
        number, bound = _number(value), _number(limit)
        if number is None or bound is None or not fails(number, bound):
            return ""
        return f"{words}: got {number:g}, want {bound:g}"

    return check


def _counted(
    count: Callable[[Cell], int | None], fails: Callable[[int, float], bool], words: str
) -> Callable[[Cell, Cell, dict[str, Cell]], str]:
    def check(value: Cell, limit: Cell, _: dict[str, Cell]) -> str:
        number, bound = count(value), _number(limit)
        if number is None or bound is None or not fails(number, bound):
            return ""
        return f"{words}: got {number}, want {bound:g}"

    return check


def _characters(cell: Cell) -> int | None:
    return len(cell.data) if isinstance(cell.data, str) else None


def _elements(cell: Cell) -> int | None:
    return len(cell.data) if isinstance(cell.data, list) else None


def _properties(cell: Cell) -> int | None:
    return len(cell.data) if isinstance(cell.data, dict) and not isinstance(cell.data, Open) else None


def _exclusive(sign: int) -> Callable[[Cell, Cell, dict[str, Cell]], str]:
    """Check an exclusive bound: a number of its own, or ``true`` beside the bound in the oldest drafts."""
    name = "minimum" if sign > 0 else "maximum"

    def check(value: Cell, limit: Cell, rules: dict[str, Cell]) -> str:
        number, bound = _number(value), _number(rules.get(name, Cell(None)) if limit.data is True else limit)
        if number is None or bound is None or sign * (number - bound) > 0:
            return ""
        return f"{name} {bound:g} is not included"

    return check


def _multiple(value: Cell, of: Cell, _: dict[str, Cell]) -> str:
    number, step = _number(value), _number(of)
    if number is None or not step or (number / step).is_integer():
        return ""
    return f"value is not a multiple of {step:g}"


def _unique(value: Cell, wanted: Cell, _: dict[str, Cell]) -> str:
    if wanted.data is not True or not isinstance(value.data, list):
        return ""
    items = [plain(each) for each in value.data]
    repeated = any(_same(one, other) for index, one in enumerate(items) for other in items[:index])
    return "items are not unique" if repeated else ""


_SIMPLE: dict[str, Callable[[Cell, Cell, dict[str, Cell]], str]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "minimum": _compared(lambda number, bound: number < bound, "minimum"),
    "maximum": _compared(lambda number, bound: number > bound, "maximum"),
    "exclusiveMinimum": _exclusive(1),
    "exclusiveMaximum": _exclusive(-1),
    "multipleOf": _multiple,
    "minLength": _counted(_characters, lambda number, bound: number < bound, "minLength"),
    "maxLength": _counted(_characters, lambda number, bound: number > bound, "maxLength"),
    "minItems": _counted(_elements, lambda number, bound: number < bound, "minItems"),
    "maxItems": _counted(_elements, lambda number, bound: number > bound, "maxItems"),
    "uniqueItems": _unique,
    "minProperties": _counted(_properties, lambda number, bound: number < bound, "minProperties"),
    "maxProperties": _counted(_properties, lambda number, bound: number > bound, "maxProperties"),
}
