"""Lifts the secrets of Secret Manager, and who is granted a role on one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Permission, SecretManager, StoredSecret
from infraaudit.readers.terraform.google.identity.identities import members_of
from infraaudit.readers.terraform.lifting.arguments import argument
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.readers.terraform.configuration.resource import Resources

_SECRETS = ("google_secret_manager_secret", "google_secret_manager_regional_secret")
_GRANTS = tuple(f"{type_}_iam_{way}" for type_ in _SECRETS for way in ("member", "binding"))
_POLICIES = tuple(f"{type_}_iam_policy" for type_ in _SECRETS)


def lift_secrets(resources: Resources) -> Iterator[StoredSecret]:
    """Lift the secrets. A whole policy of one says who may read it in a way that is not read."""
    admitting = {
        secret.address
        for policy in resources.of_type(*_POLICIES)
        for secret in mentioned(resources, argument(policy, "secret_id"), *_SECRETS)
    }
    for resource in resources.of_type(*_SECRETS):
        yield StoredSecret(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            manager=SecretManager.GOOGLE,
            path=argument(resource, "secret_id").string(),
            admits=resource.address in admitting,
        )


def lift_secret_grants(resources: Resources) -> Iterator[Permission]:
    """Lift the roles that are granted on single secrets; ``objects`` is the secret, or empty where it is not told."""
    for resource in resources.of_type(*_GRANTS):
        secrets = mentioned(resources, argument(resource, "secret_id"), *_SECRETS)
        holders, complete = members_of(resources, resource)
        role = argument(resource, "role").string()
        yield Permission(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            holders=holders,
            holders_complete=complete,
            granted=Absent(resource.at) if isinstance(role, Absent) else role,
            objects=tuple(each.address for each in secrets) or (str(argument(resource, "secret_id").content),),
        )
