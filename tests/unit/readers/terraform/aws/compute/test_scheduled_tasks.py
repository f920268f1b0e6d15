from __future__ import annotations

import pytest

from infraaudit.model import ECS, FARGATE, Absent, Known, Role, Unknown, Workload, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

DEFINITION = """\
aws_ecs_task_definition.report:
  family: report
  container_definitions: '[{"name": "report", "image": "shop/report:1"}]'
"""
RULE = """\
aws_cloudwatch_event_rule.nightly: {name: nightly, schedule_expression: "cron(0 3 * * ? *)"}
aws_cloudwatch_event_target.report:
  rule: ref(aws_cloudwatch_event_rule.nightly.name)
  ecs_target:
    - task_definition_arn: ref(aws_ecs_task_definition.report.arn)
      launch_type: FARGATE
      task_count: 2
"""
SCHEDULE = """\
aws_scheduler_schedule.report:
  schedule_expression: rate(1 hour)
  schedule_expression_timezone: Europe/Berlin
  state: DISABLED
  target:
    - arn: cluster
      retry_policy: [{maximum_retry_attempts: 3}]
      ecs_parameters: [{task_definition_arn: ref(aws_ecs_task_definition.report.arn)}]
"""


def test_a_rule_runs_a_task_by_the_clock() -> None:
    job = only(DEFINITION + RULE, Workload)
    assert (job.role, job.runs_once, job.platform) == (Role.JOB, True, FARGATE)
    assert known_value(job.replicas) == 2
    assert job.schedule is not None
    assert known_value(job.schedule.cron) == "cron(0 3 * * ? *)"
    assert isinstance(job.schedule.suspended, Absent)
    assert [known_value(each.image) for each in job.containers] == ["shop/report:1"]


def test_a_schedule_runs_a_task_too() -> None:
    job = only(DEFINITION + SCHEDULE, Workload)
    assert (job.role, job.platform) == (Role.JOB, ECS)
    assert isinstance(job.replicas, Known)
    assert (job.replicas.value, job.replicas.stated) == (1, False)
    assert job.schedule is not None
    assert known_value(job.schedule.time_zone) == "Europe/Berlin"
    assert known_value(job.schedule.suspended) is True
    assert known_value(job.schedule.backoff_limit) == 3


def test_an_event_is_no_clock() -> None:
    job = only(DEFINITION + RULE.replace('schedule_expression: "cron(0 3 * * ? *)"', "event_pattern: x"), Workload)
    assert job.schedule is not None
    assert isinstance(job.schedule.cron, Absent)


def test_a_rule_from_elsewhere_leaves_the_clock_open() -> None:
    job = only(DEFINITION + RULE.replace("ref(aws_cloudwatch_event_rule.nightly.name)", "unknown(var.rule)"), Workload)
    assert job.schedule is not None
    assert isinstance(job.schedule.cron, Unknown)


@pytest.mark.parametrize("definition", ["unknown(var.task)", "other"])
def test_a_task_whose_containers_cannot_be_told_is_no_workload(definition: str) -> None:
    assert lifted(DEFINITION + RULE.replace("ref(aws_ecs_task_definition.report.arn)", definition), Workload) == ()


def test_a_target_that_is_no_task_is_none() -> None:
    assert lifted("aws_cloudwatch_event_target.f: {rule: a, arn: b}\n", Workload) == ()


WORKFLOW = """\
aws_sfn_state_machine.flow:
  name: flow
  definition: >-
    {"StartAt": "Each", "States": {"Each": {"Type": "Map", "ItemProcessor": {"States": {"Import": {
    "Type": "Task", "Resource": "arn:aws:states:::ecs:runTask.sync",
    "Parameters": {"TaskDefinition": "NAMED", "LaunchType": "FARGATE" MORE}}}}}}}
aws_ecs_task_definition.import:
  family: import
  container_definitions: '[{"name": "import", "image": "import:4", "command": ["run"]}]'
"""


@pytest.mark.parametrize("named", ["import", "arn:aws:ecs:eu-west-1:1:task-definition/import:3"])
def test_a_step_of_a_workflow_runs_a_task(named: str) -> None:
    workload = only(WORKFLOW.replace("NAMED", named).replace("MORE", ""), Workload)
    assert workload.address == "aws_sfn_state_machine.flow#Import"
    assert workload.platform == FARGATE
    assert workload.role is Role.JOB
    assert workload.schedule is not None
    assert isinstance(workload.schedule.cron, Absent)
    assert known_value(workload.containers[0].image) == "import:4"
    assert isinstance(workload.containers[0].command, Known)


def test_a_step_may_give_a_task_other_arguments() -> None:
    more = ', "Overrides": {"ContainerOverrides": [{"Name": "import", "Command": ["other"]}]}'
    (container,) = only(WORKFLOW.replace("NAMED", "import").replace("MORE", more), Workload).containers
    assert isinstance(container.command, Unknown)
    assert not container.environment_complete


def test_a_step_that_runs_what_is_not_here_is_no_workload() -> None:
    assert not lifted(WORKFLOW.replace("NAMED", "other").replace("MORE", ""), Workload)
