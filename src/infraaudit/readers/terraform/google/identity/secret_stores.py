"""Lifts the secrets of Secret Manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import SecretManager, StoredSecret
from infraaudit.readers.terraform.google.defaults import duration
from infraaudit.readers.terraform.lifting.arguments import argument
from infraaudit.readers.terraform.lifting.pointing import means, mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_DAY = 86_400
_VERSIONS = ("google_secret_manager_secret_version", "google_secret_manager_regional_secret_version")
_DATA = ("secret_data", "secret_data_wo")
_SECRETS = ("google_secret_manager_secret", "google_secret_manager_regional_secret")


def lift_secrets(resources: Resources) -> Iterator[StoredSecret]:
    """Lift the secrets. Who may read them is told by what is granted."""
    for resource in resources.of_type(*_SECRETS):
        yield StoredSecret(
            **resource.head,
            manager=SecretManager.GOOGLE,
            path=argument(resource, "secret_id").string(),
            rotation=_rotation(resource),
            sources=tuple(_sources(resource, resources)),
        )


def _rotation(secret: Resource) -> Maybe[int]:
    """Return after how many days somebody is told to change a secret."""
    period = argument(secret, "rotation.rotation_period").value(duration, "a number of seconds")
    return period.map(_in_days)


def _in_days(seconds: int) -> int:
    return seconds // _DAY


def _sources(secret: Resource, resources: Resources) -> Iterator[str]:
    """Yield what the value of a secret is taken from, as a version of it names it; the value is not looked at."""
    for version in resources.of_type(*_VERSIONS):
        if means(resources, argument(version, "secret"), secret, "secret_id"):
            for name in _DATA:
                yield from (each.address for each in mentioned(resources, argument(version, name)))
