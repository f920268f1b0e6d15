"""Whether the port mappings of a container of ECS are all told."""

from __future__ import annotations

import pytest

from infraaudit.model import Workload
from tests.unit.readers.terraform.aws.builder import only


@pytest.mark.parametrize(
    ("mappings", "complete"),
    [
        ("portMappings: [{containerPort: 8000}]", True),
        ("portMappings: []", True),
        ("cpu: 256", True),
        ("portMappings: [{containerPortRange: 8000-8010}]", False),
        ("portMappings: unknown(var.ports has no default)", False),
    ],
)
def test_mappings_are_complete_when_each_names_its_port(mappings: str, *, complete: bool) -> None:
    text = f"""\
aws_ecs_service.web:
  task_definition: ref(aws_ecs_task_definition.web.arn)
aws_ecs_task_definition.web:
  container_definitions: [{{name: web, image: shop:1, {mappings}}}]
"""
    assert only(text, Workload).containers[0].ports_complete is complete
