"""Lifts the storage accounts of Azure with their containers: what is left of a blob, and who may read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import (
    Absent,
    DataClass,
    Datastore,
    Expiration,
    FacetName,
    Known,
    ObjectStore,
    PublicAccess,
    Unknown,
    default,
)
from infraaudit.readers.terraform.azure.defaults import TABLE, boolean_or_default, string_or_default
from infraaudit.readers.terraform.azure.facets import facets_of
from infraaudit.readers.terraform.lifting.arguments import (
    argument,
    blocks,
    first,
    is_present,
    is_true,
    literals,
    may_be_present,
    reason,
)
from infraaudit.readers.terraform.lifting.buckets import role_of
from infraaudit.readers.terraform.lifting.naming import data_class_of
from infraaudit.readers.terraform.lifting.pointing import mentioned
from infraaudit.readers.terraform.lifting.recovery import objective_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_ACCOUNT = "azurerm_storage_account"
_CONTAINER = "azurerm_storage_container"
_POLICY = "azurerm_storage_management_policy"
_RULES = "azurerm_storage_account_network_rules"
_COPIES = "azurerm_storage_object_replication"
_KEYS = "azurerm_storage_account_customer_managed_key"
_FAR = frozenset({"GRS", "RAGRS", "GZRS", "RAGZRS"})
"""Kinds of replication that keep copies in a second region."""

_OPEN = frozenset({"blob", "container"})
_CLOSED_SINCE = 5
"""The version of the provider since which an account lets nobody make its containers public until it is told to."""

_AGES = (
    "delete_after_days_since_modification_greater_than",
    "delete_after_days_since_creation_greater_than",
    "delete_after_days_since_last_access_time_greater_than",
)


def lift_accounts(resources: Resources) -> Iterator[ObjectStore]:
    """Lift ``azurerm_storage_account``."""
    for resource in resources.of_type(_ACCOUNT):
        containers = _containers(resource, resources)
        names = (resource.name, *literals(argument(resource, "name").string()))
        inside = (each.name for each in containers)
        policies = _policies_of(resource, resources)
        rules, all_rules = _rules_of(policies)
        store = Datastore(
            **resource.head,
            engine="azure-blob",
            managed=True,
            data_class=data_class_of(names, DataClass.PRIMARY),
            identifiers=literals(argument(resource, "name").string()),
            objective=objective_of(resource),
            facets=facets_of(resource, resources, _answers(resource, resources)),
            copied_away=_copied_away(resource, resources),
        )
        yield ObjectStore.of(
            store,
            role=role_of((*names, *inside)),
            versioning=_versioning(resource),
            public=_access(resource, containers, resources),
            expirations=tuple(each for rule in rules for each in _expirations(rule)),
            expirations_doubt=_doubt(resource, resources, complete=all_rules),
            old_versions=_old_versions(resource, rules, complete=all_rules),
            locked=_locked(resource, containers, resources),
        )


def _answers(account: Resource, resources: Resources) -> dict[FacetName, Value[bool]]:
    """Return whether requests have to be encrypted, and that a resource of its own gives an account another key."""
    keyed = next((each for each in resources.of_type(_KEYS) if _is_of(account, each, resources)), None)
    own = {} if keyed is None else {FacetName.OWN_KEY: Known(value=True, at=keyed.at)}
    return {**own, **_transport(account)}


def _transport(account: Resource) -> dict[FacetName, Value[bool]]:
    """Return whether requests have to be encrypted, which an account said in other words before version 4."""
    former = argument(account, "enable_https_traffic_only").boolean()
    current = argument(account, "https_traffic_only_enabled")
    if not current.is_absent or isinstance(former, Absent):
        return {}
    return {FacetName.ENCRYPTED_IN_TRANSIT: former}


def _containers(resource: Resource, resources: Resources) -> tuple[Resource, ...]:
    """Return the containers of an account; the argument that names it was another one before version 4."""
    return tuple(each for each in resources.of_type(_CONTAINER) if _is_of(resource, each, resources))


def _is_of(account: Resource, other: Resource, resources: Resources) -> bool:
    """Whether a resource names an account, by its id, or by its name as in former versions."""
    name = argument(account, "name").content
    return any(
        account in mentioned(resources, node := argument(other, path))
        or (isinstance(name, str) and node.content == name)
        for path in ("storage_account_id", "storage_account_name")
    )


def _versioning(resource: Resource) -> Value[bool]:
    """Return whether a blob that was deleted can be had back: as an old version, or for some days by itself."""
    node = argument(resource, "blob_properties.delete_retention_policy")
    if is_present(node):
        return Known(value=True, at=node.at)
    if node.is_unknown:
        return Unknown("whether deleted blobs are kept cannot be told", node.at)
    written = argument(resource, "blob_properties.versioning_enabled")
    return boolean_or_default(written, "azurerm_storage_account.versioning")


# -- who may read ---------------------------------------------------------------------------------------------


def _access(resource: Resource, containers: tuple[Resource, ...], resources: Resources) -> Value[PublicAccess]:
    kinds = [
        string_or_default(argument(each, "container_access_type"), "azurerm_storage_container.access")
        for each in containers
    ]
    public = next((each for each in kinds if isinstance(each, Known) and each.value in _OPEN), None)
    unknown = next((each for each in kinds if isinstance(each, Unknown)), None)
    if public is None:
        return Known(PublicAccess.NONE, resource.at) if unknown is None else Unknown(unknown.why, unknown.at)
    for answer in (_may_be_opened(resource), _lets_everybody_in(resource, resources)):
        if isinstance(answer, Unknown):
            return Unknown(answer.why, answer.at)
        if not answer.value:
            return answer.map(_nobody)
    return public.map(_everybody)


def _may_be_opened(account: Resource) -> Value[bool]:
    """Return whether containers may be public at all. A container that is written as public tells an older provider."""
    written = argument(account, "allow_nested_items_to_be_public").boolean()
    if isinstance(written, Absent):
        closed = account.provider_major is not None and account.provider_major >= _CLOSED_SINCE
        words = fact(TABLE, f"{_ACCOUNT}.allow_nested_items_to_be_public").words
        return default(not closed, written.at, words)
    return written


def _lets_everybody_in(account: Resource, resources: Resources) -> Value[bool]:
    """Return whether an account answers from the internet, and to every address there."""
    reachable = boolean_or_default(
        argument(account, "public_network_access_enabled"), f"{_ACCOUNT}.public_network_access_enabled"
    )
    if isinstance(reachable, Unknown) or not reachable.value:
        return reachable
    own = argument(account, "network_rules.default_action")
    others = [
        argument(each, "default_action") for each in resources.of_type(_RULES) if _is_of(account, each, resources)
    ]
    written = next((each for each in (own, *others) if not each.is_absent), own)
    return string_or_default(written, f"{_ACCOUNT}.default_action").map(_is_allow)


def _is_allow(action: str) -> bool:
    return action.lower() == "allow"


def _nobody(_: object) -> PublicAccess:
    return PublicAccess.NONE


def _everybody(_: object) -> PublicAccess:
    return PublicAccess.READ


# -- what deletes blobs by itself -----------------------------------------------------------------------------


def _policies_of(account: Resource, resources: Resources) -> tuple[Resource, ...]:
    return tuple(
        each
        for each in resources.of_type(_POLICY)
        if account in mentioned(resources, argument(each, "storage_account_id"))
    )


def _rules_of(policies: tuple[Resource, ...]) -> tuple[tuple[Node, ...], bool]:
    """Return the rules that are switched on, and whether these are all."""
    found: list[Node] = []
    complete = True
    for policy in policies:
        members, told = blocks(policy.body["rule"])
        complete = complete and told
        found.extend(each for each in members if each["enabled"].content is not False)
    return tuple(found), complete


def _expirations(rule: Node) -> Iterator[Expiration]:
    """Yield the age at which a rule deletes blobs that nobody replaced; a negative one means never."""
    base = first(first(rule["actions"])["base_blob"])
    for name in _AGES:
        days = base[name].integer()
        if isinstance(days, Absent) or (isinstance(days, Known) and days.value < 0):
            continue
        yield Expiration(days, _is_unlimited(rule), base[name].at)


def _is_unlimited(rule: Node) -> Value[bool]:
    filters = first(rule["filters"])
    for name in ("prefix_match", "match_blob_index_tag"):
        node = filters[name]
        if node.is_unknown or node.open:
            return Unknown("what the rule is limited to cannot be told", node.at)
        if may_be_present(node):
            return Known(value=False, at=node.at)
    return Known(value=True, at=rule.key_at or rule.at)


def _doubt(account: Resource, resources: Resources, *, complete: bool) -> Maybe[str] | None:
    if not complete:
        return Unknown(f"the rules for {account.address} cannot all be told", account.at)
    for policy in resources.of_type(_POLICY):
        node = argument(policy, "storage_account_id")
        if node.is_unknown and not node.mentions:
            return Unknown(f"whose blobs {policy.address} deletes cannot be told", node.at)
    return None


def _old_versions(account: Resource, rules: tuple[Node, ...], *, complete: bool) -> Maybe[int]:
    """Return after how many days old versions are deleted."""
    for rule in rules:
        days = first(first(rule["actions"])["version"])["delete_after_days_since_creation"].integer()
        if isinstance(days, Unknown) or (isinstance(days, Known) and days.value >= 0):
            return days
    return Absent(account.at) if complete else Unknown("its rules cannot all be told", account.at)


# -- what keeps blobs -----------------------------------------------------------------------------------------


def _locked(account: Resource, containers: tuple[Resource, ...], resources: Resources) -> Maybe[bool]:
    """Return whether blobs cannot be deleted before their time; a policy that may be taken off again is none."""
    state = argument(account, "immutability_policy.state").string()
    if isinstance(state, Unknown):
        return Unknown(state.why, state.at)
    if isinstance(state, Known) and state.value == "Locked":
        return Known(value=True, at=state.at)
    for policy in resources.of_type("azurerm_storage_container_immutability_policy"):
        node = argument(policy, "storage_container_resource_manager_id")
        if any(each in containers for each in mentioned(resources, node, _CONTAINER)):
            locked = argument(policy, "locked")
            if locked.is_unknown:
                return Unknown(reason(locked), locked.at)
            if is_true(locked):
                return Known(value=True, at=locked.at)
    return Absent(account.at)


def _copied_away(account: Resource, resources: Resources) -> Value[bool]:
    """Return whether copies lie in another region: by the replication of the account, or in another account."""
    kind = argument(account, "account_replication_type").string()
    if isinstance(kind, Known) and kind.value.upper() in _FAR:
        return Known(value=True, at=kind.at)
    for copy in resources.of_type(_COPIES):
        if account in mentioned(resources, argument(copy, "source_storage_account_id")):
            return Known(value=True, at=copy.at)
    return Unknown(kind.why, kind.at) if isinstance(kind, Unknown) else Known(value=False, at=kind.at)
