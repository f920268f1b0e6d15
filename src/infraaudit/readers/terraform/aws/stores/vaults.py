"""Lifts the vaults of AWS Backup with their locks and policies, and the plans by which copies are tested."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, BackupVault, Known, PrincipalKind, RestoreTest, Unknown
from infraaudit.readers.terraform.aws.compute.schedules import gap_of
from infraaudit.readers.terraform.aws.facets import facets_of
from infraaudit.readers.terraform.aws.identity.access_policies import statements_of
from infraaudit.readers.terraform.lifting.arguments import argument, is_present, literals
from infraaudit.readers.terraform.lifting.pointing import behind, mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Statement, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_LOCK = "aws_backup_vault_lock_configuration"
_POLICY = "aws_backup_vault_policy"
_TEST = "aws_backup_restore_testing_plan"
_SELECTION = "aws_backup_restore_testing_selection"
_DELETION = frozenset({"backup:deleterecoverypoint", "backup:delete*", "backup:*", "*"})


def lift_vaults(resources: Resources) -> Iterator[BackupVault]:
    """Lift ``aws_backup_vault``."""
    for resource in resources.of_type("aws_backup_vault"):
        locked, lasting = _locked(resource, resources)
        yield BackupVault(
            **resource.head,
            facets=facets_of(resource, resources),
            locked=locked,
            lasting=lasting,
            refuses=_refuses(resource, resources),
            identifiers=literals(argument(resource, "name").string()),
        )


def _about(vault: Resource, resources: Resources, type_: str) -> Resource | Unknown[bool] | None:
    """Return the resource of a type that names a vault, by reference or by its name."""
    name = argument(vault, "name").content
    for each in resources.of_type(type_):
        node = argument(each, "backup_vault_name")
        if vault in mentioned(resources, node) or (isinstance(name, str) and node.content == name):
            return each
        if node.is_unknown and not node.mentions:
            return Unknown(f"which vault {each.address} is for cannot be told", node.at)
    maybe = next((each for each in resources.perhaps if each.type == type_), None)
    return None if maybe is None else Unknown(f"whether {maybe.address} is made cannot be told", maybe.at)


def _locked(vault: Resource, resources: Resources) -> tuple[Maybe[bool], Value[bool] | None]:
    """Return whether a lock keeps the points of a vault, and whether nobody takes it off: days to think are counted."""
    lock = _about(vault, resources, _LOCK)
    if lock is None:
        return Absent(vault.at), None
    if isinstance(lock, Unknown):
        return lock, lock
    days = argument(lock, "changeable_for_days")
    unsure = days.is_unknown and not is_present(days)
    lasting: Value[bool] = (
        Unknown("whether the lock ever becomes final cannot be told", days.at)
        if unsure
        else Known(value=not days.is_absent, at=lock.at)
    )
    return Known(value=True, at=lock.at), lasting


def _refuses(vault: Resource, resources: Resources) -> Value[bool]:
    """Return whether the policy of a vault refuses everybody to delete a point of it."""
    policy = _about(vault, resources, _POLICY)
    if policy is None:
        return Known(value=False, at=vault.at)
    if isinstance(policy, Unknown):
        return policy
    node = argument(policy, "policy")
    statements, complete = statements_of(resources, node)
    refusing = next((each for each in statements if _denies_deletion(each)), None)
    if refusing is not None:
        return Known(value=True, at=refusing.at)
    if not complete or not all(each.complete for each in statements):
        return Unknown(f"what {policy.address} refuses cannot all be told", node.at)
    return Known(value=False, at=policy.at)


def _denies_deletion(statement: Statement) -> bool:
    actions = {action.value.lower() for action in statement.actions if isinstance(action, Known)}
    everybody = any(each.kind is PrincipalKind.EVERYBODY for each in statement.principals)
    return not statement.allows and everybody and not statement.all_but_actions and bool(actions & _DELETION)


def lift_restore_tests(resources: Resources) -> Iterator[RestoreTest]:
    """Lift ``aws_backup_restore_testing_plan`` with the kinds that its selections restore."""
    for resource in resources.of_type(_TEST):
        kinds = []
        complete = not any(each.type == _SELECTION for each in resources.perhaps)
        for selection in resources.of_type(_SELECTION):
            node = argument(selection, "restore_testing_plan_name")
            name = argument(resource, "name").content
            named = behind(resources, node, _TEST) == resource or (isinstance(name, str) and node.content == name)
            if named:
                kind = argument(selection, "protected_resource_type").string()
                kinds.append(Unknown("no type is written", kind.at) if isinstance(kind, Absent) else kind)
            complete = complete and (named or not node.is_unknown or bool(node.mentions))
        yield RestoreTest(
            **resource.head,
            interval=gap_of(argument(resource, "schedule_expression")),
            kinds=tuple(kinds),
            complete=complete,
        )
