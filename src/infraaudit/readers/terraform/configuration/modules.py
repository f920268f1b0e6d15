"""A module with the arguments of one call: its variables, locals, outputs, resources and inner modules."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from infraaudit.model.node import Node, Reference, Unresolved
from infraaudit.readers.reading import UnitRow, UnitState
from infraaudit.readers.terraform.configuration.attributes import attribute_of
from infraaudit.readers.terraform.configuration.installed import is_installed, why_other
from infraaudit.readers.terraform.configuration.instances import Expansion, Instance, expand, planned_expansion
from infraaudit.readers.terraform.configuration.planned_modules import PlannedModule
from infraaudit.readers.terraform.configuration.provider_regions import handed_on, regions_of
from infraaudit.readers.terraform.configuration.published import Portrait, is_published, portrait_of
from infraaudit.readers.terraform.configuration.showing import is_edited_elsewhere, shown_at
from infraaudit.readers.terraform.configuration.syntax import literal_text, local_folder
from infraaudit.readers.terraform.language.bodies import body_node
from infraaudit.readers.terraform.language.convert import to_type
from infraaudit.readers.terraform.language.evaluate import evaluate
from infraaudit.readers.terraform.language.scope import Argument, ModuleValue, Scope, UnknownInstances
from infraaudit.readers.terraform.language.values import ListOf, bounded, placed, unresolved
from infraaudit.source.problem import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infraaudit.readers.terraform.configuration.root import Root
    from infraaudit.readers.terraform.configuration.syntax import Configuration
    from infraaudit.source.file import SourceFile
    from infraaudit.source.hcl_tree import Block, Expression
    from infraaudit.source.span import Span

MOST_MODULES = 5_000
"""Module instances of one root beyond which no further one is read: calls that fork at each level grow fast."""

DEEPEST_CALL = 20
"""Modules called by modules beyond which no further one is read."""

_OF_A_CALL = frozenset({"source", "version", "providers", "count", "for_each", "depends_on"})


@dataclass(frozen=True, slots=True)
class Called:
    """A call of a module: its instances with the module behind each, none where nothing is known of the module.

    ``missing`` tells that the module is not in the tree, though its portrait may be known.
    """

    expansion: Expansion
    modules: tuple[Module, ...]
    source: str
    missing: bool


@dataclass(slots=True)
class Module:
    """One module instance. ``certain`` tells that it is surely there, ``multiplicity`` how often."""

    root: Root
    configuration: Configuration
    address: str = ""
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    certain: bool = True
    multiplicity: int = 1
    depth: int = 0
    calls: tuple[str, ...] = ()
    """The names of the calls that lead here."""

    shown_at: Span | None = None
    """Where everything in this module is shown, where it is one that nobody edits in place."""

    inner: Mapping[str, str] = field(default_factory=dict)
    """The inner modules that resources of a portrait really stand in."""

    regions: Mapping[str, Node] = field(default_factory=dict)
    """The regions of the providers that the caller hands on, by the names that they have here."""

    unset: Mapping[str, str] = field(default_factory=dict)
    """Why a variable without a value has none, where there is more to say than that nobody sets it."""

    _cache: dict[tuple[str, str], Node | None] = field(default_factory=dict)
    _called: dict[str, Called | None] = field(default_factory=dict)
    _expansions: dict[tuple[str, str, bool], Expansion | None] = field(default_factory=dict)

    @property
    def scope(self) -> Scope:
        """What an expression in this module sees."""
        return Scope(self, self.root.budget)

    @property
    def provider_regions(self) -> Mapping[str, Node]:
        """The regions of the providers of this module."""
        return regions_of(self.configuration, self.scope, self.regions)

    def within(self, local_address: str) -> str:
        """Return an address of this module as an address of the root."""
        if local_address in self.inner:
            local_address = f"{self.inner[local_address]}.{local_address}"
        return f"{self.address}.{local_address}" if self.address else local_address

    # -- values ------------------------------------------------------------------------------------------------

    def variable(self, name: str, at: Span) -> Node:
        """Return the value of ``var.<name>``."""
        block = self.configuration.variables.get(name)
        if block is None:
            return unresolved(f"var.{name} is not declared{self._perhaps_unread()}", at)
        key = ("var", name)
        if key not in self._cache:
            self._cache[key] = None
            self._cache[key] = bounded(self._variable(name, block))
        return self._cache[key] or unresolved(f"var.{name} refers to itself", at)

    def _variable(self, name: str, block: Block) -> Node:
        given = self._given(name)
        default = block.body.attributes.get("default")
        if given is not None and given.content is None and default is not None and "nullable" in block.body.attributes:
            given = None
        if given is None and default is not None:
            value = evaluate(default.value, self.scope)
            given = replace(value, at=value.at.via(f"the default of var.{name}", default.value.at.span))
        if given is None:
            return unresolved(self._why_unset(name), block.head.span)
        constraint = block.body.attributes.get("type")
        if constraint is None:
            return given
        return to_type(given, constraint.value, lambda expression: evaluate(expression, self.scope))

    def _given(self, name: str) -> Node | None:
        argument = self.arguments.get(name)
        if argument is None:
            return None
        if argument.value is not None:
            return argument.value
        if argument.expression is None:
            return None
        value = evaluate(argument.expression, argument.scope or self.scope)
        if argument.stands_at is not None:
            value = placed(value, argument.stands_at)
        return replace(value, at=value.at.via(argument.set_by, value.at)) if argument.set_by else value

    def _why_unset(self, name: str) -> str:
        if name in self.unset:
            return self.unset[name]
        if self.address:
            return f"var.{name} has no default and the call of {self.address} does not set it"
        return f"var.{name} has no default and no tfvars file sets it"

    def _perhaps_unread(self) -> str:
        return " in what could be read" if self.configuration.damaged else ""

    def local(self, name: str, at: Span) -> Node:
        """Return the value of ``local.<name>``."""
        attribute = self.configuration.locals.get(name)
        if attribute is None:
            return unresolved(f"local.{name} is not declared{self._perhaps_unread()}", at)
        return self._once(("local", name), attribute.value, f"local.{name} refers to itself", at)

    def output(self, name: str, at: Span) -> Node:
        """Return the value of an output."""
        block = self.configuration.outputs.get(name)
        value = block.body.attributes.get("value") if block is not None else None
        if value is None:
            return self._no_output(name, at)
        key = ("output", name)
        if key not in self._cache:
            self._cache[key] = None
            result = bounded(evaluate(value.value, self.scope))
            self._cache[key] = result if self.shown_at is None else shown_at(result, self.shown_at)
        return self._cache[key] or unresolved(f"the output {name} refers to itself", at)

    def _no_output(self, name: str, at: Span) -> Node:
        if is_published(self.configuration.folder):
            return Node(Unresolved(f"{self.address} is not in the tree", mentions=(self.address,)), at)
        return unresolved(f"{self.address} has no output {name}{self._perhaps_unread()}", at)

    def _once(self, key: tuple[str, str], expression: Expression, cycle: str, at: Span) -> Node:
        if key not in self._cache:
            self._cache[key] = None
            self._cache[key] = bounded(evaluate(expression, self.scope))
        return self._cache[key] or unresolved(cycle, at)

    def path(self, name: str) -> str | None:
        """Return ``path.module`` and ``path.root`` relative to the root module."""
        if name == "root":
            return "."
        if name == "module":
            return posixpath.relpath(self.configuration.folder or ".", self.root.folder or ".")
        return None

    @property
    def workspace(self) -> str:
        """The name of the workspace, empty where nobody names it."""
        return self.root.workspace

    def open(self, path: str) -> SourceFile | Problem | None:
        """Return a file of the scanned tree."""
        tree = self.root.sources.tree
        target = posixpath.normpath(posixpath.join(self.root.folder, path))
        if target in tree.known:
            return tree.open(target)
        folder, name = posixpath.split(target)
        return tree.open(target) if is_installed(target) and name in tree.names(folder) else None

    def below(self, path: str) -> tuple[str, ...]:
        """Return the files of the scanned tree below a folder, relative to it."""
        folder = posixpath.normpath(posixpath.join(self.root.folder, path))
        start = "" if folder == "." else f"{folder}/"
        return tuple(known.removeprefix(start) for known in self.root.sources.tree.below(folder))

    # -- resources ---------------------------------------------------------------------------------------------

    def resource(self, type_: str, name: str, at: Span, *, data: bool) -> Node:
        """Return a resource or data source: a reference, or several under their keys."""
        table = self.configuration.data if data else self.configuration.resources
        block = table.get((type_, name))
        address = f"data.{type_}.{name}" if data else f"{type_}.{name}"
        if block is None:
            return unresolved(f"{address} is not declared{self._perhaps_unread()}", at)
        target = self.within(address)
        expansion = self.expansion(type_, name, block, data=data)
        for instance in expansion.instances:
            self.root.owners[target + instance.suffix] = (self.scope, block, instance)
        if expansion.untold:
            return Node(UnknownInstances(expansion.why, mentions=(target,), target=target), at)
        whole = Node(Reference(target), at)
        if expansion.counted is not None:
            return Node(tuple(Node(Reference(target + each.suffix), at) for each in expansion.by_index), at)
        if expansion.keyed:
            pairs = ((key, target + each.suffix) for each in expansion.surely for key in each.keys)
            return _under_keys({key: Node(Reference(address), at) for key, address in pairs}, expansion, target, at)
        return whole

    def expansion(self, type_: str, name: str, block: Block, *, data: bool) -> Expansion:
        """Return the instances of a resource of this module."""
        key = (type_, name, data)
        if key not in self._expansions:
            self._expansions[key] = None
            expansion = expand(block.body, self.scope, grouping=True)
            if not expansion.certain and self.root.filling is not None:
                keys = self.root.filling.plan.keys(self.address, self.calls, (data, type_, name))
                expansion = planned_expansion(keys, expansion, block.head.span)
            self._expansions[key] = expansion
        return self._expansions[key] or Expansion((Instance(certain=False),), why=f"{type_}.{name} counts itself")

    def attribute(self, reference: Reference, name: str, at: Span) -> Node:
        """Return an attribute of a resource: the argument where it is written and wholly known, else a reference."""
        read = Reference(reference.target, name)
        return attribute_of(read, at, self.root, self, lambda: self.provider_regions)

    # -- modules -----------------------------------------------------------------------------------------------

    def call(self, name: str, at: Span) -> Node:
        """Return ``module.<name>``."""
        called = self.called(name)
        target = self.within(f"module.{name}")
        if called is None:
            return unresolved(f"module.{name} is not declared{self._perhaps_unread()}", at)
        expansion = called.expansion
        if not called.modules and expansion.instances:
            why = f"the module {called.source} is not in the tree"
            return Node(ModuleValue(why, outputs=self.planned(name), mentions=(target,)), at)
        values = [Node(ModuleValue(f"{each.address} is a module", outputs=each), at) for each in called.modules]
        if expansion.untold:
            return Node(ModuleValue(expansion.why, outputs=called.modules[0], many=True, mentions=(target,)), at)
        if expansion.counted is not None:
            behind = dict(zip((each.suffix for each in expansion.instances), values, strict=True))
            return Node(ListOf(behind[each.suffix] for each in expansion.by_index), at)
        if expansion.keyed:
            pairs = zip(expansion.instances, values, strict=True)
            found = {key: value for each, value in pairs if each.certain for key in each.keys}
            return _under_keys(found, expansion, target, at)
        return values[0]

    def called(self, name: str) -> Called | None:
        """Return the modules behind a call; ``None`` where there is no such call, or it is part of itself."""
        block = self.configuration.calls.get(name)
        if block is None:
            return None
        if name not in self._called:
            self._called[name] = None
            self._called[name] = self._resolve(name, block)
        return self._called[name]

    def _resolve(self, name: str, block: Block) -> Called:
        expansion = expand(block.body, self.scope)
        if not expansion.certain and self.root.filling is not None:
            keys = self.root.filling.plan.module_keys(self.address, self.calls, name)
            expansion = planned_expansion(keys, expansion, block.head.span)
        source = literal_text(block.body, "source")
        folder, why = self._behind(name, block, source)
        address = self.within(f"module.{name}")
        written = block.body.attributes.get("source")
        shown = source if source is not None else written.value.at.source if written is not None else "(no source)"
        why = why or self._why_missing(folder, shown, len(expansion.instances))
        missing = bool(why)
        portrait = None
        if missing and expansion.instances and self.planned(name) is None:
            portrait = portrait_of(source or "", literal_text(block.body, "version"))
            if portrait is not None:
                folder, why = portrait.folder, ""
            self._enter_unit(address, _place(block), _gap(shown, portrait) if portrait is not None else why)
        elif not is_published(self.configuration.folder):
            self._enter_unit(address, _place(block), "")
        if why or folder is None:
            return Called(expansion, (), shown, missing)
        configuration = self.root.sources.configuration(folder)
        self.root.modules += len(expansion.instances)
        inner = portrait.inner if portrait is not None else {}
        modules = (self._instance(configuration, block, each, inner) for each in expansion.instances)
        return Called(expansion, tuple(modules), shown, missing)

    def planned(self, name: str) -> PlannedModule | None:
        """Return what a plan knows of a module that is called, ``None`` where it knows nothing."""
        filling = self.root.filling
        address = self.within(f"module.{name}")
        if filling is None or not any(filling.plan.below(address)):
            return None
        block = self.configuration.calls[name]

        def passed(variable: str) -> tuple[str, ...]:
            argument = block.body.attributes.get(variable)
            return evaluate(argument.value, self.scope).mentions if argument is not None else ()

        return PlannedModule(filling, address, self.shown_at or _place(block), passed)

    def _behind(self, name: str, block: Block, source: str | None) -> tuple[str | None, str]:
        """Return the folder of the module that is called, and why what lies there is not that module."""
        folder = local_folder(self.configuration.folder, source)
        installed = self.root.installed.get(".".join((*self.calls, name)))
        if folder is not None or source is None or installed is None:
            return folder, ""
        return installed.folder, why_other(installed, source, literal_text(block.body, "version"))

    def _why_missing(self, folder: str | None, shown: str, instances: int) -> str:
        if folder is None:
            return f"the module {shown} is not in the tree"
        if not self.root.sources.files(folder):
            return f"the folder {shown} of the module is not in the tree or holds no configuration"
        if self.depth >= DEEPEST_CALL:
            return f"modules call each other more than {DEEPEST_CALL} deep"
        if self.root.modules + instances > MOST_MODULES:
            return f"the calls make more than {MOST_MODULES:,} modules"
        return ""

    def _enter_unit(self, address: str, at: Span, why: str) -> None:
        state = UnitState.MISSING if why else UnitState.RESOLVED
        self.root.units.setdefault((address, at.path), UnitRow("module", address, at.path, state, why))
        if why:
            problem = Problem(ProblemKind.MISSING_MODULE, at, why)
            self.root.problems.setdefault((at.order, why), problem)

    def _instance(
        self,
        configuration: Configuration,
        block: Block,
        instance: Instance,
        inner: Mapping[str, str],
    ) -> Module:
        name = block.labels[0].text
        scope = self.scope.with_names(instance.names)
        arguments = {
            key: Argument(attribute.value, scope)
            for key, attribute in block.body.attributes.items()
            if key not in _OF_A_CALL
        }
        return Module(
            self.root,
            configuration,
            self.within(f"module.{name}") + instance.suffix,
            arguments,
            certain=self.certain and instance.certain,
            multiplicity=self.multiplicity * instance.multiplicity,
            depth=self.depth + 1,
            calls=(*self.calls, name),
            shown_at=self.shown_at or (_place(block) if is_edited_elsewhere(configuration.folder) else None),
            inner=inner,
            regions=handed_on(self.provider_regions, block),
        )

    def call_mentions(self, name: str) -> tuple[str, ...]:
        """Return what the arguments of a call refer to."""
        block = self.configuration.calls[name]
        node = body_node(block.body, self.scope, block.at.span, block.head.span)
        return tuple(address for key, child in node.items() if key not in _OF_A_CALL for address in child.mentions)

    def descendants(self) -> Iterator[Module]:
        """Yield this module and every one below it, in the order of the calls."""
        yield self
        for name in sorted(self.configuration.calls):
            called = self.called(name)
            for module in called.modules if called is not None else ():
                yield from module.descendants()


def _under_keys(known: Mapping[str, Node], expansion: Expansion, target: str, at: Span) -> Node:
    """Return instances under their keys, open where there may be more."""
    drawn_from = () if expansion.certain else (target,)
    return Node(known, at, open=not expansion.certain, why_open=expansion.why, drawn_from=drawn_from)


def _gap(shown: str, portrait: Portrait) -> str:
    judged = f"judged is what its inputs are known to make of it in version {portrait.versions}"
    return f"the module {shown} is not in the tree; {judged}"


def _place(call: Block) -> Span:
    """Return the place of a call: what it calls, or its head where it says nothing of that."""
    written = call.body.attributes.get("source")
    return (written.value.at if written is not None else call.head).span
