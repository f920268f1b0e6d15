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


EXECUTION = """\
aws_api_gateway_rest_api.a: {name: a}
aws_api_gateway_method_settings.s:
  rest_api_id: ref(aws_api_gateway_rest_api.a.id)
  settings: [{logging_level: LEVEL}]
"""


@pytest.mark.parametrize(("level", "written"), [("INFO", 1), ("ERROR", 1), ("'OFF'", 0), ("unknown(var.level)", 0)])
def test_an_api_writes_its_execution_where_a_level_says_so(level: str, written: int) -> None:
    assert len(lifted(EXECUTION.replace("LEVEL", level), ServiceLog)) == written


def test_the_group_of_an_api_holds_its_id() -> None:
    group = "aws_cloudwatch_log_group.g: {name: 'unknown(known after apply; aws_api_gateway_rest_api.a)'}\n"
    assert known_value(only(EXECUTION.replace("LEVEL", "INFO") + group, ServiceLog).declared) is True
    group = "aws_cloudwatch_log_group.g: {name: /aws/lambda/x}\n"
    assert known_value(only(EXECUTION.replace("LEVEL", "INFO") + group, ServiceLog).declared) is False


def test_the_add_on_of_a_cluster_writes_what_programs_say_and_what_it_measures() -> None:
    text = """\
aws_eks_cluster.c: {name: shop}
aws_eks_addon.i: {cluster_name: ref(aws_eks_cluster.c.name), addon_name: amazon-cloudwatch-observability}
"""
    logs = {known_value(each.group): each.measures for each in lifted(text, ServiceLog)}
    assert logs == {"/aws/containerinsights/shop/application": False, "/aws/containerinsights/shop/performance": True}


def test_a_driver_that_makes_its_group_makes_it_once() -> None:
    options = '{"awslogs-group": "/shop", "awslogs-create-group": "true"}'
    container = f'{{"name": "a", "logConfiguration": {{"options": {options}}}}}'
    text = f"aws_ecs_task_definition.t: {{container_definitions: '[{container}, {container}]'}}\n"
    assert [known_value(each.group) for each in lifted(text, ServiceLog)] == ["/shop"]
    declared = "aws_cloudwatch_log_group.g: {name: /shop}\n"
    assert known_value(only(text + declared, ServiceLog).declared) is True


def test_all_jobs_of_an_account_share_a_group() -> None:
    logs = lifted("aws_glue_job.a: {name: a}\naws_glue_job.b: {name: b}\n", ServiceLog)
    assert [(known_value(each.group), each.shared) for each in logs] == [("/aws-glue/jobs/output", True)]
