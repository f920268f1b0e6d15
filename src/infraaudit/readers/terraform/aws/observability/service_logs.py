"""Lifts the logs that services of AWS write to groups of names of their own, which they make where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import Known, ServiceLog, Unknown
from infraaudit.readers.terraform.aws.observability.log_groups import GROUP
from infraaudit.readers.terraform.lifting.arguments import argument, may_be_present, reason
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources


@dataclass(frozen=True, slots=True)
class _Convention:
    """How a type of resource calls its group.

    ``before`` and ``after`` stand around its own name, which is in the argument ``name``. ``unless`` is the argument by
    which it is given another group. ``kinds`` lists the logs that it writes, each to a group of its own where ``after``
    leaves room for it; without any it writes none.
    """

    type: str
    name: str
    before: str
    after: str = ""
    unless: str = ""
    kinds: str = ""


_CONVENTIONS = (
    _Convention("aws_lambda_function", "function_name", "/aws/lambda/", unless="logging_config.log_group"),
    _Convention("aws_codebuild_project", "name", "/aws/codebuild/", unless="logs_config"),
    _Convention("aws_eks_cluster", "name", "/aws/eks/", "/cluster", kinds="enabled_cluster_log_types"),
    _Convention("aws_db_instance", "identifier", "/aws/rds/instance/", "/{}", kinds="enabled_cloudwatch_logs_exports"),
    _Convention(
        "aws_rds_cluster", "cluster_identifier", "/aws/rds/cluster/", "/{}", kinds="enabled_cloudwatch_logs_exports"
    ),
)


def lift_service_logs(resources: Resources) -> Iterator[ServiceLog]:
    """Lift the logs of functions, builds, clusters and databases."""
    groups = (*resources.of_type(GROUP), *(each for each in resources.members if each.data and each.type == GROUP))
    at_the_edge = {name for each in resources.of_type("aws_cloudfront_distribution") for name in each.body.mentions}
    for convention in _CONVENTIONS:
        for resource in resources.of_type(convention.type):
            if resource.address in at_the_edge:
                continue  # a function at the edge writes to groups of other names, in every region where it runs
            if not (convention.unless and may_be_present(argument(resource, convention.unless))):
                may_be = [each for each in groups if _may_be(each, convention)]
                yield from _logs(resource, resources, convention, may_be)


def _logs(
    resource: Resource, resources: Resources, convention: _Convention, groups: Sequence[Resource]
) -> Iterator[ServiceLog]:
    for kind in _kinds(resource, convention):
        group = _group(argument(resource, convention.name), convention, kind)
        yield ServiceLog(
            address=f"{resource.address}/log{kind and '/'}{kind}",
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            of=resource.address,
            group=group,
            declared=_declared(resource, resources, group, groups, kind),
        )


def _kinds(resource: Resource, convention: _Convention) -> tuple[str, ...]:
    """Return the kinds of logs that go to groups of their own: one without a name where all go to one group."""
    if not convention.kinds:
        return ("",)
    members = argument(resource, convention.kinds).each()
    if "{}" not in convention.after:
        return ("",) if members else ()
    return tuple(each.content for each in members if isinstance(each.content, str))


def _group(name: Node, convention: _Convention, kind: str) -> Value[str]:
    text = name.string()
    if isinstance(text, Known):
        return Known(f"{convention.before}{text.value}{convention.after.format(kind)}", text.at)
    why = reason(name) if name.is_unknown else "the provider makes up its name"
    return Unknown(why, text.at, mentions=name.mentions)


def _may_be(group: Resource, convention: _Convention) -> bool:
    """Whether a group may be one of those that a convention names, by how its name begins."""
    name = argument(group, "name").string()
    return not isinstance(name, Known) or name.value.startswith(convention.before)


def _declared(
    resource: Resource, resources: Resources, group: Value[str], groups: Sequence[Resource], kind: str
) -> Value[bool]:
    """Return whether a group has this name; one whose name cannot be told may have it."""
    doubt: Unknown[bool] | None = None
    for each in groups:
        node = argument(each, "name")
        name = node.string()
        if isinstance(name, Known) and isinstance(group, Known) and name.value == group.value:
            return Known(value=True, at=each.at)
        if resource in mentioned(resources, node) and (not kind or _may_end_with(name, kind)):
            return Known(value=True, at=each.at)
        if not isinstance(name, Known) or not isinstance(group, Known):
            doubt = doubt or Unknown(f"whether {each.address} is its group cannot be told", each.at)
    maybe = next((each for each in resources.perhaps if each.type == GROUP), None)
    if doubt is None and maybe is not None:
        doubt = Unknown(f"whether {maybe.address} is made cannot be told", maybe.at)
    return doubt or Known(value=False, at=resource.at, stated=False, fact="no group of this name is declared")


def _may_end_with(name: object, kind: str) -> bool:
    return not isinstance(name, Known) or str(name.value).endswith(kind)
