"""Lifts what guards a whole account of AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Guardrail, GuardrailKind, Known, Unknown, default
from infraaudit.readers.terraform.aws.defaults import boolean_or_default
from infraaudit.readers.terraform.lifting.arguments import argument
from infraaudit.readers.terraform.lifting.companions import companions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_RECORDER = "aws_config_configuration_recorder"
_BLOCKS = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")


def lift_guardrails(resources: Resources) -> Iterator[Guardrail]:
    """Lift the detectors, recorders and defaults of an account."""
    for type_, kind in _KINDS.items():
        for resource in resources.of_type(type_):
            yield Guardrail(**resource.head, guards=kind, enabled=_READINGS.get(type_, _by_being)(resource, resources))


def _by_being(resource: Resource, _: Resources) -> Value[bool]:
    return default(value=True, at=resource.at, fact="it is in force where it exists")


def _detector(resource: Resource, _: Resources) -> Value[bool]:
    return boolean_or_default(argument(resource, "enable"), "aws_guardduty_detector.enable")


def _disks(resource: Resource, _: Resources) -> Value[bool]:
    return boolean_or_default(argument(resource, "enabled"), "aws_ebs_encryption_by_default.enabled")


def _recorder(resource: Resource, resources: Resources) -> Value[bool]:
    """Return whether a recorder records: a resource of its own starts it."""
    found, doubt = companions(resource, resources, f"{_RECORDER}_status", "name", "name")
    for each in found:
        written = argument(each, "is_enabled").boolean()
        if isinstance(written, Known | Unknown):
            return written
    return doubt or default(value=False, at=resource.at, fact=f"no {_RECORDER}_status starts it")


def _buckets(resource: Resource, _: Resources) -> Value[bool]:
    """Return whether all four ways of being public are closed; each is open where nothing is written."""
    words = "each way is open unless it is closed"
    values = [argument(resource, name).boolean_or(fallback=False, fact=words) for name in _BLOCKS]
    off = next((each for each in values if isinstance(each, Known) and not each.value), None)
    unknown = next((each for each in values if isinstance(each, Unknown)), None)
    return off or unknown or values[0]


def _metadata(resource: Resource, _: Resources) -> Value[bool]:
    tokens = argument(resource, "http_tokens").string()
    if isinstance(tokens, Known | Unknown):
        return tokens.map(_is_required)
    return default(value=False, at=tokens.at, fact="tokens are not asked for unless it is written")


def _is_required(tokens: str) -> bool:
    return tokens == "required"


_KINDS: Mapping[str, GuardrailKind] = {
    "aws_guardduty_detector": GuardrailKind.THREATS,
    _RECORDER: GuardrailKind.CHANGES,
    "aws_securityhub_account": GuardrailKind.FINDINGS,
    "aws_accessanalyzer_analyzer": GuardrailKind.ACCESS,
    "aws_ebs_encryption_by_default": GuardrailKind.DISKS,
    "aws_s3_account_public_access_block": GuardrailKind.BUCKETS,
    "aws_ec2_instance_metadata_defaults": GuardrailKind.METADATA,
    "aws_iam_account_password_policy": GuardrailKind.PASSWORDS,
}
_READINGS: Mapping[str, Callable[[Resource, Resources], Value[bool]]] = {
    "aws_guardduty_detector": _detector,
    _RECORDER: _recorder,
    "aws_ebs_encryption_by_default": _disks,
    "aws_s3_account_public_access_block": _buckets,
    "aws_ec2_instance_metadata_defaults": _metadata,
}
"""How it is told whether a guard is in force, for those that may be there and do nothing."""
