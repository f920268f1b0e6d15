"""Tests of what lists of a network take from the weight of a rule: only what they surely refuse before it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from infraaudit.audit import Settings, audit
from infraaudit.policy import Severity

if TYPE_CHECKING:
    from pathlib import Path

MACHINE = """
resource "aws_subnet" "app" {
  vpc_id = "vpc-1"
}

resource "aws_security_group" "app" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_instance" "app" {
  associate_public_ip_address = true
  subnet_id                   = aws_subnet.app.id
  vpc_security_group_ids      = [aws_security_group.app.id]
}

variable "from" {}

resource "aws_network_acl" "app" {
  subnet_ids = [aws_subnet.app.id]
  ENTRIES
}
"""
DENY = 'ingress { rule_no=10, action="deny", protocol="tcp", from_port=22, to_port=22, cidr_block="0.0.0.0/0" }'
ALLOW = 'ingress { rule_no=NUMBER, action="allow", protocol="-1", from_port=0, to_port=0, cidr_block="0.0.0.0/0" }'


def block(written: str) -> str:
    return written.replace("{ ", "{\n").replace(", ", "\n").replace(" }", "\n}")


@pytest.mark.parametrize(
    ("entries", "severity"),
    [
        ((DENY, ALLOW.replace("NUMBER", "20")), Severity.LOW),
        ((DENY, ALLOW.replace("NUMBER", "5")), Severity.HIGH),
        ((ALLOW.replace("NUMBER", "20"),), Severity.HIGH),
        ((DENY.replace("from_port=22", "from_port=var.from"), ALLOW.replace("NUMBER", "20")), Severity.HIGH),
        ((DENY.replace("0.0.0.0/0", "10.0.0.0/8"), ALLOW.replace("NUMBER", "20")), Severity.HIGH),
        ((ALLOW.replace("NUMBER", "20").replace("0.0.0.0/0", "10.0.0.0/8"),), Severity.LOW),
        ((), Severity.LOW),
    ],
)
def test_a_list_refuses_only_what_its_first_entry_refuses(
    tmp_path: Path, entries: tuple[str, ...], severity: Severity
) -> None:
    text = MACHINE.replace("ENTRIES", "\n".join(block(each) for each in entries))
    (tmp_path / "main.tf").write_text(text)
    (found,) = audit(tmp_path, Settings(today=date(2026, 8, 1), select=("networking/world-open-admin-port",))).findings
    assert found.severity is severity
