"""Lifts the secrets of Secrets Manager, and the secrets and settings of Parameter Store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.facts.secrets import is_secret_name
from infraaudit.model import Absent, Known, SecretManager, StoredSecret, StoredSetting, Unknown, known_value
from infraaudit.readers.terraform.aws.defaults import integer_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, is_present, may_be_present
from infraaudit.readers.terraform.lifting.pointing import address_of, last_segment, mentioned, reference_of, resolve

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

_NAMING = frozenset({"arn", "id", "name", "key_id", "kms_key_id", "url", "endpoint"})
"""Attributes by which something is named, and no secret is read."""


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
                secrecy=_secrecy(resource, resources),
            )


def _is_encrypted(type_: str) -> bool:
    return type_ == _ENCRYPTED


def _secrecy(resource: Resource, resources: Resources) -> Maybe[str]:
    """Return what tells that a parameter is a secret: where its value comes from, else its name.

    A name tells nothing of a value that only names something, nor of one that is written as no secret on purpose.
    """
    value = argument(resource, "value")
    rows = table("state_secrets")
    for each in (value, *value.each(), *(child for _, child in value.items())):
        reference = reference_of(each)
        source = None if reference is None else resolve(resources, reference.target)
        row = None if source is None else rows.get(source.type)
        if reference is not None and row is not None and row.get("made") == reference.attribute:
            return Known(f"it is the {reference.attribute} of {address_of(resources, reference.target)}", each.at)
    name = argument(resource, "name").string()
    if isinstance(name, Unknown):
        return Unknown(f"its name cannot be told: {name.why}", name.at)
    if isinstance(name, Absent) or not is_secret_name(name.value.rsplit("/", 1)[-1]) or _names_only(value):
        return Absent(resource.at)
    return Known(f"it is called {name.value}", name.at)


def _names_only(value: Node) -> bool:
    """Whether a value names something (an ARN, an address), is a switch or number, or is meant to be shown."""
    reference = reference_of(value)
    if reference is not None:
        return reference.attribute.rpartition(".")[2] in _NAMING
    if value.is_absent:
        return True
    text = known_value(value.string())
    if text is None:
        return not is_present(value) and bool(value.mentions)
    return text.startswith(("arn:", "http://", "https://")) or text.isdigit() or text.lower() in {"true", "false", ""}
