"""Sites in Terraform: arguments, defaults of variables, files of values, and what machines run when they start."""

from __future__ import annotations

import posixpath
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from infraaudit.facts.table import table
from infraaudit.model import (
    ChartValuesSite,
    ConfigMapSite,
    EnvironmentSite,
    ResourceSite,
    SecretObjectSite,
    SecretStoreSite,
    UserDataSite,
    VariablesFileSite,
    VariableSite,
)
from infraaudit.readers.credentials.hcl_candidates import without_plain_variables
from infraaudit.readers.credentials.hcl_slots import literal_text, paired_blocks, slots_of, slots_of_body, words_of
from infraaudit.readers.credentials.hcl_start_texts import StartTexts
from infraaudit.readers.credentials.slots import Draft, Slot, slots_in_text
from infraaudit.source.hcl_json import parse_hcl_json, parse_values_json
from infraaudit.source.hcl_parse import parse_hcl
from infraaudit.source.hcl_tree import (
    ObjectExpression,
    TupleExpression,
    Variable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import SecretSite
    from infraaudit.source.file import SourceFile, SourceTree
    from infraaudit.source.hcl_tree import Attribute, Block, Body, Expression

_HARMLESS_BLOCKS = frozenset({"terraform", "output", "check", "moved", "removed", "import", "data"})
_VALUES_SUFFIXES = (".tfvars", ".tfvars.json")
_JSON_SUFFIXES = (".tf.json", ".tofu.json")


def is_values_file(path: str) -> bool:
    """Tell whether a file holds values for the variables of Terraform."""
    return path.endswith(_VALUES_SUFFIXES)


def hcl_drafts(file: SourceFile, tree: SourceTree) -> Iterator[Draft]:
    """Yield the sites of one file of Terraform, or of values for it."""
    if is_values_file(file.path):
        document = parse_values_json(file) if file.path.endswith(".json") else parse_hcl(file)
        slots = tuple(slots_of_body(document.body))
        name = file.path.rsplit("/", 1)[-1]
        yield Draft(
            type=VariablesFileSite,
            address=f"values {file.path}",
            kind="variables file",
            name=file.path,
            at=file.span_of_text(0, 0),
            slots=slots,
            names=(name,),
        )
        return
    document = parse_hcl_json(file) if file.path.endswith(_JSON_SUFFIXES) else parse_hcl(without_plain_variables(file))
    for block in document.body.blocks:
        yield from _Walk(file, tree).block(block)


# -- blocks --------------------------------------------------------------------------------------------------------


class _Walk:
    """Goes through the blocks of one file."""

    def __init__(self, file: SourceFile, tree: SourceTree) -> None:
        self._file = file
        self._texts = StartTexts(file, tree)

    def block(self, block: Block) -> Iterator[Draft]:
        """Yield the sites of one block at the top of a file."""
        labels = tuple(label.text for label in block.labels)
        if block.type == "variable" and labels:
            yield from self._variable(block, labels[0])
        elif block.type == "locals":
            slots = tuple(slots_of_body(block.body))
            yield self._draft(ResourceSite, block, "locals", "of " + self._folder(), slots)
        elif block.type == "terraform":
            for inner in (each for each in block.body.blocks if each.type == "backend"):
                yield self._draft(ResourceSite, inner, "backend", "state", tuple(slots_of_body(inner.body)))
        elif block.type not in _HARMLESS_BLOCKS and labels:
            yield from self._resource(block, labels)

    def _folder(self) -> str:
        return posixpath.dirname(self._file.path) or "."

    def _draft(self, type_: type[SecretSite], block: Block, kind: str, name: str, slots: tuple[Slot, ...]) -> Draft:
        stem = self._file.path.rsplit("/", 1)[-1]
        return Draft(
            type=type_,
            address=f"{kind} {name}",
            kind=kind,
            name=name,
            at=block.head.span,
            slots=slots,
            names=(stem,),
        )

    def _variable(self, block: Block, name: str) -> Iterator[Draft]:
        default = block.body.attributes.get("default")
        if default is not None:
            slots = tuple(slots_of(name, default.value, name))
            yield self._draft(VariableSite, block, "variable", name, slots)

    def _resource(self, block: Block, labels: tuple[str, ...]) -> Iterator[Draft]:
        type_ = labels[0] if block.type == "resource" else block.type
        name = ".".join(labels) if block.type == "resource" else f"{block.type}.{labels[0]}"
        if block.type == "resource" and type_.startswith("kubernetes_secret"):
            yield self._draft(SecretObjectSite, block, "resource", name, tuple(self._data(block)))
        elif block.type == "resource" and type_.startswith("kubernetes_config_map"):
            yield self._draft(ConfigMapSite, block, "resource", name, tuple(self._data(block)))
        elif block.type == "resource" and type_ == "helm_release":
            yield self._draft(ChartValuesSite, block, "resource", name, tuple(self._release(block)))
        else:
            yield from self._parts(block, type_, name)

    def _parts(self, block: Block, type_: str, name: str) -> Iterator[Draft]:
        """Sort the arguments of a resource into what they are: a store's content, an environment, user data, others."""
        stored: list[Slot] = []
        plain: list[Slot] = []
        variables: list[Slot] = []
        started: list[Slot] = []
        for attribute, path in _attributes(block.body):
            first = path.split(".", 1)[0]
            if _in_table("terraform.stores", type_, attribute.name) and "." not in path:
                if _is_secret_parameter(block):
                    stored.extend(_stored(block, attribute.name, attribute.value))
            elif attribute.name in words_of("terraform.user_data"):
                started.extend(self._texts.slots(attribute.value))
            elif attribute.name in words_of("terraform.environments") or first in words_of("terraform.environments"):
                variables.extend(slots_of(attribute.name, attribute.value, path))
            elif _in_table("terraform.credentials", type_, attribute.name):
                plain.extend(slots_of("password", attribute.value, path, sensitive=True))
            elif attribute.name == "metadata":
                started.extend(self._texts.of_metadata(attribute.value))
            else:
                plain.extend(slots_of(attribute.name, attribute.value, path))
        variables.extend(paired_blocks(block.body))
        kind = "resource" if block.type == "resource" else block.type
        shown = name if block.type == "resource" else name.partition(".")[2]
        sites: tuple[tuple[type[SecretSite], list[Slot]], ...] = (
            (SecretStoreSite, stored),
            (EnvironmentSite, variables),
            (UserDataSite, started),
            (ResourceSite, plain),
        )
        for site, slots in sites:
            yield self._draft(site, block, kind, shown, tuple(slots))

    def _data(self, block: Block) -> Iterator[Slot]:
        for name in ("data", "string_data", "binary_data"):
            attribute = block.body.attributes.get(name)
            if attribute is not None and isinstance(attribute.value, ObjectExpression):
                for key, item in attribute.value.items:
                    word = literal_text(key)
                    text = literal_text(item)
                    if word is not None and text is not None and "\n" in text.strip() and "PRIVATE KEY" not in text:
                        yield from slots_in_text(text, self._file, item.at.span, prefix=f"{word}: ")
                    elif word is not None:
                        yield from slots_of(word, item, word)

    def _release(self, block: Block) -> Iterator[Slot]:
        for inner in block.body.blocks:
            name = inner.body.attributes.get("name")
            value = inner.body.attributes.get("value")
            word = literal_text(name.value) if name is not None else None
            if inner.type == "set" and word is not None and value is not None:
                yield from slots_of(word.replace("\\.", "."), value.value, word)
        for name_ in ("set", "values"):
            attribute = block.body.attributes.get(name_)
            if attribute is None or not isinstance(attribute.value, TupleExpression):
                continue
            for item in attribute.value.items:
                text = literal_text(item)
                if text is not None:
                    yield from slots_in_text(text, self._file, item.at.span)
                else:
                    yield from slots_of(name_, item, name_)


def _attributes(body: Body, path: str = "") -> Iterator[tuple[Attribute, str]]:
    for attribute in body.attributes.values():
        yield attribute, f"{path}{attribute.name}"
    for block in body.blocks:
        yield from _attributes(block.body, f"{path}{block.type}.")


def _in_table(row: str, type_: str, attribute: str) -> bool:
    return any(
        attribute == name and fnmatchcase(type_, kind)
        for kind, name in (slot.split(" ") for slot in table("secret_slots")[row]["slots"])
    )


def _is_secret_parameter(block: Block) -> bool:
    """Tell a store's content from a plain parameter: that of a type that is not ``SecureString`` is configuration."""
    kind = block.body.attributes.get("type")
    if block.labels[0].text != "aws_ssm_parameter" or kind is None:
        return True
    return literal_text(kind.value) in {None, "SecureString"}


def _stored(block: Block, name: str, value: Expression) -> Iterator[Slot]:
    """Yield what fills a store, unless the configuration says that the value is changed elsewhere."""
    if any(name in _ignored(inner) for inner in block.body.blocks if inner.type == "lifecycle"):
        return
    text = literal_text(value)
    if text is not None and text.lstrip()[:1] not in {"{", "["}:
        yield Slot(_name_in_store(block) or name, text, value.at.span, name, sensitive=True)
    elif text is None:
        yield from slots_of(name, value, name)


def _name_in_store(block: Block) -> str:
    """Return what the store calls the value, or the resource: under the name of a password any word is one."""
    for argument in ("secret_name", "name"):
        written = block.body.attributes.get(argument)
        if written is not None and (text := literal_text(written.value)):
            return text.strip("/").rsplit("/", 1)[-1]
    return block.labels[-1].text


def _ignored(lifecycle: Block) -> frozenset[str]:
    changes = lifecycle.body.attributes.get("ignore_changes")
    listed = changes.value.items if changes is not None and isinstance(changes.value, TupleExpression) else ()
    names = {item.name for item in listed if isinstance(item, Variable)}
    if changes is not None and isinstance(changes.value, Variable) and changes.value.name == "all":
        names |= {"value", "secret_string", "secret_data", "data_json", "plaintext_value"}
    return frozenset(names)
