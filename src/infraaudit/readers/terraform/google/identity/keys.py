"""Lifts the keys of Cloud KMS, with what names them as its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, EncryptionKey, Known, Unknown
from infraaudit.readers.terraform.google.defaults import duration, string_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, is_true, literals
from infraaudit.readers.terraform.lifting.key_users import users_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_KEY = "google_kms_crypto_key"
_SYMMETRIC = "ENCRYPT_DECRYPT"
_DAY = 86_400


def lift_keys(resources: Resources) -> Iterator[EncryptionKey]:
    """Lift ``google_kms_crypto_key``."""
    for resource in resources.of_type(_KEY):
        yield EncryptionKey(
            **resource.head,
            enabled=Known(value=True, at=resource.at),
            rotated=_rotated(resource),
            deletion_window=_window(resource),
            guarded=Known(is_true(argument(resource, "lifecycle.prevent_destroy")), resource.at),
            users=users_of(resource, resources, but=("google_kms_",)),
            identifiers=literals(argument(resource, "name").string()),
        )


def _rotated(resource: Resource) -> Maybe[bool]:
    """Return whether Google makes new material for a key; it does so for symmetric keys alone."""
    purpose = string_or_default(argument(resource, "purpose"), f"{_KEY}.purpose")
    if isinstance(purpose, Unknown):
        return Unknown(purpose.why, purpose.at)
    if purpose.value != _SYMMETRIC:
        return Absent(purpose.at)
    period = argument(resource, "rotation_period")
    if period.is_unknown:
        return Unknown("whether a period of rotation is written cannot be told", period.at)
    return Known(not period.is_absent, period.at)


def _window(resource: Resource) -> Value[int]:
    written = argument(resource, "destroy_scheduled_duration").value(duration, "a number of seconds")
    if isinstance(written, Absent):
        why = f"no destroy_scheduled_duration is written for {resource.address}, and its default has changed"
        return Unknown(why, written.at)
    return written.map(lambda seconds: seconds // _DAY)
