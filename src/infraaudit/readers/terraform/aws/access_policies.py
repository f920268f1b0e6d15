"""Reads access policies: JSON documents, and the data source of Terraform that builds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Known, Unknown
from infraaudit.model.node import Unresolved
from infraaudit.readers.terraform.arguments import blocks, document, reason
from infraaudit.readers.terraform.pointing import reference_of, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.resource import Resource, Resources

_ANYBODY = "*"


def admits_everybody(resources: Resources, node: Node) -> Value[bool]:
    """Return whether a policy admits anybody without a condition. Nothing written admits nobody."""
    if node.is_absent:
        return Known(value=False, at=node.at)
    reference = reference_of(node)
    source = None if reference is None else resolve(resources, reference.target)
    if source is not None and source.data and source.type == "aws_iam_policy_document":
        return _any(_of_data_source(source), node)
    return _any(_of_document(document(node)), node)


def _any(answers: Iterator[Value[bool]], node: Node) -> Value[bool]:
    unknown: Value[bool] | None = None
    for answer in answers:
        if isinstance(answer, Unknown):
            unknown = unknown or answer
        elif answer.value:
            return answer
    return unknown or Known(value=False, at=node.at)


def _of_document(policy: Node) -> Iterator[Value[bool]]:
    statements = policy["Statement"]
    if policy.is_unknown or statements.is_unknown or statements.open:
        yield Unknown(
            f"the access policy cannot be told: {reason(policy if policy.is_unknown else statements)}", policy.at
        )
    for statement in statements.each() if statements.is_list else (statements,):
        principal = statement["Principal"]
        whom = (principal, *(principal["AWS"].each() or (principal["AWS"],)))
        allows = statement["Effect"].content == "Allow" and statement["Condition"].is_absent
        yield _verdict(whom, allows=allows, at=policy)


def _of_data_source(source: Resource) -> Iterator[Value[bool]]:
    members, complete = blocks(source.body["statement"])
    merged = [source.body[name] for name in ("source_policy_documents", "override_policy_documents", "source_json")]
    if not complete or any(not each.is_absent for each in merged):
        yield Unknown(f"the statements of {source.address} cannot all be told", source.at)
    for statement in members:
        effect = statement["effect"]
        allows = effect.content == "Allow" or effect.is_absent
        people = [each for principal in blocks(statement["principals"])[0] for each in principal["identifiers"].each()]
        yield _verdict(tuple(people), allows=allows and statement["condition"].is_absent, at=statement)


def _verdict(whom: tuple[Node, ...], *, allows: bool, at: Node) -> Value[bool]:
    if allows and any(each.content == _ANYBODY for each in whom):
        return Known(value=True, at=at.at)
    doubtful = next((each for each in whom if isinstance(each.content, Unresolved)), None)
    if allows and doubtful is not None:
        return Unknown(f"whom the policy admits cannot be told: {reason(doubtful)}", doubtful.at)
    return Known(value=False, at=at.at)
