"""Lifts the logs that services of AWS write to groups of names of their own, which they make where there is none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.model import Known, ServiceLog, Unknown
from infraaudit.readers.terraform.aws.compute.measures import insights_of
from infraaudit.readers.terraform.aws.edge.measures import settings_of_methods
from infraaudit.readers.terraform.aws.observability.log_groups import GROUP
from infraaudit.readers.terraform.lifting.arguments import argument, document, is_true, may_be_present, reason
from infraaudit.readers.terraform.lifting.pointing import behind, mentioned, reference_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources


@dataclass(frozen=True, slots=True)
class _Convention:
    """How a type of resource calls its group.

    ``before`` and ``after`` stand around its own name, which is in the argument ``name``. ``unless`` is the argument by
    which it is given another group. ``kinds`` lists the logs that it writes, each to a group of its own where ``after``
    leaves room for it; without any it writes none. ``measures`` tells that figures are written, and no words.
    """

    type: str
    name: str
    before: str
    after: str = ""
    unless: str = ""
    kinds: str = ""
    measures: bool = False


_CONVENTIONS = (
    _Convention("aws_lambda_function", "function_name", "/aws/lambda/", unless="logging_config.log_group"),
    _Convention("aws_codebuild_project", "name", "/aws/codebuild/", unless="logs_config"),
    _Convention("aws_eks_cluster", "name", "/aws/eks/", "/cluster", kinds="enabled_cluster_log_types"),
    _Convention("aws_db_instance", "identifier", "/aws/rds/instance/", "/{}", kinds="enabled_cloudwatch_logs_exports"),
    _Convention(
        "aws_rds_cluster", "cluster_identifier", "/aws/rds/cluster/", "/{}", kinds="enabled_cloudwatch_logs_exports"
    ),
    _Convention("aws_sagemaker_endpoint", "name", "/aws/sagemaker/Endpoints/"),
)
_INSIGHTS_OF_ECS = _Convention("aws_ecs_cluster", "name", "/aws/ecs/containerinsights/", "/performance", measures=True)
_INSIGHTS_OF_EKS = _Convention("aws_eks_addon", "cluster_name", "/aws/containerinsights/", "/{}")
_KINDS_OF_EKS = ("application", "performance")
_ADDON = "amazon-cloudwatch-observability"
_EXECUTION = "API-Gateway-Execution-Logs_"
_SHARED = (
    ("aws_glue_job", "/aws-glue/jobs/output"),
    ("aws_glue_crawler", "/aws-glue/crawlers"),
)
"""Services of which all resources of an account write to one group."""


def lift_service_logs(resources: Resources) -> Iterator[ServiceLog]:
    """Lift the logs of functions, builds, clusters, databases, APIs and tasks."""
    groups = (*resources.of_type(GROUP), *(each for each in resources.members if each.data and each.type == GROUP))
    at_the_edge = {name for each in resources.of_type("aws_cloudfront_distribution") for name in each.body.mentions}
    for convention in _CONVENTIONS:
        for resource in resources.of_type(convention.type):
            if resource.address in at_the_edge:
                continue  # a function at the edge writes to groups of other names, in every region where it runs
            if not (convention.unless and may_be_present(argument(resource, convention.unless))):
                may_be = [each for each in groups if _may_be(each, convention)]
                yield from _logs(resource, resources, convention, may_be)
    yield from _of_insights(resources, groups)
    yield from _of_apis(resources, groups)
    yield from _of_tasks(resources, groups)
    yield from _shared(resources, groups)


def _of_insights(resources: Resources, groups: Sequence[Resource]) -> Iterator[ServiceLog]:
    """Yield the groups of Container Insights: of clusters of ECS that say so, and of the add-on of EKS."""
    for cluster in resources.of_type("aws_ecs_cluster"):
        insights = insights_of(cluster, resources).holds
        if isinstance(insights, Known) and insights.value:
            yield from _logs(cluster, resources, _INSIGHTS_OF_ECS, groups)
    for addon in resources.of_type("aws_eks_addon"):
        if argument(addon, "addon_name").content == _ADDON:
            name = argument(addon, "cluster_name")
            behind_it = behind(resources, name, "aws_eks_cluster")
            own = (
                argument(behind_it, "name") if behind_it is not None and not isinstance(name.string(), Known) else name
            )
            for kind in _KINDS_OF_EKS:
                group = _group(own, _INSIGHTS_OF_EKS, kind)
                declared = _declared(behind_it or addon, resources, group, groups, kind)
                yield _log(addon, group, declared, f"/{kind}", measures=kind == "performance")


def _of_apis(resources: Resources, groups: Sequence[Resource]) -> Iterator[ServiceLog]:
    """Yield the execution logs of REST APIs, in whose group the id stands that the API gets when it is made."""
    for api in resources.of_type("aws_api_gateway_rest_api"):
        levels = [argument(each, "settings.logging_level").string() for each in settings_of_methods(api, resources)]
        if any(isinstance(each, Known) and each.value != "OFF" for each in levels):
            group: Unknown[str] = Unknown(f"the id of {api.address} is known only after apply", api.at)
            may_be = [each for each in groups if _begins(each, _EXECUTION)]
            yield _log(api, group, _declared(api, resources, group, may_be, ""), "/execution")


def _of_tasks(resources: Resources, groups: Sequence[Resource]) -> Iterator[ServiceLog]:
    """Yield the groups that the driver of a container makes where they are missing, each once for a task."""
    for task in resources.of_type("aws_ecs_task_definition"):
        told: set[str] = set()
        for container in document(argument(task, "container_definitions")).each():
            options = container["logConfiguration"]["options"]
            name = options["awslogs-group"].string()
            if not is_true(options["awslogs-create-group"]) or not isinstance(name, Known) or name.value in told:
                continue
            told.add(name.value)
            if reference_of(options["awslogs-group"]) is None:
                declared = _declared(task, resources, name, groups, "")
                yield _log(task, name, declared, f"/{len(told)}" if len(told) > 1 else "")


def _shared(resources: Resources, groups: Sequence[Resource]) -> Iterator[ServiceLog]:
    for type_, name in _SHARED:
        for first in resources.of_type(type_)[:1]:
            group: Known[str] = Known(name, first.at)
            yield replace(_log(first, group, _declared(first, resources, group, groups, ""), ""), shared=True)


def _begins(group: Resource, start: str) -> bool:
    name = argument(group, "name").string()
    return not isinstance(name, Known) or name.value.startswith(start)


def _log(
    resource: Resource, group: Value[str], declared: Value[bool], suffix: str, *, measures: bool = False
) -> ServiceLog:
    return ServiceLog(
        address=f"{resource.address}/log{suffix}",
        kind=resource.type,
        name=resource.name,
        at=resource.at,
        deployment=resource.deployment,
        of=resource.address,
        group=group,
        declared=declared,
        measures=measures,
    )


def _logs(
    resource: Resource, resources: Resources, convention: _Convention, groups: Sequence[Resource]
) -> Iterator[ServiceLog]:
    for kind in _kinds(resource, convention):
        group = _group(argument(resource, convention.name), convention, kind)
        declared = _declared(resource, resources, group, groups, kind)
        yield _log(resource, group, declared, f"{kind and '/'}{kind}", measures=convention.measures)


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
    return _begins(group, convention.before)


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
