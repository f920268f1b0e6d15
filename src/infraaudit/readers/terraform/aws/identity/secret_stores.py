"""Lifts the secrets of Secrets Manager, and the secrets and settings of Parameter Store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, SecretManager, StoredSecret, StoredSetting, Unknown, known_value
from infraaudit.readers.terraform.aws.defaults import integer_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, may_be_present
from infraaudit.readers.terraform.lifting.pointing import address_of, last_segment, mentioned
from infraaudit.readers.terraform.lifting.setting_secrecy import secrecy_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from infraaudit.model import Maybe, Node
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_SECRET = "aws_secretsmanager_secret"  # noqa: S105 - the type of a resource
_VERSION = "aws_secretsmanager_secret_version"
_ROTATION = "aws_secretsmanager_secret_rotation"
_PARAMETER = "aws_ssm_parameter"
_ENCRYPTED = "SecureString"
_VALUES = ("secret_string", "secret_string_wo", "secret_binary")
_MADE_UP = ("random_password", "random_string")
_MASTERS: Mapping[str, tuple[str, ...]] = {
    "aws_db_instance": ("password", "password_wo"),
    "aws_rds_cluster": ("master_password", "master_password_wo"),
    "aws_docdb_cluster": ("master_password", "master_password_wo"),
    "aws_redshift_cluster": ("master_password", "master_password_wo"),
}
"""The argument of a store that takes the password of its master."""


# -- Secrets Manager --------------------------------------------------------------------------------------------


def lift_secrets(resources: Resources) -> Iterator[StoredSecret]:
    """Lift the secrets of both stores. A parameter in plain text is a setting."""
    admitting = {
        secret.address
        for policy in resources.of_type("aws_secretsmanager_secret_policy")
        for secret in mentioned(resources, argument(policy, "secret_arn"), _SECRET)
    }
    masters = _masters(resources)
    for resource in resources.of_type(_SECRET):
        sources = _sources(resource, resources)
        yield StoredSecret(
            **resource.head,
            manager=SecretManager.SECRETS_MANAGER,
            path=argument(resource, "name").string(),
            admits=resource.address in admitting or may_be_present(argument(resource, "policy")),
            deletion_window=integer_or_default(
                argument(resource, "recovery_window_in_days"), f"{_SECRET}.recovery_window_in_days"
            ),
            rotation=_rotation(resource, resources),
            sources=sources,
            opens=tuple(dict.fromkeys(store for source in sources for store in masters.get(source, ()))),
        )
    for resource in resources.of_type(_PARAMETER):
        if argument(resource, "type").content == _ENCRYPTED:
            yield StoredSecret(
                **resource.head,
                manager=SecretManager.PARAMETER_STORE,
                path=argument(resource, "name").string(),
                sources=_addresses(resources, argument(resource, "value"), argument(resource, "value_wo")),
            )


def _about(secret: Resource, resources: Resources, type_: str) -> tuple[Resource, ...]:
    """Return the resources of a type that name a secret, by reference or by its literal name."""
    name = argument(secret, "name").content
    return tuple(
        each
        for each in resources.of_type(type_)
        if secret in mentioned(resources, node := argument(each, "secret_id"))
        or (isinstance(node.content, str) and isinstance(name, str) and last_segment(node.content) == name)
    )


def _sources(secret: Resource, resources: Resources) -> tuple[str, ...]:
    versions = _about(secret, resources, _VERSION)
    return _addresses(resources, *(argument(each, name) for each in versions for name in _VALUES))


def _addresses(resources: Resources, *nodes: Node) -> tuple[str, ...]:
    """Return what values are taken from, also where they are known by now."""
    found: list[str] = []
    for node in nodes:
        structure = node.structure
        mentions = node.mentions if structure is None else (*node.mentions, *structure.mentions)
        found.extend(address_of(resources, each) for each in mentions)
    return tuple(dict.fromkeys(found))


def _masters(resources: Resources) -> Mapping[str, Sequence[str]]:
    """Return the stores whose master has a password that something else makes up, by the address of that."""
    masters: dict[str, list[str]] = {}
    for type_, names in _MASTERS.items():
        for store in resources.of_type(type_):
            for name in names:
                for source in mentioned(resources, argument(store, name), *_MADE_UP):
                    masters.setdefault(source.address, []).append(store.address)
    return masters


def _rotation(secret: Resource, resources: Resources) -> Maybe[int]:
    """Return after how many days a secret is changed: by its rotation, or by one that it says itself."""
    inline = argument(secret, "rotation_rules")
    if may_be_present(inline):
        return _days(secret)
    for rotation in _about(secret, resources, _ROTATION):
        return _days(rotation)
    for rotation in resources.of_type(_ROTATION):
        node = argument(rotation, "secret_id")
        if node.is_unknown and not node.mentions:
            return Unknown(f"what {rotation.address} rotates cannot be told", node.at)
    maybe = next((each for each in resources.perhaps if each.type == _ROTATION), None)
    return Absent(secret.at) if maybe is None else Unknown(f"whether {maybe.address} is made cannot be told", maybe.at)


def _days(holder: Resource) -> Maybe[int]:
    days = argument(holder, "rotation_rules.automatically_after_days").integer()
    if not isinstance(days, Absent):
        return days
    schedule = argument(holder, "rotation_rules.schedule_expression").string()
    text = known_value(schedule)
    if text is not None and text.startswith("rate(") and "day" in text:
        number = text.removeprefix("rate(").partition(" ")[0]
        if number.isdigit():
            return Known(int(number), schedule.at)
    return Unknown("how often its schedule comes round cannot be told", schedule.at)


# -- settings ----------------------------------------------------------------------------------------------------


def lift_settings(resources: Resources) -> Iterator[StoredSetting]:
    """Lift the parameters that are not surely encrypted."""
    for resource in resources.of_type(_PARAMETER):
        if argument(resource, "type").content != _ENCRYPTED:
            type_ = argument(resource, "type").string()
            yield StoredSetting(
                **resource.head,
                path=argument(resource, "name").string(),
                encrypted=Unknown("no type is written", type_.at)
                if isinstance(type_, Absent)
                else type_.map(_is_encrypted),
                secrecy=secrecy_of(argument(resource, "value"), argument(resource, "name"), resources, resource.at),
            )


def _is_encrypted(type_: str) -> bool:
    return type_ == _ENCRYPTED
