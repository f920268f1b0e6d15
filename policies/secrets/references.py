"""Whether the Secrets that workloads ask for are provided by anything."""

from collections.abc import Iterator
from difflib import get_close_matches

from infraaudit.model import (
    Certificate,
    ConfigObject,
    Entity,
    Estate,
    Key,
    Known,
    ObjectReference,
    SecretProvider,
    Unknown,
    UnsettledError,
    Workload,
    known_value,
)
from infraaudit.policy import Effort, Exclusion, Finding, Findings, Reason, Severity, at_most, brought_unseen, policy

_GENERATED = ("-app", "-superuser", "-replication", "-ca", "-pguser-", "-es-elastic-user", "-es-http-certs-public")
"""Ends and parts of the names that operators of stores give to the Secrets which they make."""

_OPERATOR = "credentials.postgresql.acid.zalan.do"
_PULL = "pull"
_NEAR = 0.85


def _asks_for_secrets(workload: Workload, _: Estate) -> Exclusion | None:
    if not _required(workload):
        return Exclusion(Reason.MANAGED, "it needs no Secret by name")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_asks_for_secrets,
    holds="every Secret that a workload needs is provided",
    insight=True,
)
def secret_reference_dangling(workload: Workload, estate: Estate) -> Findings:
    """A workload needs a Secret that nothing provides.

    Why: a pod is not started before every Secret that it needs is there. Where the other Secrets of a namespace are
    described, one that is not is usually forgotten or misspelt.

    Fix: describe it by an ExternalSecret or a SealedSecret like the others, or correct its name.

    Quiet when: the reference is optional, it names a login of a registry, an operator makes the Secret, or most Secrets
    of the namespace are made elsewhere.

    See: Kubernetes documentation, Secrets.
    """
    asked = _asked_in_namespace(workload, estate)
    provided = {name for name in asked if _provider(workload, name, estate)}
    if not provided:
        raise UnsettledError(Unknown(_elsewhere(workload), workload.at))
    open_world = len(provided) * 2 < len(asked)
    factors = (at_most(Severity.MEDIUM, "most Secrets of the namespace are made elsewhere"),) if open_world else ()
    told: set[str] = set()
    for reference in _required(workload):
        name = reference.name.settled().value
        if name in provided or name in told or _is_generated(name):
            continue
        told.add(name)
        _end_where_unseen(workload, reference, name, estate)
        if _is_misspelt(workload, name, estate):
            continue
        yield Finding(
            reference.at,
            f"{workload} needs the Secret {name}, which nothing in its namespace provides",
            label=f"{len(provided)} of the {len(asked)} Secrets that are asked for are described",
            factors=factors,
            part=f"Secret/{name}",
        )
    for reference in workload.references:
        if reference.kind == "Secret":
            reference.optional.settled()


def _elsewhere(workload: Workload) -> str:
    return f"no Secret of the namespace {workload.namespace or 'default'} is described here: they are made elsewhere"


def _required(workload: Workload) -> tuple[ObjectReference, ...]:
    """Return the references to Secrets without which the pods do not start; a login of a registry is made by hand."""
    return tuple(
        each
        for each in workload.references
        if each.kind == "Secret" and known_value(each.optional) is False and _PULL not in each.use
    )


def _asked_in_namespace(workload: Workload, estate: Estate) -> set[str]:
    neighbours = (each for each in estate.in_deployment(workload, Workload) if each.namespace == workload.namespace)
    names = (known_value(reference.name) for each in neighbours for reference in _required(each))
    return {name for name in names if name}


def _provider(workload: Workload, name: str, estate: Estate) -> bool:
    address = f"Secret/{workload.namespace}/{name}"
    if any(each.name == name and each.namespace == workload.namespace for each in _secrets(workload, estate)):
        return True
    makers = estate.in_deployment(workload, SecretProvider)
    if any(isinstance(made, Known) and made.value == address for maker in makers for made in maker.makes):
        return True
    return any(
        known_value(each.secret) == name and each.namespace == workload.namespace
        for each in estate.in_deployment(workload, Certificate)
    )


def _secrets(workload: Workload, estate: Estate) -> Iterator[ConfigObject]:
    return (each for each in estate.in_deployment(workload, ConfigObject) if each.secret)


def _is_generated(name: str) -> bool:
    return name.endswith(_OPERATOR) or any(name.endswith(part) or f"{part}" in name for part in _GENERATED)


def _end_where_unseen(workload: Workload, reference: ObjectReference, name: str, estate: Estate) -> None:
    """End the check where something that is not seen here may provide the Secret."""
    makers = estate.in_deployment(workload, SecretProvider)
    unsure = any(isinstance(made, Unknown) or not maker.makes_complete for maker in makers for made in maker.makes)
    others = {each.deployment.id for each in estate.of(ConfigObject) if each.secret and each.name == name}
    lent = any(estate.get(Key(each, workload.address), Entity) is None for each in others - {workload.deployment.id})
    unsure = unsure or any(isinstance(each.secret, Unknown) for each in estate.in_deployment(workload, Certificate))
    if unsure or lent or brought_unseen(workload, estate):
        raise UnsettledError(Unknown(f"whether something makes the Secret {name} is not told here", reference.at))


def _is_misspelt(workload: Workload, name: str, estate: Estate) -> bool:
    """Tell whether a Secret of nearly this name, or of this name elsewhere, is there: another policy points at it."""
    known = list(_secrets(workload, estate))
    beside = [each.name for each in known if each.namespace == workload.namespace]
    return bool(get_close_matches(name, beside, n=1, cutoff=_NEAR)) or any(each.name == name for each in known)
