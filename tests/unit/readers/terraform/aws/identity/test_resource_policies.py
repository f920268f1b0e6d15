from __future__ import annotations

import pytest

from infraaudit.model import Absent, Known, PrincipalKind, ResourcePolicy, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

OPEN = '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}'


@pytest.mark.parametrize(
    ("beside", "guards"),
    [
        ("aws_sqs_queue_policy.p: {queue_url: ref(aws_sqs_queue.jobs.id), policy: '%s'}", "aws_sqs_queue.jobs"),
        ("aws_sns_topic_policy.p: {arn: ref(aws_sns_topic.a.arn), policy: '%s'}", "aws_sns_topic.a"),
        ("aws_ecr_repository_policy.p: {repository: shop, policy: '%s'}", "shop"),
        (
            "aws_secretsmanager_secret_policy.p: {secret_arn: 'arn:aws:secretsmanager:eu:1:secret:db', policy: '%s'}",
            "db",
        ),
        ("aws_kms_key_policy.p: {key_id: ref(aws_kms_key.k.id), policy: '%s'}", "aws_kms_key.k"),
        ("aws_cloudwatch_event_bus_policy.p: {event_bus_name: default, policy: '%s'}", "default"),
        (
            "aws_kinesis_resource_policy.p: {resource_arn: ref(aws_kinesis_stream.s.arn), policy: '%s'}",
            "aws_kinesis_stream.s",
        ),
    ],
)
def test_a_policy_beside_a_resource_guards_it(beside: str, guards: str) -> None:
    policy = only(beside % OPEN + "\n", ResourcePolicy)
    assert known_value(policy.guards) == guards
    assert policy.statements_complete
    assert policy.statements[0].principals[0].kind is PrincipalKind.EVERYBODY


def test_a_policy_inside_stands_under_an_address_of_its_own() -> None:
    policy = only(f"aws_sqs_queue.jobs: {{policy: '{OPEN}'}}\n", ResourcePolicy)
    assert policy.address == "aws_sqs_queue.jobs#policy"
    assert known_value(policy.guards) == "aws_sqs_queue.jobs"


def test_a_policy_of_which_nothing_can_be_told_is_not_complete() -> None:
    assert not only("aws_sqs_queue.jobs: {policy: unknown(var.policy)}\n", ResourcePolicy).statements_complete


def test_nothing_written_is_no_policy() -> None:
    assert lifted("aws_sqs_queue.jobs: {}\n", ResourcePolicy) == ()


@pytest.mark.parametrize(
    ("principal", "kind"),
    [
        ("'*'", PrincipalKind.EVERYBODY),
        ("s3.amazonaws.com", PrincipalKind.SERVICE),
        ("'123456789012'", PrincipalKind.ACCOUNT),
        ("'arn:aws:iam::123456789012:role/a'", PrincipalKind.IDENTITY),
        ("ref(aws_iam_role.a.arn)", PrincipalKind.IDENTITY),
    ],
)
def test_a_permission_of_a_function_is_one_statement(principal: str, kind: PrincipalKind) -> None:
    policy = only(
        "aws_lambda_function.f: {function_name: f}\n"
        "aws_lambda_permission.p: {function_name: ref(aws_lambda_function.f.function_name),"
        f" action: lambda:InvokeFunction, principal: {principal}}}\n",
        ResourcePolicy,
    )
    (statement,) = policy.statements
    assert [each.kind for each in statement.principals] == [kind]
    assert isinstance(statement.principals[0].name, Known)
    assert known_value(policy.guards) == "aws_lambda_function.f"
    assert statement.conditions == ()


def test_what_narrows_a_permission_is_a_condition_of_it() -> None:
    policy = only(
        "aws_lambda_permission.p: {function_name: f, action: lambda:InvokeFunction, principal: s3.amazonaws.com,"
        " source_arn: ref(aws_s3_bucket.b.arn), source_account: unknown(var.account)}\n",
        ResourcePolicy,
    )
    assert [each.variable for each in policy.statements[0].conditions] == ["aws:SourceArn", ""]


@pytest.mark.parametrize(
    ("domain", "kind"),
    [
        ("{vpc_options: [{subnet_ids: [subnet-1]}]}", Known),
        ("{advanced_security_options: [{enabled: true}]}", Known),
        ("{advanced_security_options: [{enabled: false}]}", Absent),
        ("{}", Absent),
        ("{vpc_options: unknown(var.network)}", Unknown),
    ],
)
def test_the_network_or_the_users_of_a_domain_keep_strangers_out(domain: str, kind: type) -> None:
    policy = only(
        f"aws_opensearch_domain.d: {domain}\n"
        "aws_opensearch_domain_policy.p: {domain_name: ref(aws_opensearch_domain.d.domain_name),"
        f" access_policies: '{OPEN}'}}\n",
        ResourcePolicy,
    )
    assert isinstance(policy.barrier, kind)


def test_what_blocks_public_access_to_a_bucket_that_is_not_seen_cannot_be_told() -> None:
    policy = only(f"aws_s3_bucket_policy.p: {{bucket: shop, policy: '{OPEN}'}}\n", ResourcePolicy)
    assert isinstance(policy.barrier, Unknown)


def test_conditions_of_a_dynamic_block_that_cannot_be_told_are_known_to_be_some() -> None:
    policy = only(
        "data.aws_iam_policy_document.d:\n"
        "  statement: [{actions: [sqs:SendMessage], resources: ['*'], condition: unknown(var.conditions),"
        " principals: [{type: AWS, identifiers: ['*']}]}]\n"
        "aws_sqs_queue.jobs: {policy: ref(data.aws_iam_policy_document.d.json)}\n",
        ResourcePolicy,
    )
    assert [(each.variable, each.complete) for each in policy.statements[0].conditions] == [("", False)]


@pytest.mark.parametrize(
    ("account", "kind"),
    [
        ("unknown(data.aws_caller_identity.me is read when Terraform runs; data.aws_caller_identity.me)", Known),
        ("unknown(var.open has no default; data.aws_caller_identity.me)", Unknown),
        ("unknown(var.account has no default)", Unknown),
    ],
)
def test_a_name_that_holds_the_number_of_an_account_is_not_that_of_everybody(account: str, kind: type) -> None:
    policy = only(
        f"aws_sqs_queue.q:\n  policy: {{Statement: [{{Effect: Allow, Principal: {{AWS: {account}}}, Action: '*'}}]}}\n",
        ResourcePolicy,
    )
    assert isinstance(policy.statements[0].principals[0].name, kind)
    permission = only(
        f"aws_lambda_permission.p: {{function_name: f, action: lambda:InvokeFunction, principal: {account}}}\n",
        ResourcePolicy,
    )
    assert isinstance(permission.statements[0].principals[0].name, kind)


def test_an_arn_that_is_put_together_from_a_resource_narrows_a_permission() -> None:
    policy = only(
        "aws_lambda_permission.p: {function_name: f, action: lambda:InvokeFunction, principal: events.amazonaws.com,"
        " source_arn: unknown(aws_api.a.arn is known only after apply; aws_api.a)}\n",
        ResourcePolicy,
    )
    assert [each.variable for each in policy.statements[0].conditions] == ["aws:SourceArn"]
