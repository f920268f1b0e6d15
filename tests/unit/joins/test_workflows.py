from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from infraaudit.audit import Settings, audit
from infraaudit.model import EdgeKind, Workflow

if TYPE_CHECKING:
    from pathlib import Path

MAIN = """
resource "aws_lambda_function" "price" {
  function_name = "price"
}

resource "aws_sqs_queue" "approvals" {
  name = "approvals"
}

resource "aws_sfn_state_machine" "orders" {
  definition = jsonencode({ States = {
    Price   = { Type = "Task", Resource = "arn:aws:states:::lambda:invoke", Parameters = { FunctionName = "price" } }
    Approve = {
      Type       = "Task"
      Resource   = "arn:aws:states:::sqs:sendMessage"
      Parameters = { QueueUrl = aws_sqs_queue.approvals.url }
    }
    Other = { Type = "Task", Resource = "arn:aws:states:::lambda:invoke", Parameters = { FunctionName = "elsewhere" } }
  } })
}
"""


def test_a_workflow_calls_what_its_steps_name_by_reference_or_by_name(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(MAIN)
    estate = audit(tmp_path, Settings(today=date(2026, 8, 1), packs=())).estate
    (workflow,) = estate.of(Workflow)
    called = {edge.target.address for edge in estate.edges_from(workflow, EdgeKind.CALLS)}
    assert called == {"aws_lambda_function.price", "aws_sqs_queue.approvals"}
