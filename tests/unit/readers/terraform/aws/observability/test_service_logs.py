from __future__ import annotations

import pytest

from infraaudit.model import ServiceLog, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

FUNCTION = "aws_lambda_function.mail: {function_name: mail}\n"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (FUNCTION, ["/aws/lambda/mail"]),
        ("aws_codebuild_project.b: {name: shop}\n", ["/aws/codebuild/shop"]),
        ("aws_eks_cluster.c: {name: shop, enabled_cluster_log_types: [audit, api]}\n", ["/aws/eks/shop/cluster"]),
        (
            "aws_db_instance.d: {identifier: shop, enabled_cloudwatch_logs_exports: [error, slowquery]}\n",
            ["/aws/rds/instance/shop/error", "/aws/rds/instance/shop/slowquery"],
        ),
        (
            "aws_rds_cluster.d: {cluster_identifier: shop, enabled_cloudwatch_logs_exports: [postgresql]}\n",
            ["/aws/rds/cluster/shop/postgresql"],
        ),
        ("aws_eks_cluster.c: {name: shop}\n", []),
        ("aws_db_instance.d: {identifier: shop}\n", []),
        ("aws_lambda_function.mail: {function_name: mail, logging_config: [{log_group: /shop}]}\n", []),
        (f"{FUNCTION}aws_cloudfront_distribution.d: {{x: ref(aws_lambda_function.mail.qualified_arn)}}\n", []),
    ],
)
def test_groups_have_their_names_by_convention(text: str, names: list[str]) -> None:
    assert [known_value(each.group) for each in lifted(text, ServiceLog)] == names


@pytest.mark.parametrize(
    ("function", "group", "declared"),
    [
        ("mail", "{name: /aws/lambda/mail}", True),
        ("mail", "{name: /aws/lambda/other}", False),
        ("mail", "{name: unknown(var.group)}", None),
        ("mail", "{name: 'unknown(known after apply; aws_lambda_function.mail)'}", True),
        ("unknown(var.name)", "{name: /aws/lambda/mail}", None),
        ("unknown(var.name)", "{name: /shop/web}", False),
        ("unknown(var.name)", "{name: 'unknown(known after apply; aws_lambda_function.mail)'}", True),
    ],
)
def test_whether_the_group_is_declared(function: str, group: str, *, declared: bool | None) -> None:
    text = f"aws_lambda_function.mail: {{function_name: {function}}}\naws_cloudwatch_log_group.g: {group}\n"
    assert known_value(only(text, ServiceLog).declared) is declared


def test_a_group_that_is_looked_up_is_declared_elsewhere() -> None:
    text = f"{FUNCTION}data.aws_cloudwatch_log_group.g: {{name: /aws/lambda/mail}}\n"
    assert known_value(only(text, ServiceLog).declared) is True
