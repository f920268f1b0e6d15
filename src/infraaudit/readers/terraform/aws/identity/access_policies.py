"""Reads access policies: JSON documents, and the data source of Terraform that builds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Condition, Known, Principal, PrincipalKind, Statement, Unknown
from infraaudit.model.node import Reference, Unresolved
from infraaudit.readers.terraform.lifting.arguments import blocks, document, is_put_together, reason
from infraaudit.readers.terraform.lifting.pointing import reference_of, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_ANYBODY = "*"
_ARN = ("arn:aws:iam::", "arn:aws:sts::", "arn:aws-us-gov:iam::", "arn:aws-cn:iam::")
_MERGED = ("source_policy_documents", "override_policy_documents", "source_json", "override_json")
_KINDS = {
    "Service": PrincipalKind.SERVICE,
    "Federated": PrincipalKind.FEDERATED,
    "CanonicalUser": PrincipalKind.IDENTITY,
}
_MOST_DOCUMENTS = 8
"""Documents that are merged into one another beyond which none is followed."""

_UNTOLD = Condition("", "", (), complete=False)
"""Stands for conditions that cannot be told."""


def statements_of(resources: Resources, node: Node) -> tuple[tuple[Statement, ...], bool]:
    """Return the statements of a document, and whether these are all of them. Nothing written has none."""
    return _statements(resources, node, _MOST_DOCUMENTS)


def _statements(resources: Resources, node: Node, depth: int) -> tuple[tuple[Statement, ...], bool]:
    if node.is_absent:
        return (), True
    reference = reference_of(node)
    targets = (reference.target,) if reference is not None else node.mentions
    source = resolve(resources, targets[0]) if len(targets) == 1 else None
    if source is not None and source.data and source.type == "aws_iam_policy_document":
        return _of_data_source(resources, source, depth)
    return _of_document(document(node))


def _of_document(policy: Node) -> tuple[tuple[Statement, ...], bool]:
    written = policy["Statement"]
    members = written.each() if written.is_list else (written,)
    known = tuple(_from_json(each, policy) for each in members if each.is_mapping)
    complete = not policy.is_unknown and not written.is_unknown and not written.open and len(known) == len(members)
    return known, complete


def _from_json(node: Node, policy: Node) -> Statement:
    actions, all_but_actions = _either(node, "Action", "NotAction")
    resources, all_but_resources = _either(node, "Resource", "NotResource")
    at = node.at if node.at != policy.at else policy.at
    return Statement(
        allows=node["Effect"].content == "Allow",
        at=at,
        actions=_texts(actions),
        all_but_actions=all_but_actions,
        resources=_texts(resources),
        all_but_resources=all_but_resources,
        principals=tuple(_principals(node["Principal"])),
        conditions=tuple(_conditions(node["Condition"])),
        complete=not node.open and not any(value.is_unknown or value.open for _, value in node.items()),
    )


def _either(node: Node, name: str, other: str) -> tuple[Node, bool]:
    return (node[name], False) if node[other].is_absent else (node[other], True)


def _texts(node: Node) -> tuple[Value[str], ...]:
    """Return the texts of a list, or of a single one."""
    members = node.each() if node.is_list else (() if node.is_absent else (node,))
    texts = [each.string() for each in members]
    return tuple(each for each in texts if isinstance(each, Known | Unknown))


def _names(node: Node) -> tuple[Value[str], ...]:
    """Return who is named: as written, or the address of a resource, whose name is surely not that of everybody.

    Neither is a name that is put together from one, such as the number of the own account, nor one that begins as that
    of an account does: whoever it is, it is not everybody.
    """
    members = node.each() if node.is_list else (() if node.is_absent else (node,))
    names: list[Value[str]] = []
    for each in members:
        if isinstance(each.content, Reference) or is_put_together(each):
            names.append(Known(each.mentions[0], each.at))
        elif isinstance(each.content, Unresolved) and each.content.begins.startswith(_ARN):
            names.append(Known(f"{each.content.begins}...", each.at))
        else:
            names.extend(_texts(each))
    return tuple(names)


def _principals(node: Node) -> Iterator[Principal]:
    if node.is_mapping:
        for kind, named in node.items():
            for name in _names(named):
                yield _principal(kind, name)
    else:
        for name in _names(node):
            yield _principal("AWS", name)


def _principal(kind: str, name: Value[str]) -> Principal:
    if isinstance(name, Known) and name.value == _ANYBODY and kind in {"AWS", "*"}:
        return Principal(PrincipalKind.EVERYBODY, name)
    if kind in _KINDS:
        return Principal(_KINDS[kind], name)
    is_account = isinstance(name, Known) and (name.value.isdigit() or name.value.endswith(":root"))
    return Principal(PrincipalKind.ACCOUNT if is_account else PrincipalKind.IDENTITY, name)


def _conditions(node: Node) -> Iterator[Condition]:
    for test, variables in node.items():
        if not variables.is_mapping:
            yield Condition(test, "", (), complete=False)
        for variable, values in variables.items():
            yield Condition(test, variable, _texts(values), complete=not values.is_unknown and not values.open)
    if node.is_unknown or node.open:
        yield _UNTOLD


def _of_data_source(resources: Resources, source: Resource, depth: int) -> tuple[tuple[Statement, ...], bool]:
    members, complete = blocks(source.body["statement"])
    found = [_from_block(each, source) for each in members]
    for name in _MERGED:
        merged = source.body[name]
        for each in merged.each() if merged.is_list else (() if merged.is_absent else (merged,)):
            more, all_of_it = _statements(resources, each, depth - 1) if depth else ((), False)
            found.extend(more)
            complete = complete and all_of_it
        complete = complete and not merged.open and not merged.is_unknown
    return tuple(found), complete


def _from_block(node: Node, source: Resource) -> Statement:
    actions, all_but_actions = _either(node, "actions", "not_actions")
    resources, all_but_resources = _either(node, "resources", "not_resources")
    people, people_known = blocks(node["principals"])
    tests, tests_known = blocks(node["condition"])
    return Statement(
        allows=node["effect"].content == "Allow" or node["effect"].is_absent,
        at=node.key_at or node.at or source.at,
        actions=_texts(actions),
        all_but_actions=all_but_actions,
        resources=_texts(resources),
        all_but_resources=all_but_resources,
        principals=(
            *(_principal(str(each["type"].content), name) for each in people for name in _names(each["identifiers"])),
            *(() if people_known else (_somebody(node["principals"]),)),
        ),
        conditions=(*(_condition(each) for each in tests), *(() if tests_known else (_UNTOLD,))),
        complete=people_known and tests_known and actions.complete and not resources.is_unknown,
    )


def _somebody(node: Node) -> Principal:
    """Return who stands for those who cannot be told."""
    return Principal(PrincipalKind.IDENTITY, Unknown("some principals cannot be told", node.at))


def _condition(node: Node) -> Condition:
    return Condition(
        str(node["test"].content), str(node["variable"].content), _texts(node["values"]), node["values"].complete
    )


def admits_everybody(resources: Resources, node: Node) -> Value[bool]:
    """Return whether a policy admits anybody without a condition. Nothing written admits nobody."""
    statements, complete = statements_of(resources, node)
    doubt: Unknown[str] | None = None
    for statement in statements:
        if not statement.allows or any(each.variable for each in statement.conditions):
            continue
        for principal in statement.principals:
            if statement.conditions and principal.kind is PrincipalKind.EVERYBODY:
                doubt = doubt or Unknown("its conditions cannot be told", statement.at)
            elif principal.kind is PrincipalKind.EVERYBODY:
                return Known(value=True, at=statement.at)
            if isinstance(principal.name, Unknown):
                doubt = doubt or principal.name
    if doubt is not None:
        return Unknown(f"whom the policy admits cannot be told: {doubt.why}", doubt.at)
    if not complete:
        why = reason(node) if node.is_unknown else "some statements cannot be told"
        return Unknown(f"the access policy cannot be told: {why}", node.at)
    return Known(value=False, at=node.at)
