"""Lifts the queues of SQS, and the topics of SNS with their subscriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, FacetName, Known, Queue, Subscription, Topic, Unknown
from infraaudit.readers.terraform.aws.defaults import boolean_or_default, integer_or_default
from infraaudit.readers.terraform.aws.facets import facets_of
from infraaudit.readers.terraform.lifting.arguments import argument, document, is_present, literals, reason
from infraaudit.readers.terraform.lifting.naming import is_dead_letter_name
from infraaudit.readers.terraform.lifting.pointing import address_of, behind, last_segment, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_DEAD_LETTER_PATHS = (
    ("aws_lambda_function", "dead_letter_config.target_arn"),
    ("aws_lambda_function_event_invoke_config", "destination_config.on_failure.destination"),
    ("aws_lambda_event_source_mapping", "destination_config.on_failure.destination_arn"),
    ("aws_cloudwatch_event_target", "dead_letter_config.arn"),
    ("aws_scheduler_schedule", "target.dead_letter_config.arn"),
    ("aws_pipes_pipe", "source_parameters.sqs_queue_parameters.dead_letter_config.arn"),
    ("aws_pipes_pipe", "source_parameters.kinesis_stream_parameters.dead_letter_config.arn"),
    ("aws_pipes_pipe", "source_parameters.dynamodb_stream_parameters.dead_letter_config.arn"),
)
"""Where else than in redrive policies a queue is named for what could not be handled."""


def lift_queues(resources: Resources) -> Iterator[Queue]:
    """Lift ``aws_sqs_queue`` with the policies that stand beside it."""
    serving = _dead_letter_targets(resources)
    for resource in resources.of_type("aws_sqs_queue"):
        redrive = document(_attached(resource, resources, "aws_sqs_queue_redrive_policy", "redrive_policy"))
        identifiers = literals(argument(resource, "name").string())
        yield Queue(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            fifo=boolean_or_default(argument(resource, "fifo_queue"), "aws_sqs_queue.fifo_queue"),
            dead_letter=_dead_letter(resources, redrive),
            max_receive=redrive["maxReceiveCount"].integer(),
            visibility_timeout=integer_or_default(
                argument(resource, "visibility_timeout_seconds"), "aws_sqs_queue.visibility_timeout_seconds"
            ),
            retention=integer_or_default(
                argument(resource, "message_retention_seconds"), "aws_sqs_queue.message_retention_seconds"
            ),
            is_dead_letter=_takes_failures(resource, resources, serving, identifiers),
            keeps_age=True,
            facets=facets_of(resource, resources, _queue_answers(resource)),
            identifiers=identifiers,
        )


def _attached(resource: Resource, resources: Resources, type_: str, attribute: str) -> Node:
    """Return a policy of a queue, written in the queue or in a resource of its own that refers to the queue."""
    inline = argument(resource, attribute)
    if not inline.is_absent:
        return inline
    for policy in resources.of_type(type_):
        if behind(resources, argument(policy, "queue_url"), "aws_sqs_queue") == resource:
            return argument(policy, attribute)
    return inline


def _dead_letter(resources: Resources, redrive: Node) -> Maybe[str]:
    if redrive.is_absent:
        return Absent(redrive.key_at or redrive.at)
    target = pointed(resources, redrive["deadLetterTargetArn"])
    return Absent(redrive.at) if isinstance(target, Absent) else target


def _dead_letter_targets(resources: Resources) -> frozenset[str]:
    """Return the addresses and literal names of all queues that something names for its failures."""
    nodes = [
        document(argument(policy, "redrive_policy"))
        for policy in resources.of_type("aws_sqs_queue", "aws_sqs_queue_redrive_policy", "aws_sns_topic_subscription")
    ]
    targets = [node if node.is_unknown else node["deadLetterTargetArn"] for node in nodes]
    targets += [argument(each, path) for type_, path in _DEAD_LETTER_PATHS for each in resources.of_type(type_)]
    return frozenset(name for target in targets for name in _names(resources, target))


def _names(resources: Resources, node: Node) -> Iterator[str]:
    yield from (address_of(resources, target) for target in node.mentions)
    text = node.string()
    if isinstance(text, Known):
        yield last_segment(text.value)


def _takes_failures(
    resource: Resource, resources: Resources, serving: frozenset[str], identifiers: tuple[str, ...]
) -> bool:
    """Tell whether a queue serves as a dead-letter queue: by being named as one, by its permission, or by its name."""
    if resource.address in serving or serving.intersection(identifiers):
        return True
    allow = document(_attached(resource, resources, "aws_sqs_queue_redrive_allow_policy", "redrive_allow_policy"))
    permits = not allow.is_absent and allow["redrivePermission"].content != "denyAll"
    return permits or is_dead_letter_name((resource.name, *identifiers))


def _queue_answers(resource: Resource) -> Mapping[FacetName, Value[bool]]:
    """Return the encryption by an own key, which stands in an argument of its own."""
    key = argument(resource, "kms_master_key_id")
    if is_present(key) and key.content != "":
        return {FacetName.ENCRYPTED_AT_REST: Known(value=True, at=key.at)}
    managed = argument(resource, "sqs_managed_sse_enabled").boolean()
    if key.is_unknown and isinstance(managed, Known) and not managed.value:
        return {FacetName.ENCRYPTED_AT_REST: Unknown(reason(key), key.at)}
    return {}


def lift_topics(resources: Resources) -> Iterator[Topic]:
    """Lift ``aws_sns_topic``."""
    for resource in resources.of_type("aws_sns_topic"):
        yield Topic(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            facets=facets_of(resource, resources),
            identifiers=literals(argument(resource, "name").string()),
        )


def lift_subscriptions(resources: Resources) -> Iterator[Subscription]:
    """Lift ``aws_sns_topic_subscription``."""
    for resource in resources.of_type("aws_sns_topic_subscription"):
        yield Subscription(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            topic=pointed(resources, argument(resource, "topic_arn")),
            endpoint=pointed(resources, argument(resource, "endpoint")),
            protocol=argument(resource, "protocol").string(),
            dead_letter=_dead_letter(resources, document(argument(resource, "redrive_policy"))),
        )
