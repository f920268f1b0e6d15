"""Lifts what resources of AWS themselves say about who may use them: policies in them, beside them, and permissions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Condition, Known, Principal, PrincipalKind, ResourcePolicy, Statement, Unknown
from infraaudit.model.node import Unresolved
from infraaudit.readers.terraform.aws.identity.access_policies import statements_of
from infraaudit.readers.terraform.lifting.arguments import (
    argument,
    is_present,
    is_put_together,
    may_be_present,
    reason,
)
from infraaudit.readers.terraform.lifting.pointing import behind, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_INSIDE: Mapping[str, str] = {
    "aws_sqs_queue": "policy",
    "aws_sns_topic": "policy",
    "aws_kms_key": "policy",
    "aws_kms_external_key": "policy",
    "aws_kms_replica_key": "policy",
    "aws_kms_replica_external_key": "policy",
    "aws_secretsmanager_secret": "policy",
    "aws_s3_bucket": "policy",
    "aws_glacier_vault": "access_policy",
    "aws_opensearch_domain": "access_policies",
    "aws_elasticsearch_domain": "access_policies",
    "aws_api_gateway_rest_api": "policy",
    "aws_s3_access_point": "policy",
    "aws_vpc_endpoint": "policy",
}
"""The argument of a resource in which it carries its policy."""

_BESIDE: Mapping[str, tuple[str, str]] = {
    "aws_sqs_queue_policy": ("queue_url", "policy"),
    "aws_sns_topic_policy": ("arn", "policy"),
    "aws_kms_key_policy": ("key_id", "policy"),
    "aws_secretsmanager_secret_policy": ("secret_arn", "policy"),
    "aws_s3_bucket_policy": ("bucket", "policy"),
    "aws_ecr_repository_policy": ("repository", "policy"),
    "aws_opensearch_domain_policy": ("domain_name", "access_policies"),
    "aws_elasticsearch_domain_policy": ("domain_name", "access_policies"),
    "aws_cloudwatch_event_bus_policy": ("event_bus_name", "policy"),
    "aws_backup_vault_policy": ("backup_vault_name", "policy"),
    "aws_efs_file_system_policy": ("file_system_id", "policy"),
    "aws_kinesis_resource_policy": ("resource_arn", "policy"),
    "aws_dynamodb_resource_policy": ("resource_arn", "policy"),
    "aws_msk_cluster_policy": ("cluster_arn", "policy"),
    "aws_ses_identity_policy": ("identity", "policy"),
    "aws_sesv2_email_identity_policy": ("email_identity", "policy"),
    "aws_codeartifact_domain_permissions_policy": ("domain", "policy_document"),
    "aws_codeartifact_repository_permissions_policy": ("repository", "policy_document"),
    "aws_api_gateway_rest_api_policy": ("rest_api_id", "policy"),
    "aws_s3control_access_point_policy": ("access_point_arn", "policy"),
    "aws_vpc_endpoint_policy": ("vpc_endpoint_id", "policy"),
}
"""Resources that give another one its policy: the argument that names the other one, and that with the policy."""

_SEARCHES = ("aws_opensearch_domain", "aws_elasticsearch_domain")
_INSIDE_NETWORKS = {
    "aws_efs_file_system_policy": "a file system",
    "aws_vpc_endpoint": "an endpoint",
    "aws_vpc_endpoint_policy": "an endpoint",
}
_BUCKETS = ("aws_s3_bucket_policy", "aws_s3_access_point", "aws_s3control_access_point_policy")
_FUNCTIONS = ("aws_lambda_function", "aws_lambda_alias")
_CONDITIONS = {
    "source_arn": "aws:SourceArn",
    "source_account": "aws:SourceAccount",
    "principal_org_id": "aws:PrincipalOrgID",
    "event_source_token": "lambda:EventSourceToken",
    "function_url_auth_type": "lambda:FunctionUrlAuthType",
}
"""What narrows the permission of a function, by the keys that AWS makes of it."""


def lift_resource_policies(resources: Resources) -> Iterator[ResourcePolicy]:
    """Lift the policies that stand in a resource and those that stand beside one."""
    for type_, name in _INSIDE.items():
        for resource in resources.of_type(type_):
            node = argument(resource, name)
            if not node.is_absent:
                guards = Known(resource.address, resource.at)
                yield _policy(resource, resources, f"{resource.address}#policy", guards, node)
    for type_, (named_by, name) in _BESIDE.items():
        for resource in resources.of_type(type_):
            guards_ = pointed(resources, argument(resource, named_by))
            yield _policy(resource, resources, resource.address, guards_, argument(resource, name))


def _policy(resource: Resource, resources: Resources, address: str, guards: Maybe[str], node: Node) -> ResourcePolicy:
    statements, complete = statements_of(resources, node)
    return ResourcePolicy(
        address=address,
        kind=resource.type,
        name=resource.name,
        at=resource.at,
        deployment=resource.deployment,
        guards=guards,
        statements=statements,
        statements_complete=complete,
        barrier=_barrier(resource, resources),
    )


def _barrier(resource: Resource, resources: Resources) -> Maybe[str]:
    """Return what else keeps strangers out: the network of a file system or search domain, or its own users.

    Before a bucket stands a block of public access, which is told with the bucket.
    """
    if resource.type in _BUCKETS and behind(resources, argument(resource, "bucket"), "aws_s3_bucket") is None:
        return Unknown("whether a block of public access stands before the bucket cannot be told", resource.at)
    if resource.type in _INSIDE_NETWORKS:
        return Known(f"only its network reaches {_INSIDE_NETWORKS[resource.type]}", resource.at)
    own = resource if resource.type in _SEARCHES else None
    domain = own or behind(resources, argument(resource, "domain_name"), *_SEARCHES)
    return Absent(resource.at) if domain is None else _barrier_of(domain)


def _barrier_of(domain: Resource) -> Maybe[str]:
    network = argument(domain, "vpc_options")
    if is_present(network):
        return Known("only its network reaches the domain", network.at)
    node = argument(domain, "advanced_security_options.enabled")
    users = node.boolean()
    if isinstance(users, Known) and users.value:
        return Known("the domain asks for users of its own", users.at)
    doubt = next((each for each in (network, node) if each.is_unknown or each.open), None)
    if doubt is not None:
        return Unknown(reason(doubt) if doubt.is_unknown else "its network cannot be told", doubt.at)
    return Absent(domain.at)


# -- permissions, each a statement by itself --------------------------------------------------------------------


def lift_resource_permissions(resources: Resources) -> Iterator[ResourcePolicy]:
    """Lift the permissions that are one statement each: of functions, their layers and event buses."""
    for resource in resources.of_type("aws_lambda_permission"):
        guards = argument(resource, "function_name")
        conditions = tuple(_conditions(resource))
        yield _permission(resource, resources, guards, argument(resource, "action"), conditions)
    for resource in resources.of_type("aws_lambda_layer_version_permission"):
        organization = argument(resource, "organization_id")
        conditions = (_condition(organization, "aws:PrincipalOrgID"),) if may_be_present(organization) else ()
        yield _permission(
            resource, resources, argument(resource, "layer_name"), argument(resource, "action"), conditions
        )
    for resource in resources.of_type("aws_cloudwatch_event_permission"):
        condition = argument(resource, "condition")
        conditions = (_condition(condition, "aws:PrincipalOrgID"),) if may_be_present(condition) else ()
        yield _permission(
            resource, resources, argument(resource, "event_bus_name"), argument(resource, "action"), conditions
        )


def _conditions(resource: Resource) -> Iterator[Condition]:
    for name, key in _CONDITIONS.items():
        node = argument(resource, name)
        if may_be_present(node):
            yield _condition(node, key)


def _condition(node: Node, key: str) -> Condition:
    """Return a condition; one of which it cannot be told whether it is there at all has no key."""
    if not is_present(node) and not is_put_together(node):
        return Condition("", "", (), complete=False)
    value = node.string()
    return Condition("StringLike", key, () if isinstance(value, Absent) else (value,))


def _permission(
    resource: Resource, resources: Resources, guards: Node, action: Node, conditions: tuple[Condition, ...]
) -> ResourcePolicy:
    principal = argument(resource, "principal")
    actions: tuple[Value[str], ...] = tuple(each for each in (action.string(),) if isinstance(each, Known | Unknown))
    statement = Statement(
        allows=True,
        at=principal.at if not principal.is_absent else resource.at,
        actions=actions,
        principals=() if principal.is_absent else (_principal(principal),),
        conditions=conditions,
    )
    function = behind(resources, guards, *_FUNCTIONS)
    return ResourcePolicy(
        address=resource.address,
        kind=resource.type,
        name=resource.name,
        at=resource.at,
        deployment=resource.deployment,
        guards=pointed(resources, guards) if function is None else Known(function.address, guards.at),
        statements=(statement,),
        barrier=Absent(resource.at),
    )


def _principal(node: Node) -> Principal:
    """Return who is named: everybody, a service, an account, or somebody who is put together from other resources."""
    written = node.string()
    if not isinstance(written, Known):
        if isinstance(node.content, Unresolved) and node.content.begins.startswith("arn:"):
            return Principal(PrincipalKind.IDENTITY, Known(f"{node.content.begins}...", node.at))
        told = bool(node.mentions) and (is_present(node) or is_put_together(node))
        name: Value[str] = Known(node.mentions[0], node.at) if told else Unknown(reason(node), node.at)
        return Principal(PrincipalKind.IDENTITY, name)
    if written.value == "*":
        return Principal(PrincipalKind.EVERYBODY, written)
    if written.value.endswith((".amazonaws.com", ".amazonaws.com.cn")):
        return Principal(PrincipalKind.SERVICE, written)
    return Principal(PrincipalKind.ACCOUNT if written.value.isdigit() else PrincipalKind.IDENTITY, written)
