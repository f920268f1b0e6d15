"""Tests of the platform of a service of ECS: a machine of its own for each task, or machines that tasks share."""

from __future__ import annotations

import pytest

from infraaudit.model import ECS, FARGATE, Platform, Workload
from tests.unit.readers.terraform.aws.builder import only


def platform(service: str = "", task: str = "") -> Platform:
    text = f"""\
aws_ecs_service.web:
  task_definition: ref(aws_ecs_task_definition.web.arn)
{service}aws_ecs_task_definition.web:
  container_definitions: [{{name: web, image: shop:1}}]
{task}"""
    return only(text, Workload).platform


@pytest.mark.parametrize(
    ("service", "task", "expected"),
    [
        ("", "", ECS),
        ("  launch_type: FARGATE\n", "", FARGATE),
        ("  launch_type: EC2\n", "", ECS),
        ("", "  requires_compatibilities: [FARGATE]\n", FARGATE),
        ("", "  requires_compatibilities: [FARGATE, EC2]\n", ECS),
        ("  launch_type: EC2\n", "  requires_compatibilities: [FARGATE]\n", ECS),
        ("  launch_type: unknown(var.launch_type has no default)\n", "", ECS),
    ],
)
def test_only_what_surely_runs_there_runs_on_fargate(service: str, task: str, expected: Platform) -> None:
    assert platform(service, task) is expected
