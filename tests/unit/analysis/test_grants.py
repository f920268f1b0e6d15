"""What an identity is permitted is told by all that permits or forbids it something."""

from __future__ import annotations

import pytest

from infraaudit.analysis.grants import acting_as, may_do
from infraaudit.model import Entity, Estate, Identity, known_value
from tests.unit.readers.terraform.aws.builder import lifted

ROLE = "aws_iam_role.app: {name: app}\n"


def permitted(text: str) -> bool | None:
    estate = Estate.of_parts(lifted(ROLE + text, Entity))
    return known_value(may_do(estate.of(Identity)[0], "logs:PutLogEvents", estate))


def document(effect: str, action: str, resource: str = "*") -> str:
    return f'\'{{"Statement": [{{"Effect": "{effect}", "Action": "{action}", "Resource": "{resource}"}}]}}\''


@pytest.mark.parametrize(
    ("action", "answer"), [("logs:*", True), ("LOGS:PutLogEvents", True), ("*", True), ("sqs:*", False)]
)
def test_a_statement_permits_what_its_patterns_fit(action: str, answer: bool) -> None:  # noqa: FBT001 - a column
    text = f"aws_iam_role_policy.p:\n  role: ref(aws_iam_role.app.name)\n  policy: {document('Allow', action)}\n"
    assert permitted(text) is answer


def test_a_role_without_any_policy_may_do_nothing() -> None:
    assert permitted("") is False


@pytest.mark.parametrize(
    ("name", "answer"),
    [("service-role/AWSLambdaBasicExecutionRole", True), ("AmazonS3FullAccess", False), ("AmazonRDSFullAccess", None)],
)
def test_a_policy_of_the_cloud_permits_what_the_facts_say(name: str, answer: bool | None) -> None:  # noqa: FBT001 - a column
    text = f"aws_iam_role_policy_attachment.a: {{role: app, policy_arn: 'arn:aws:iam::aws:policy/{name}'}}\n"
    assert permitted(text) is answer


def test_what_forbids_all_of_it_counts_more_than_what_permits_it() -> None:
    text = f"aws_iam_role_policy.p: {{role: app, policy: {document('Allow', '*')}}}\n"
    text += f"aws_iam_role_policy.q: {{role: app, policy: {document('Deny', 'logs:*')}}}\n"
    assert permitted(text) is False


def test_a_policy_whose_holder_cannot_be_told_leaves_it_open() -> None:
    text = f"aws_iam_role_policy.p: {{role: unknown(var.role), policy: {document('Allow', 'logs:*')}}}\n"
    assert permitted(text) is None
    text = f"aws_iam_role_policy.p: {{role: unknown(var.role), policy: {document('Allow', 'sqs:*')}}}\n"
    assert permitted(text) is False


def test_an_identity_is_found_by_address_and_by_name() -> None:
    estate = Estate.of_parts(lifted(ROLE, Identity))
    role = estate.of(Identity)[0]
    assert acting_as(role, "aws_iam_role.app", estate) == role
    assert acting_as(role, "app", estate) == role
    assert acting_as(role, "other", estate) is None
