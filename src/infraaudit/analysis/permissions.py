"""What an identity is permitted to read, by everything in the scan that permits or forbids it something."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from infraaudit.analysis.grants import held_by, matches_any, names_action, unseen, weighed
from infraaudit.facts import table
from infraaudit.model import Known, Permission, SecretManager, StoredSecret, Unknown, known_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Estate, Identity, Statement, Value

_ACTIONS = {
    SecretManager.SECRETS_MANAGER: "secretsmanager:getsecretvalue",
    SecretManager.PARAMETER_STORE: "ssm:getparameters",
    SecretManager.GOOGLE: "secretmanager.versions.access",
    SecretManager.KEY_VAULT: "keyvault.secrets.get",
}
"""What the platform asks for when it fetches a secret of each manager."""

_ARN_PARTS = 6
_SUFFIX = "-AbCdEf"
"""What Secrets Manager puts behind a name to make an ARN of it: a hyphen and six characters."""

_OWN_ROLE = "roles/"
_WHOLE_STORE = frozenset({"*", "secret:*", "parameter/*"})


def may_read(identity: Identity, secret: StoredSecret, estate: Estate) -> Value[bool]:
    """Return whether an identity may read a secret: unknown where something may permit it that cannot be told."""
    answers = (answer for permission in held_by(identity, estate) for answer in _answers(permission, secret, estate))
    return weighed(answers, identity, _unseen(identity, secret, estate))


def touches(identity: Identity, secret: StoredSecret, estate: Estate) -> bool:
    """Whether anything that an identity is permitted reaches a secret, or may reach it."""
    return any(
        statement.allows and _covers(statement, secret, estate) is not False
        for permission in held_by(identity, estate)
        for statement in permission.statements
        if _is_of_manager(statement, secret)
    )


def _unseen(identity: Identity, secret: StoredSecret, estate: Estate) -> Unknown[bool] | None:
    """Return why more may be permitted than the scan shows."""
    if secret.admits:
        return Unknown(f"a policy of {secret} itself may admit {identity}", secret.at)
    doubt = unseen(identity, estate)
    if doubt is not None:
        return doubt
    for permission in estate.in_deployment(identity, Permission):
        unsure = not permission.holders_complete or "" in permission.holders
        if unsure and _is_about(permission, secret) is not False:
            return Unknown(f"whom {permission} is given to cannot be told", permission.at)
    return None


def _answers(permission: Permission, secret: StoredSecret, estate: Estate) -> Iterator[Value[bool]]:
    """Yield true for each thing that permits the reading, false for one that forbids it, unknown for what may do so."""
    action = _ACTIONS[secret.manager]
    granted = permission.granted
    if isinstance(granted, Unknown):
        yield Unknown(granted.why, granted.at)
    elif isinstance(granted, Known):
        yield from _limited(_of_role(granted, action), permission, secret)
        return
    yield from _limited(_of_statements(permission, secret, estate), permission, secret)


def _limited(answers: Iterator[Value[bool]], permission: Permission, secret: StoredSecret) -> Iterator[Value[bool]]:
    """Yield the answers of a permission as far as it is about a secret."""
    about = _is_about(permission, secret)
    if about:
        yield from answers
    elif about is None and any(True for _ in answers):
        yield Unknown(f"what {permission} is limited to cannot be told", permission.at)


def _is_about(permission: Permission, secret: StoredSecret) -> bool | None:
    """Return whether a permission reaches a secret, ``None`` where what it is limited to cannot be told."""
    if not permission.objects or {secret.address, known_value(secret.path)} & set(permission.objects):
        return True
    return None if "" in permission.objects else False


def _of_statements(permission: Permission, secret: StoredSecret, estate: Estate) -> Iterator[Value[bool]]:
    action = _ACTIONS[secret.manager]
    if not permission.statements_complete:
        yield Unknown(f"some statements of {permission} cannot be told", permission.at)
    for statement in permission.statements:
        acts, reaches = names_action(statement, action), _covers(statement, secret, estate)
        if acts is False or reaches is False:
            continue
        if acts is None or reaches is None or statement.conditions or not statement.complete:
            yield Unknown(f"whether a statement of {permission} is about {secret} cannot be told", statement.at)
        else:
            yield Known(value=statement.allows, at=statement.at)


def _of_role(granted: Known[str], action: str) -> Iterator[Value[bool]]:
    row = table("secret_access").get(granted.value)
    if row is not None:
        if matches_any(action, tuple(str(each) for each in row["actions"])):
            yield Known(value=True, at=granted.at)
    elif not granted.value.startswith(_OWN_ROLE):
        yield Unknown(f"what {granted.value} permits is not among the facts", granted.at)


def _is_of_manager(statement: Statement, secret: StoredSecret) -> bool:
    """Whether a statement may be about an action of a secret's manager, whichever it is."""
    service = _ACTIONS[secret.manager].partition(":")[0]
    return any(
        isinstance(each, Unknown) or fnmatchcase(f"{service}:any", each.value.lower().partition(":")[0] + ":any")
        for each in statement.actions
    )


def _covers(statement: Statement, secret: StoredSecret, estate: Estate) -> bool | None:
    """Return whether a statement reaches a secret, ``None`` where that cannot be told."""
    answers = [_means(each, secret, estate) for each in statement.resources]
    reached = True if True in answers else None if None in answers else False
    return (None if reached is None else not reached) if statement.all_but_resources else reached


def _means(resource: Value[str], secret: StoredSecret, estate: Estate) -> bool | None:
    if isinstance(resource, Unknown):
        if secret.address in resource.mentions:
            return True
        others = [estate.beside(secret, each, StoredSecret) for each in resource.mentions]
        return False if others and None not in others else None
    if resource.value == "*":
        return True
    parts = resource.value.split(":", _ARN_PARTS - 1)
    return _is_named(parts, secret) if len(parts) == _ARN_PARTS else None


def _is_named(parts: list[str], secret: StoredSecret) -> bool | None:
    """Return whether an ARN with wildcards is that of a secret, as far as its name is known."""
    service, tail = parts[2], parts[-1]
    if not fnmatchcase(_ACTIONS[secret.manager].partition(":")[0], service):
        return False
    path = known_value(secret.path)
    if path is None:
        return True if tail in _WHOLE_STORE else None
    if secret.manager is SecretManager.PARAMETER_STORE:
        return fnmatchcase(f"parameter/{path.lstrip('/')}", tail)
    return fnmatchcase(f"secret:{path}{_SUFFIX}", tail) or tail == f"secret:{path}"
