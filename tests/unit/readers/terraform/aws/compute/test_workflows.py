from __future__ import annotations

import json

import pytest

from infraaudit.model import Absent, FacetName, Known, Unknown, Waiting, Workflow, WorkflowStep, known_value
from tests.unit.readers.terraform.aws.builder import only, start


def workflow(definition: str, more: str = "", others: str = "") -> Workflow:
    return only(f"aws_sfn_state_machine.orders:\n  definition: {definition}\n{more}{others}", Workflow)


def step(state: dict[str, object], others: str = "") -> WorkflowStep:
    text = json.dumps({"States": {"Pay": {"Type": "Task", **state}}})
    (found,) = workflow(f"'{text}'", others=others).steps
    return found


def test_a_bare_workflow_has_the_defaults_of_the_platform() -> None:
    found = workflow('\'{"States": {"Done": {"Type": "Succeed"}}}\'', "  name: orders\n")
    assert (found.steps, found.doubt, found.identifiers) == ((), None, ("orders",))
    assert (known_value(found.brief), known_value(found.log_level)) == (False, "OFF")
    assert isinstance(found.log_level, Known)
    assert not found.log_level.stated
    assert isinstance(found.timeout, Absent)
    assert isinstance(found.log_group, Absent)


def test_what_is_written_of_a_workflow() -> None:
    log = "{level: ERROR, include_execution_data: true, log_destination: 'unknown(arn; aws_cloudwatch_log_group.a)'}"
    found = workflow(
        '\'{"TimeoutSeconds": 60, "States": {}}\'',
        f"  type: EXPRESS\n  logging_configuration: [{log}]\n",
        "aws_cloudwatch_log_group.a: {}\n",
    )
    assert (known_value(found.timeout), known_value(found.brief), known_value(found.log_level)) == (60, True, "ERROR")
    assert known_value(found.log_group) == "aws_cloudwatch_log_group.a"
    bodies = found.facet(FacetName.BODIES_KEPT_OUT)
    assert bodies is not None
    assert known_value(bodies.holds) is False


@pytest.mark.parametrize("text", ["unknown(var.definition)", "'no json'", "'{}'", "'{\"States\": []}'"])
def test_a_definition_that_cannot_be_read_leaves_a_doubt(text: str) -> None:
    found = workflow(text)
    assert found.steps == ()
    assert isinstance(found.doubt, Unknown)


@pytest.mark.parametrize(
    ("resource", "waits"),
    [
        ("arn:aws:states:::lambda:invoke", Waiting.ANSWER),
        ("arn:aws-cn:states:::sqs:sendMessage", Waiting.ANSWER),
        ("arn:aws:states:::aws-sdk:ecs:runTask", Waiting.ANSWER),
        ("arn:aws:states:::sqs:sendMessage.waitForTaskToken", Waiting.CALLBACK),
        ("arn:aws:states:::aws-sdk:sfn:startExecution.waitForTaskToken", Waiting.CALLBACK),
        ("arn:aws:states:eu-west-1:1:activity:pack", Waiting.CALLBACK),
        ("arn:aws:states:::ecs:runTask.sync", Waiting.JOB),
        ("arn:aws:states:::glue:startJobRun.sync", Waiting.LIMITED_JOB),
        ("arn:aws:states:::states:startExecution.sync:2", Waiting.WORKFLOW),
        ("arn:aws:lambda:eu-west-1:1:function:pay", Waiting.ANSWER),
        ("ref(aws_lambda_function.pay.arn)", Waiting.ANSWER),
        ("ref(aws_sfn_activity.pack.id)", Waiting.CALLBACK),
        ("unknown(var.resource)", None),
    ],
)
def test_for_what_a_step_waits(resource: str, waits: Waiting | None) -> None:
    others = "aws_lambda_function.pay: {}\naws_sfn_activity.pack: {}\n"
    text = f"{{States: {{Pay: {{Type: Task, Resource: '{resource}'}}}}}}"
    (found,) = workflow(text, others=others).steps
    assert known_value(found.waits) is waits


@pytest.mark.parametrize(
    ("given", "called"),
    [
        ({"Parameters": {"FunctionName": "arn:aws:lambda:eu-west-1:1:function:pay:live"}}, "pay"),
        ({"Arguments": {"TaskDefinition": "pack", "Cluster": "c"}}, "pack"),
        ({"Parameters": {"QueueUrl": "ref(aws_sqs_queue.jobs.url)"}}, "aws_sqs_queue.jobs"),
        ({"Parameters": {"FunctionName.$": "$.function"}}, None),
    ],
)
def test_whom_a_step_calls(given: dict[str, object], called: str | None) -> None:
    text = json.dumps({"States": {"Pay": {"Type": "Task", "Resource": "arn:aws:states:::a:b", **given}}})
    (found,) = workflow(text, others="aws_sqs_queue.jobs: {}\n").steps
    assert known_value(found.calls) == called


def test_a_step_that_names_nothing_calls_nothing_of_its_own() -> None:
    assert isinstance(step({"Resource": "arn:aws:states:::events:putEvents"}).calls, Absent)


def test_limits_and_rules_of_a_step() -> None:
    found = step(
        {
            "Resource": "arn:aws:states:::lambda:invoke",
            "TimeoutSeconds": 30,
            "HeartbeatSecondsPath": "$.beat",
            "Retry": [{"ErrorEquals": ["A", "B"]}, {"ErrorEquals": ["C"], "MaxAttempts": 0}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "X"}],
        }
    )
    assert (known_value(found.retries), known_value(found.catches)) == (("A", "B", "C"), ("States.ALL",))
    assert known_value(found.timeout) == 30
    assert isinstance(found.heartbeat, Unknown)


def test_nothing_written_is_no_rule_and_no_limit() -> None:
    found = step({"Resource": "arn:aws:states:::lambda:invoke"})
    assert (known_value(found.retries), known_value(found.catches)) == ((), ())
    assert isinstance(found.timeout, Absent)
    assert isinstance(found.heartbeat, Absent)


def test_rules_that_cannot_be_told() -> None:
    (found,) = workflow("{States: {Pay: {Type: Task, Resource: x, Retry: unknown(var.retry)}}}").steps
    assert isinstance(found.retries, Unknown)


def test_steps_within_branches_and_loops_are_found() -> None:
    inner = {"States": {"In": {"Type": "Task", "Resource": "x"}}}
    text = json.dumps(
        {
            "States": {
                "Both": {"Type": "Parallel", "Branches": [inner, inner]},
                "Each": {"Type": "Map", "ItemProcessor": inner},
                "Old": {"Type": "Map", "Iterator": inner},
                "Wait": {"Type": "Wait", "Seconds": 5},
            }
        }
    )
    assert [each.name for each in workflow(text).steps] == ["In"] * 4


def test_a_step_stands_where_its_name_is_written() -> None:
    text = "\n    States:\n      Pay: {Type: Task, Resource: x}\n"
    (found,) = workflow(text).steps
    assert start(found.at) == (4, 7)
