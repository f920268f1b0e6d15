"""What identities may make of themselves, and who else has what they may."""

import re

from infraaudit.model import (
    Absent,
    Estate,
    Function,
    Identity,
    IdentityKind,
    Known,
    Unknown,
    UnsettledError,
    VirtualMachines,
    Workload,
    known_value,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    at_most,
    entrances_before,
    escalations_of,
    held_by,
    identity_of,
    in_a_row,
    policy,
    powers_of,
    why_no_escalation_is_sure,
)

_ADMINISTRATORS = frozenset({"AdministratorAccess", "IAMFullAccess", "PowerUserAccess", "roles/owner", "roles/editor"})
_ACTING = frozenset({IdentityKind.ROLE, IdentityKind.USER, IdentityKind.SERVICE_ACCOUNT})
_OPERATES = re.compile(
    r"(?<![a-z])(deploy|deployer|deployment|ci|cd|terraform|github|atlantis|bootstrap|break-?glass|pipeline|admin)"
)
_MOST_NAMED = 2


def _may_become_more(identity: Identity, estate: Estate) -> Exclusion | None:
    if identity.role not in _ACTING:
        return Exclusion(Reason.MANAGED, "it does not act by itself")
    held = list(held_by(identity, estate))
    if not held and identity.granted_complete:
        return Exclusion(Reason.ROLE, "nothing of the scan permits it anything")
    if any(known_value(each.granted) in _ADMINISTRATORS and not each.objects for each in held):
        return Exclusion(Reason.MANAGED, "it may do nearly everything already, which is told by itself")
    if any(_is_everything(each.words) for each in powers_of(identity, estate)):
        return Exclusion(Reason.MANAGED, "it may do everything already, which is told by itself")
    return None


def _is_everything(words: str) -> bool:
    return words == "do everything"


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_may_become_more,
    holds="no identity can make itself more than it is",
    equivalents=(
        "CKV_AWS_110",
        "CKV_AWS_286",
        "CKV_GCP_41",
        "CKV_GCP_44",
        "CKV_GCP_45",
        "CKV_GCP_49",
        "AVD-GCP-0005",
        "AVD-GCP-0009",
        "AVD-GCP-0011",
        "GCP-0005",
        "GCP-0009",
        "GCP-0011",
    ),
    insight=True,
)
def iam_privilege_escalation(identity: Identity, estate: Estate) -> Findings:
    """An identity can make itself more than it is.

    Why: whoever takes over what acts by it is an administrator one call later, though no policy says so: the harmless
    looking permissions are enough together, also where each stands in a policy of its own.

    Fix: bind iam:PassRole to the roles that are handed on and to iam:PassedToService, take the actions that write
    policies from what runs, and bound what a deploying role may hand on (permissions_boundary).

    Quiet when: the actions are bound to named resources or to conditions, or the identity may do everything anyway.
    Could not tell where a policy that AWS keeps is not among the facts.

    See: AWS Identity and Access Management user guide, Grant a user permissions to pass a role to an AWS service.
    """
    ways = escalations_of(identity, estate)
    if not ways:
        doubt = why_no_escalation_is_sure(identity, estate)
        if doubt is not None:
            raise UnsettledError(doubt)
        return
    words = [each.words for each in ways[:_MOST_NAMED]]
    more = f" and {len(ways) - _MOST_NAMED} more such things" if len(ways) > _MOST_NAMED else ""
    places = dict.fromkeys(place for each in ways for place in each.places)
    first, *others = places
    yield Finding(
        first,
        f"{identity} can make itself more than it is: it may {in_a_row(words)}{more}",
        label="enough for everything",
        places=(*(Place(each, "together with this") for each in others), Place(identity.at, "the identity")),
        factors=_weight(identity),
    )


def _weight(identity: Identity) -> tuple[Factor, ...]:
    if identity.bounded is not None and isinstance(identity.bounded, Known) and identity.bounded.value:
        return (at_most(Severity.MEDIUM, "a boundary bounds what it may do"),)
    for name in (identity.name, *identity.identifiers):
        if _OPERATES.search(name.lower().replace("_", "-")) is not None:
            return (at_most(Severity.MEDIUM, f"the name {name} speaks of what builds the system"),)
    return ()


# -- who shares it -------------------------------------------------------------------------------------------------


def _is_taken_by_several(identity: Identity, estate: Estate) -> Exclusion | None:
    if len(_acting(identity, estate)) > 1:
        return None
    return Exclusion(Reason.ROLE, "at most one workload of the scan acts as it")


def _acting(identity: Identity, estate: Estate) -> list[Workload]:
    names = {identity.address, *identity.identifiers}
    return [
        each
        for each in estate.in_deployment(identity, Workload)
        if each.identity is not None and isinstance(each.identity, Known) and each.identity.value in names
    ]


@policy(
    Severity.MEDIUM,
    effort=Effort.MEDIUM,
    when=_is_taken_by_several,
    holds="each application has an identity of its own",
    insight=True,
)
def workload_identity_shared(identity: Identity, estate: Estate) -> Findings:
    """Several applications act as one identity.

    Why: each of them may do what any of them needs. One that is taken over reads the tables and queues of all others,
    and nobody can take a permission away, for nobody knows whose it was.

    Fix: one role for each application and environment.

    Quiet when: what acts as it is one application, by the same image or package. Could not tell where an image or
    package cannot be told.

    See: AWS Well-Architected SEC03-BP02.
    """
    found: dict[str, Workload] = {}
    for workload in _acting(identity, estate):
        found.setdefault(_application(workload), workload)
    if len(found) > 1:
        workloads = list(found.values())
        more = f" and {len(workloads) - 3} more" if len(workloads) > 3 else ""  # noqa: PLR2004 - as many as are named
        yield Finding(
            identity.at,
            f"{in_a_row(workloads[:3])}{more} all act as {identity}",
            label="one identity for several applications",
            places=tuple(Place(each.at, f"{each} acts as it") for each in workloads),
        )


def _application(workload: Workload) -> str:
    """Return what tells one application from another: its package or image; ends the check where it cannot be told."""
    if isinstance(workload, Function) and workload.code is not None and not isinstance(workload.code, Absent):
        code = workload.code.settled()
        return code.value if isinstance(code, Known) else workload.address
    if isinstance(workload, VirtualMachines):
        raise UnsettledError(Unknown(f"which application {workload} runs is a matter of its machines", workload.at))
    images = [each.image for each in workload.containers if not isinstance(each.image, Absent)]
    for image in images:
        if isinstance(image, Known):
            return image.value.partition("@")[0].rpartition(":")[0] or image.value
        if image.mentions:
            return image.mentions[0]
        raise UnsettledError(Unknown(f"which application {workload} runs cannot be told: {image.why}", image.at))
    return workload.address


# -- what the internet reaches -------------------------------------------------------------------------------------


def _is_reached(workload: Workload, estate: Estate) -> Exclusion | None:
    doors = entrances_before(workload, estate)
    if not doors:
        return Exclusion(Reason.ROLE, "no door of the scan leads to it")
    if not any(each.public.settled().value for each in doors):
        return Exclusion(Reason.PLATFORM, "only the private network reaches it")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_is_reached,
    holds="what the internet reaches has no power over the rest",
    insight=True,
)
def exposed_and_over_privileged(workload: Workload, estate: Estate) -> Findings:
    """What the internet reaches has power over everything else.

    Why: one flaw in it, and whoever found it has the machine or the account: two mistakes, each of which might be borne
    alone, lie on one way.

    Fix: the cheaper part first: take the privilege from the container, or the permissions from its role; then put the
    work that needs them behind a queue, where nobody calls it.

    Quiet when: nothing public leads to it, its containers have no power over their machine, and its identity has none
    over the account.

    See: MITRE ATT&CK for Containers; AWS Well-Architected SEC05.
    """
    doors = [each for each in entrances_before(workload, estate) if each.public.settled().value]
    found: list[tuple[str, Place]] = []
    for container in workload.containers:
        if isinstance(container.privileged, Known) and container.privileged.value:
            place = Place(container.privileged.at, "it may do everything on its machine")
            found.append((f"{estate.words_for(container)} is privileged", place))
    identity = identity_of(workload, estate)
    powers = powers_of(identity, estate) if identity is not None else ()
    if identity is not None and powers:
        found.append((f"{identity} may {powers[0].words}", Place(powers[0].at, "what it may do")))
    if found and doors:
        yield Finding(
            workload.at,
            f"the internet reaches {workload} through {doors[0]}, and {in_a_row(words for words, _ in found)}",
            label="reached by everybody",
            places=(Place(doors[0].at, "the door"), *(place for _, place in found)),
        )
