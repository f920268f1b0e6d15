from __future__ import annotations

import pytest

from infraaudit.model import Guardrail, GuardrailKind, known_value
from tests.unit.readers.terraform.aws.builder import only

CLOSED = "block_public_acls: true, block_public_policy: true, ignore_public_acls: true"
STARTED = """\
aws_config_configuration_recorder.a: {name: main}
aws_config_configuration_recorder_status.s: {name: main, is_enabled: true}
"""


@pytest.mark.parametrize(
    ("text", "guards", "enabled"),
    [
        ("aws_guardduty_detector.a: {}", GuardrailKind.THREATS, True),
        ("aws_guardduty_detector.a: {enable: false}", GuardrailKind.THREATS, False),
        ("aws_guardduty_detector.a: {enable: unknown(var.x)}", GuardrailKind.THREATS, None),
        ("aws_config_configuration_recorder.a: {name: main}", GuardrailKind.CHANGES, False),
        (STARTED, GuardrailKind.CHANGES, True),
        ("aws_securityhub_account.a: {}", GuardrailKind.FINDINGS, True),
        (f"aws_s3_account_public_access_block.a: {{{CLOSED}}}", GuardrailKind.BUCKETS, False),
        (
            f"aws_s3_account_public_access_block.a: {{{CLOSED}, restrict_public_buckets: true}}",
            GuardrailKind.BUCKETS,
            True,
        ),
        ("aws_ec2_instance_metadata_defaults.a: {http_tokens: required}", GuardrailKind.METADATA, True),
        ("aws_ec2_instance_metadata_defaults.a: {}", GuardrailKind.METADATA, False),
    ],
)
def test_what_guards_an_account_and_whether_it_is_in_force(
    text: str, guards: GuardrailKind, *, enabled: bool | None
) -> None:
    found = only(f"{text}\n", Guardrail)
    assert found.guards is guards
    assert known_value(found.enabled) is enabled
