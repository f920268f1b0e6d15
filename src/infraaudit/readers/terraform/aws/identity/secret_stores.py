"""Lifts the secrets of Secrets Manager and the parameters of Parameter Store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import SecretManager, StoredSecret
from infraaudit.readers.terraform.lifting.arguments import argument, may_be_present
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_SECRET = "aws_secretsmanager_secret"  # noqa: S105 - the type of a resource
_PARAMETER = "aws_ssm_parameter"
_ENCRYPTED = "SecureString"


def lift_secrets(resources: Resources) -> Iterator[StoredSecret]:
    """Lift the secrets of both stores. A parameter in plain text is no secret, and stays opaque."""
    admitting = {
        secret.address
        for policy in resources.of_type("aws_secretsmanager_secret_policy")
        for secret in mentioned(resources, argument(policy, "secret_arn"), _SECRET)
    }
    for resource in resources.of_type(_SECRET):
        admits = resource.address in admitting or may_be_present(argument(resource, "policy"))
        yield _secret(resource, SecretManager.SECRETS_MANAGER, admits=admits)
    for resource in resources.of_type(_PARAMETER):
        if argument(resource, "type").content == _ENCRYPTED:
            yield _secret(resource, SecretManager.PARAMETER_STORE)


def _secret(resource: Resource, manager: SecretManager, *, admits: bool = False) -> StoredSecret:
    return StoredSecret(
        address=resource.address,
        kind=resource.type,
        name=resource.name,
        at=resource.at,
        deployment=resource.deployment,
        manager=manager,
        path=argument(resource, "name").string(),
        admits=admits,
    )
