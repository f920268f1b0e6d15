"""Sites in Terraform: arguments, defaults of variables, files of values, and what machines run when they start."""

from __future__ import annotations

import posixpath
import re
from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING

from infraaudit.facts.secrets import Grade, decode_base64, grade, is_secret_name, may_assign_secrets, secret_assignments
from infraaudit.facts.table import table
from infraaudit.model import (
    ChartValuesSite,
    ConfigMapSite,
    EntryState,
    EnvironmentSite,
    ResourceSite,
    SecretObjectSite,
    SecretStoreSite,
    UserDataSite,
    VariablesFileSite,
    VariableSite,
)
from infraaudit.readers.credentials.slots import Draft, Slot, slots_in_text
from infraaudit.source.file import SourceFile
from infraaudit.source.hcl_json import parse_hcl_json, parse_values_json
from infraaudit.source.hcl_parse import parse_hcl
from infraaudit.source.hcl_tree import (
    Call,
    GetAttribute,
    Interpolation,
    Literal,
    ObjectExpression,
    Parentheses,
    Template,
    Traversal,
    TupleExpression,
    Variable,
)
from infraaudit.source.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import SecretSite
    from infraaudit.source.file import SourceTree
    from infraaudit.source.hcl_tree import Attribute, Block, Body, Expression

_GENERATED = frozenset({"random_password", "random_string", "tls_private_key"})
_HARMLESS_BLOCKS = frozenset({"terraform", "output", "check", "moved", "removed", "import", "data"})
_VALUES_SUFFIXES = (".tfvars", ".tfvars.json")
_JSON_SUFFIXES = (".tf.json", ".tofu.json")


def is_values_file(path: str) -> bool:
    """Tell whether a file holds values for the variables of Terraform."""
    return path.endswith(_VALUES_SUFFIXES)


def is_worth_parsing(text: str) -> bool:
    """Tell by its words whether a file may hold anything that is a site: most files do not, and parsing costs."""
    if any(word in text for word in _always_parsed()) and _STORED.search(text):
        return True
    for each in secret_assignments(text):
        value = text[each.start : each.end]
        if each.quoted and grade(each.key, value) not in {Grade.HARMLESS, Grade.REFERENCE}:
            return True
        if not each.quoted and value[:1] in {"{", "["}:
            return True
    return any(is_secret_name(name) for name in _NAMED.findall(text)) or _has_default(text)


def _has_default(text: str) -> bool:
    """Tell whether a variable that is named like a secret has a default."""
    for hit in _VARIABLE.finditer(text) if "default" in text else ():
        if is_secret_name(hit[1]):
            end = text.find("\n}", hit.end())
            if "default" in text[hit.end() : end if end >= 0 else len(text)]:
                return True
    return False


_NAMED = re.compile(
    r"""\bname["']?[ \t]{0,20}[:=][ \t]{0,20}["']([\w.\-/]{3,100})["'],?[ \t\r\n]{1,80}["']?value["']?[ \t]{0,20}[:=]"""
)
_VARIABLE = re.compile(r"""\bvariable"?[ \t:{]{1,20}"?([\w\-]{3,100})""")
_STORED = re.compile(
    r"""\b(?:secret_string|value|secret_data|data_json|plaintext_value|passwords)[ \t]{0,20}=[ \t]{0,20}"""
    r"""(?:"[^"$]|<<|json|\[)|user[_-]data|custom_data|startup[_-]script"""
)


@cache
def _always_parsed() -> tuple[str, ...]:
    slots = (
        *table("secret_slots")["terraform.stores"]["slots"],
        *table("secret_slots")["terraform.credentials"]["slots"],
    )
    types = dict.fromkeys(f'"{slot.partition(" ")[0]}"' for slot in slots)
    return (*types, *(word for word in _words("terraform.user_data") if word != "startup_script"))


def hcl_drafts(file: SourceFile, tree: SourceTree) -> Iterator[Draft]:
    """Yield the sites of one file of Terraform, or of values for it."""
    if is_values_file(file.path):
        document = parse_values_json(file) if file.path.endswith(".json") else parse_hcl(file)
        slots = tuple(_slots_of_body(document.body))
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
    document = parse_hcl_json(file) if file.path.endswith(_JSON_SUFFIXES) else parse_hcl(_without_plain_variables(file))
    for block in document.body.blocks:
        yield from _Walk(file, tree).block(block)


def _without_plain_variables(file: SourceFile) -> SourceFile:
    """Return a file with blanks for the variables that hold no word of a secret; everything else keeps its place.

    Files of variables are many and long, often for one default that is empty, and parsing costs more than all else.
    Where a heredoc or a comment over several lines could hide where a block ends, the file is taken as it is.
    """
    if "<<" in file.text or "/*" in file.text:
        return file
    text = _VARIABLE_BLOCK.sub(
        lambda hit: hit[0] if _may_hold_secret(hit[0]) else _FILLED.sub(_blanks, hit[0]), file.text
    )
    return file if text == file.text else SourceFile(file.path, text)


def _blanks(hit: re.Match[str]) -> str:
    return " " * len(hit[0])


def _may_hold_secret(block: str) -> bool:
    return block.count("{") != block.count("}") or may_assign_secrets(block)


_VARIABLE_BLOCK = re.compile(
    r"""^variable[ \t]+"[\w\-]+"[ \t]*\{[ \t]*\r?\n(?:(?!\}).*\n)*+\}[ \t]*\r?$""", re.MULTILINE
)
_FILLED = re.compile(r"[^\r\n]+")


# -- literals ------------------------------------------------------------------------------------------------------


def literal_text(expression: Expression) -> str | None:
    """Return the text of a literal string, ``None`` for anything that has to be evaluated."""
    if isinstance(expression, Parentheses):
        return literal_text(expression.inner)
    if isinstance(expression, Literal) and isinstance(expression.value, str):
        return expression.value
    return None


def _slots_of_body(body: Body, path: str = "") -> Iterator[Slot]:
    for attribute in body.attributes.values():
        yield from _slots_of(attribute.name, attribute.value, f"{path}{attribute.name}")
    for block in body.blocks:
        yield from _slots_of_body(block.body, f"{path}{block.type}.")


def _slots_of(name: str, value: Expression, path: str, *, sensitive: bool = False) -> Iterator[Slot]:
    """Yield the literals under a name, and those inside of lists, objects and ``jsonencode`` below it."""
    text = literal_text(value)
    if text is not None:
        if sensitive or is_secret_name(name):
            yield Slot(name, text, value.at.span, path, sensitive=sensitive)
        return
    if isinstance(value, Template | Traversal) and is_secret_name(name):
        yield Slot(name, "", value.at.span, path, state=EntryState.REFERENCE)
        return
    if isinstance(value, Call):
        for argument in value.arguments if value.name in _TRANSPARENT else ():
            yield from _slots_of(name, argument, path, sensitive=sensitive)
        return
    if isinstance(value, TupleExpression):
        for item in value.items:
            yield from _slots_of(name, item, path, sensitive=sensitive)
        return
    if isinstance(value, ObjectExpression):
        yield from _slots_of_object(value, path)


_TRANSPARENT = frozenset(
    {
        "jsonencode", "yamlencode", "merge", "concat", "tolist", "toset", "tomap", "sensitive", "nonsensitive",
        "base64encode", "coalesce", "try", "trimspace",
    },
)  # fmt: skip


def _slots_of_object(value: ObjectExpression, path: str) -> Iterator[Slot]:
    named = {literal_text(key): item for key, item in value.items}
    name, paired = named.get("name"), named.get("value")
    pair = literal_text(name) if name is not None else None
    if pair is not None and paired is not None and is_secret_name(pair):
        yield from _slots_of(pair, paired, pair)
    for key, item in value.items:
        word = literal_text(key)
        if word is not None:
            yield from _slots_of(word, item, f"{path}.{word}")


# -- blocks --------------------------------------------------------------------------------------------------------


class _Walk:
    """Goes through the blocks of one file."""

    def __init__(self, file: SourceFile, tree: SourceTree) -> None:
        self._file = file
        self._tree = tree

    def block(self, block: Block) -> Iterator[Draft]:
        """Yield the sites of one block at the top of a file."""
        labels = tuple(label.text for label in block.labels)
        if block.type == "variable" and labels:
            yield from self._variable(block, labels[0])
        elif block.type == "locals":
            slots = tuple(_slots_of_body(block.body))
            yield self._draft(ResourceSite, block, "locals", "of " + self._folder(), slots)
        elif block.type == "terraform":
            for inner in (each for each in block.body.blocks if each.type == "backend"):
                yield self._draft(ResourceSite, inner, "backend", "state", tuple(_slots_of_body(inner.body)))
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
            slots = tuple(_slots_of(name, default.value, name))
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
            elif attribute.name in _words("terraform.user_data"):
                started.extend(self._started(attribute.value))
            elif attribute.name in _words("terraform.environments") or first in _words("terraform.environments"):
                variables.extend(_slots_of(attribute.name, attribute.value, path))
            elif _in_table("terraform.credentials", type_, attribute.name):
                plain.extend(_slots_of("password", attribute.value, path, sensitive=True))
            elif attribute.name == "metadata":
                started.extend(self._metadata(attribute.value))
            else:
                plain.extend(_slots_of(attribute.name, attribute.value, path))
        variables.extend(_paired_blocks(block.body))
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
                        yield from _slots_of(word, item, word)

    def _release(self, block: Block) -> Iterator[Slot]:
        for inner in block.body.blocks:
            name = inner.body.attributes.get("name")
            value = inner.body.attributes.get("value")
            word = literal_text(name.value) if name is not None else None
            if inner.type == "set" and word is not None and value is not None:
                yield from _slots_of(word.replace("\\.", "."), value.value, word)
        for name_ in ("set", "values"):
            attribute = block.body.attributes.get(name_)
            if attribute is None or not isinstance(attribute.value, TupleExpression):
                continue
            for item in attribute.value.items:
                text = literal_text(item)
                if text is not None:
                    yield from slots_in_text(text, self._file, item.at.span)
                else:
                    yield from _slots_of(name_, item, name_)

    # -- what a machine runs --

    def _metadata(self, value: Expression) -> Iterator[Slot]:
        for key, item in value.items if isinstance(value, ObjectExpression) else ():
            if literal_text(key) in _words("terraform.user_data"):
                yield from self._started(item)

    def _started(self, value: Expression) -> Iterator[Slot]:
        """Yield the secrets in the text that a machine runs: written out, or put in by the template."""
        if isinstance(value, Parentheses):
            yield from self._started(value.inner)
        elif isinstance(value, Literal) and isinstance(value.value, str):
            text = value.value
            text = (decode_base64(text) or text) if "\n" not in text else text
            yield from slots_in_text(text, self._file, value.at.span, options=True)
        elif isinstance(value, Template):
            text = "".join(part if isinstance(part, str) else "${_}" for part in value.parts)
            yield from slots_in_text(text, self._file, value.at.span, options=True)
            for part in value.parts:
                if isinstance(part, Interpolation) and (name := _secret_behind(part.value)):
                    yield Slot(name, "", part.value.at.span, name, state=EntryState.INTERPOLATED)
        elif isinstance(value, Call):
            yield from self._called(value)

    def _called(self, call: Call) -> Iterator[Slot]:
        if call.name in {"base64encode", "trimspace", "base64gzip"} and call.arguments:
            yield from self._started(call.arguments[0])
        elif call.name in {"file", "filebase64", "templatefile"} and call.arguments:
            source = self._file_at(call.arguments[0])
            if source is not None:
                yield from slots_in_text(source.text, source, source.span_of_text(0, 0), options=True)
            if len(call.arguments) > 1 and isinstance(call.arguments[1], ObjectExpression):
                for _, item in call.arguments[1].items:
                    if name := _secret_behind(item):
                        yield Slot(name, "", item.at.span, name, state=EntryState.INTERPOLATED)

    def _file_at(self, expression: Expression) -> SourceFile | None:
        path = literal_text(expression)
        if path is None and isinstance(expression, Template):
            path = "".join(part if isinstance(part, str) else "." for part in expression.parts)
        path = posixpath.normpath(posixpath.join(self._folder(), (path or "").lstrip("/")))
        if path not in self._tree.known:
            return None
        file = self._tree.open(path)
        return None if isinstance(file, Problem) else file


def _attributes(body: Body, path: str = "") -> Iterator[tuple[Attribute, str]]:
    for attribute in body.attributes.values():
        yield attribute, f"{path}{attribute.name}"
    for block in body.blocks:
        yield from _attributes(block.body, f"{path}{block.type}.")


def _paired_blocks(body: Body) -> Iterator[Slot]:
    """Yield variables that are written as blocks with a name and a value."""
    for block in body.blocks:
        name, value = block.body.attributes.get("name"), block.body.attributes.get("value")
        word = literal_text(name.value) if name is not None else None
        kind = block.body.attributes.get("type")
        stored = kind is not None and literal_text(kind.value) in {"SECRETS_MANAGER", "PARAMETER_STORE"}
        if word is not None and value is not None and is_secret_name(word) and not stored:
            yield from _slots_of(word, value.value, word)
        yield from _paired_blocks(block.body)


@cache
def _words(row: str) -> frozenset[str]:
    return frozenset(table("secret_slots")[row]["words"])


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
        yield from _slots_of(name, value, name)


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


def _secret_behind(expression: Expression) -> str:
    """Return the name of the secret that an expression refers to, ``""`` where it is none that its name tells."""
    if not isinstance(expression, Traversal) or not isinstance(expression.root, Variable):
        return ""
    names = [step.name for step in expression.steps if isinstance(step, GetAttribute)]
    root = expression.root.name
    if not names:
        return ""
    if root in {"var", "local"}:
        return f"{root}.{names[0]}" if is_secret_name(names[0]) else ""
    if root in _GENERATED and names[-1] in {"result", "private_key_pem", "private_key_openssh"}:
        return ".".join([root, *names])
    return ""
