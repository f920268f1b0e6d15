"""A plan as ``terraform show -json`` prints it: which instances there are, and what is known of each."""

from __future__ import annotations

import json
import posixpath
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from infraaudit.readers.terraform.configuration.addresses import instance_suffix, without_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from infraaudit.source.file import SourceFile

_MARK = '"planned_values"'
_STEP = re.compile(r'module\.([^.\[\]]+)(?:\[(?:(\d+)|"((?:[^"\\]|\\.)*)")\])?(?:\.|$)')
_DEEPEST = 60
"""Modules inside of modules beyond which a plan is not looked at; Terraform itself has no such plans."""

Key = str | int | None
"""What tells instances apart: a number of ``count``, a key of ``for_each``, nothing where there is one."""


class PlanError(Exception):
    """A text that is no plan, or one that cannot be used; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What is planned for one instance: its values, and which of them are unknown or sensitive, in the same shape.

    ``what`` tells whether it is a data source, its type and its name; ``calls`` is the path of calls to its module.
    """

    what: tuple[bool, str, str]
    calls: tuple[str, ...]
    values: Mapping[str, Any]
    unknown: object = None
    sensitive: object = None


@dataclass(frozen=True, slots=True)
class Declared:
    """What the configuration behind a plan declares in one module.

    ``references`` are the names that each argument of a resource speaks of, ``passed`` those of each argument of a
    call, ``outputs`` those of each output.
    """

    resources: frozenset[tuple[bool, str, str]]
    calls: frozenset[str]
    variables: Mapping[str, Mapping[str, Any]]
    references: Mapping[tuple[bool, str, str], Mapping[str, tuple[str, ...]]]
    passed: Mapping[str, Mapping[str, tuple[str, ...]]]
    outputs: Mapping[str, tuple[str, ...]]


@dataclass(slots=True)
class Plan:
    """One plan. Addresses go by without the numbers of a ``count``: what is told of one is what all instances share.

    ``inside`` tells whether its file is part of the scanned tree, ``whole`` whether it covers the whole configuration:
    Terraform did not fail and was not told to leave something out. ``declared`` is by the path of calls that leads
    to a module.
    """

    path: str
    inside: bool
    whole: bool
    variables: Mapping[str, Any]
    declared: Mapping[tuple[str, ...], Declared]
    _instances: dict[str, list[Planned]] = field(default_factory=lambda: defaultdict(list))
    _families: dict[str, dict[tuple[str, Key], Planned]] = field(default_factory=lambda: defaultdict(dict))
    _calls: dict[tuple[str, str], dict[str, set[Key]]] = field(default_factory=lambda: defaultdict(dict))
    _copies: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @property
    def name(self) -> str:
        """The name of its file."""
        return posixpath.basename(self.path)

    def at(self, address: str) -> Sequence[Planned]:
        """Return the instances behind one address, those of one ``count`` together."""
        return self._instances.get(without_numbers(address), ())

    def below(self, module: str) -> Iterator[tuple[str, Sequence[Planned]]]:
        """Yield the addresses of the instances in a module and the modules below it, with what is behind each."""
        whole = without_numbers(module)
        starts = (f"{whole}.", f"{whole}[")
        yield from ((address, found) for address, found in self._instances.items() if address.startswith(starts))

    def keys(self, module: str, calls: tuple[str, ...], what: tuple[bool, str, str]) -> list[Key] | None:
        """Return the keys of the instances of a resource, ``None`` where the plan does not tell them.

        ``module`` is the address of its module, ``calls`` the path of calls that leads there.
        """
        found: dict[str, set[Key]] = defaultdict(set)
        module = without_numbers(module)
        for raw, key in self._families.get(_within(module, what), {}):
            found[raw].add(key)
        here = self.declared.get(calls)
        return self._told(module, found, declared=here is not None and what in here.resources)

    def module_keys(self, module: str, calls: tuple[str, ...], name: str) -> list[Key] | None:
        """Return the keys of the instances of a module call, ``None`` where the plan does not tell them."""
        here = self.declared.get(calls)
        module = without_numbers(module)
        found = self._calls.get((module, name), {})
        return self._told(module, found, declared=here is not None and name in here.calls)

    def arguments(self, calls: tuple[str, ...], what: tuple[bool, str, str]) -> frozenset[str]:
        """Return the arguments that a resource had in the configuration behind the plan."""
        here = self.declared.get(calls)
        return frozenset(here.references.get(what, ())) if here is not None else frozenset()

    def _told(self, module: str, found: Mapping[str, set[Key]], *, declared: bool) -> list[Key] | None:
        if not found:
            return [] if self.whole and declared else None
        complete = len(found) >= len(self._copies.get(module, ()))
        return _agreed(found.values()) if complete else None

    def enter(self, row: Mapping[str, Any], planned: tuple[Mapping[str, Any], object, object]) -> None:
        """Enter one instance; one that is there already stays."""
        raw = str(row.get("module_address") or "")
        what = (row.get("mode") == "data", str(row["type"]), str(row["name"]))
        family = _within(self._enter_module(raw), what)
        key = row.get("index")
        key = key if isinstance(key, str | int) and not isinstance(key, bool) else None
        if (raw, key) in self._families[family]:
            return
        each = self._families[family][raw, key] = Planned(what, calls_in(raw), *planned)
        self._instances[family + instance_suffix(key) if isinstance(key, str) else family].append(each)

    def _enter_module(self, raw: str) -> str:
        """Enter the modules that an address leads through, and return it without the numbers of a ``count``."""
        address = above = ""
        for step in _STEP.finditer(raw):
            name, number, text = step.groups()
            key: Key = int(number) if number else None if text is None else _unescaped(text)
            self._calls[address, name].setdefault(above, set()).add(key)
            address = _joined(address, f"module.{name}{instance_suffix(key) if isinstance(key, str) else ''}")
            above = _joined(above, step[0].removesuffix("."))
            self._copies[address].add(above)
        return address


def calls_in(address: str) -> tuple[str, ...]:
    """Return the names of the calls that an address of a module leads through."""
    return tuple(step[1] for step in _STEP.finditer(address))


def _within(module: str, what: tuple[bool, str, str]) -> str:
    data, type_, name = what
    return _joined(module, f"data.{type_}.{name}" if data else f"{type_}.{name}")


def _joined(module: str, local: str) -> str:
    return f"{module}.{local}" if module else local


def _unescaped(key: str) -> str:
    text: object = json.loads(f'"{key}"', strict=False) if "\\" in key else key
    return str(text).replace("$${", "${").replace("%%{", "%{")


def _agreed(sets: Iterable[set[Key]]) -> list[Key] | None:
    """Return the keys that every instance of a module has, ``None`` where they differ."""
    distinct = list({frozenset(each) for each in sets})
    if len(distinct) != 1 or len({type(each) for each in distinct[0]}) != 1:
        return None
    return sorted(distinct[0], key=lambda each: (str(type(each)), each if isinstance(each, int) else 0, str(each)))


# -- reading -------------------------------------------------------------------------------------------------------


def looks_like_plan(text: str) -> bool:
    """Tell whether a JSON text is worth reading as a plan."""
    return _MARK in text and '"format_version"' in text and '"configuration"' in text


def read_plan(file: SourceFile, *, inside: bool) -> Plan:
    """Read a plan. Raises :class:`PlanError` for anything else."""
    try:
        document: object = json.loads(file.text)
    except (ValueError, RecursionError):
        message = f"{file.path} is not JSON; terraform show -json PLAN prints what is read here"
        raise PlanError(message) from None
    if not isinstance(document, dict) or "planned_values" not in document:
        what = "a state" if isinstance(document, dict) and "values" in document else "something else"
        message = f"{file.path} is {what}, not a plan as terraform show -json PLAN prints it"
        raise PlanError(message)
    try:
        return _plan(document, file.path, inside=inside)
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        message = f"{file.path} is not a plan of a form that is known: {type(error).__name__} {error}"
        raise PlanError(message) from None


def _plan(document: dict[str, Any], path: str, *, inside: bool) -> Plan:
    version = str(document.get("format_version", ""))
    if version.partition(".")[0] not in {"0", "1"}:
        message = f"{path} is a plan of the format {version}, which is not known"
        raise PlanError(message)
    configuration = document.get("configuration") or {}
    given = document.get("variables") or {}
    plan = Plan(
        path,
        inside,
        whole=not document.get("errored") and document.get("complete") is not False,
        variables={name: each.get("value") for name, each in given.items()},
        declared=dict(_declared(configuration.get("root_module") or {}, ())),
    )
    for change in document.get("resource_changes") or ():
        after = change["change"].get("after")
        if isinstance(after, dict):
            plan.enter(change, (after, change["change"].get("after_unknown"), change["change"].get("after_sensitive")))
    prior = (document.get("prior_state") or {}).get("values") or {}
    for values in (document["planned_values"], prior):
        for row in _rows(values.get("root_module") or {}):
            if values is not prior or row.get("mode") == "data":
                plan.enter(row, (row.get("values") or {}, None, row.get("sensitive_values")))
    return plan


def _rows(module: Mapping[str, Any], depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Yield the instances of a module and of those below it, each with the address of its module."""
    for row in module.get("resources") or ():
        yield {**row, "module_address": module.get("address", "")}
    for child in (module.get("child_modules") or ()) if depth < _DEEPEST else ():
        yield from _rows(child, depth + 1)


def _declared(module: Mapping[str, Any], calls: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Declared]]:
    inner = module.get("module_calls") or {}
    rows = {(row.get("mode") == "data", row["type"], row["name"]): row for row in module.get("resources") or ()}
    outputs = {name: tuple(_references(each)) for name, each in (module.get("outputs") or {}).items()}
    references = {key: _by_name(row.get("expressions")) for key, row in rows.items()}
    passed = {name: _by_name(call.get("expressions")) for name, call in inner.items()}
    variables = module.get("variables") or {}
    yield calls, Declared(frozenset(rows), frozenset(inner), variables, references, passed, outputs)
    if len(calls) < _DEEPEST:
        for name, call in inner.items():
            yield from _declared(call.get("module") or {}, (*calls, name))


def _by_name(expressions: Mapping[str, object] | None) -> dict[str, tuple[str, ...]]:
    return {name: tuple(_references(each)) for name, each in (expressions or {}).items()}


def _references(expression: object) -> Iterator[str]:
    """Yield the names that an expression speaks of, those of blocks inside too."""
    if isinstance(expression, dict):
        for key, value in expression.items():
            if key == "references" and isinstance(value, list):
                yield from (str(each) for each in value)
            else:
                yield from _references(value)
    elif isinstance(expression, list):
        for each in expression:
            yield from _references(each)
