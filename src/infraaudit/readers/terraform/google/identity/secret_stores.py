"""Lifts the secrets of Secret Manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import SecretManager, StoredSecret
from infraaudit.readers.terraform.lifting.arguments import argument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.readers.terraform.configuration.resource import Resources

_SECRETS = ("google_secret_manager_secret", "google_secret_manager_regional_secret")


def lift_secrets(resources: Resources) -> Iterator[StoredSecret]:
    """Lift the secrets. Who may read them is told by what is granted."""
    for resource in resources.of_type(*_SECRETS):
        yield StoredSecret(**resource.head, manager=SecretManager.GOOGLE, path=argument(resource, "secret_id").string())
