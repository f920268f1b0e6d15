from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Datastore, FirewallRule, Known, Queue, Service, Unknown, Workload, known_value
from infraaudit.readers.terraform.reader import read
from infraaudit.source.file import find_files
from tests.unit.readers.terraform.aws.builder import start

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.model import Entity

STACK = """\
variable "tag" {}

resource "aws_ecs_task_definition" "web" {
  family = "shop-web"
  container_definitions = jsonencode([
    {
      name       = "web"
      image      = "shop/web:${var.tag}"
      command    = ["gunicorn", "-w", "4", "app:app"]
      privileged = true
    },
  ])
}

resource "aws_ecs_service" "web" {
  task_definition = aws_ecs_task_definition.web.arn
  desired_count   = 1
  load_balancer {
    target_group_arn = aws_lb_target_group.web[0].arn
    container_name   = "web"
    container_port   = 8000
  }
}

resource "aws_lb_target_group" "web" {
  count = 1
  port  = 80
}

resource "aws_sqs_queue" "jobs" {
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.failed.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "failed" {}

resource "aws_security_group" "db" {
  dynamic "ingress" {
    for_each = var.ports
    content {
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = ["0.0.0.0/0"]
    }
  }
}

resource "aws_db_instance" "main" {
  engine                 = "postgres"
  vpc_security_group_ids = [aws_security_group.db.id]
  storage_encrypted      = false
}
"""


def entities(folder: Path) -> dict[str, Entity]:
    (folder / "main.tf").write_text(STACK)
    return {each.address: each for each in read(find_files(folder)).entities}


def test_containers_keep_the_places_of_what_was_encoded(tmp_path: Path) -> None:
    web = entities(tmp_path)["aws_ecs_service.web"]
    assert isinstance(web, Workload)
    container = web.containers[0]
    assert isinstance(container.image, Unknown)
    assert "var.tag" in container.image.why
    assert isinstance(container.privileged, Known)
    assert start(container.privileged.at) == (10, 20)
    assert isinstance(container.command, Known)
    assert start(container.command.at) == (9, 20)
    assert known_value(web.targets[0].service) == "aws_lb_target_group.web"


def test_a_counted_target_group_leads_to_the_registered_port(tmp_path: Path) -> None:
    group = entities(tmp_path)["aws_lb_target_group.web"]
    assert isinstance(group, Service)
    assert (known_value(group.ports[0].target), start(group.ports[0].number.at)) == ("8000", (27, 11))


def test_an_encoded_redrive_policy_names_its_queue(tmp_path: Path) -> None:
    found = entities(tmp_path)
    jobs, failed = found["aws_sqs_queue.jobs"], found["aws_sqs_queue.failed"]
    assert isinstance(jobs, Queue)
    assert isinstance(failed, Queue)
    assert known_value(jobs.dead_letter) == "aws_sqs_queue.failed"
    assert start(jobs.max_receive.at) == (33, 27)
    assert failed.is_dead_letter


def test_a_dynamic_block_over_the_unknown_is_an_unknown_rule(tmp_path: Path) -> None:
    rule = entities(tmp_path)["aws_security_group.db/ingress/unknown"]
    assert isinstance(rule, FirewallRule)
    assert isinstance(rule.from_port, Unknown)


def test_values_stand_where_they_were_written_and_absences_at_the_head(tmp_path: Path) -> None:
    store = entities(tmp_path)["aws_db_instance.main"]
    assert isinstance(store, Datastore)
    encrypted, kept, *_ = store.facets
    assert (start(encrypted.holds.at), start(kept.holds.at)) == ((54, 28), (51, 1))
    assert store.firewalls == ("aws_security_group.db",)
