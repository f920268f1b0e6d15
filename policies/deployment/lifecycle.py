"""Whether what a system is built upon is still maintained."""

from datetime import date, timedelta

from infraaudit.model import Absent, Entity, Estate, Known, ProductVersion, Purpose, RetiredComponent
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Reason,
    Severity,
    at_most,
    by_default,
    lowered,
    policy,
    raised,
)

_SOON = timedelta(days=180)
_LONG_AGO = timedelta(days=365)
_TIME_TO_MOVE = timedelta(days=365)


def _is_system(version: ProductVersion, _: Estate) -> Exclusion | None:
    return _of_purpose(version, Purpose.SYSTEM)


def _is_language(version: ProductVersion, _: Estate) -> Exclusion | None:
    return _of_purpose(version, Purpose.LANGUAGE)


def _is_store(version: ProductVersion, _: Estate) -> Exclusion | None:
    return _of_purpose(version, Purpose.STORE)


def _is_cluster(version: ProductVersion, _: Estate) -> Exclusion | None:
    return _of_purpose(version, Purpose.CLUSTER)


def _of_purpose(version: ProductVersion, purpose: Purpose) -> Exclusion | None:
    if version.purpose is not purpose:
        return Exclusion(Reason.MANAGED, f"{version.product} is no {purpose}")
    return None


def _has_today(_: Entity, estate: Estate) -> Exclusion | None:
    if estate.today is None:
        return Exclusion(Reason.DESIGN, "no day is given for which to judge")
    return None


def _finding(version: ProductVersion, today: date, factors: tuple[Factor, ...]) -> Finding | None:
    """Return what to say of a version that has ended, or ends within half a year."""
    ends = version.ends.settled().value
    if today + _SOON <= ends:
        return None
    over = today > ends
    when = f"is not maintained since {ends.isoformat()}" if over else f"is maintained until {ends.isoformat()} only"
    paid = version.extended if over else Absent(version.at)
    fee = f", and then for a fee until {paid.value.isoformat()}" if isinstance(paid, Known) else ""
    soon = () if over else (at_most(Severity.LOW, f"{(ends - today).days} days are left"),)
    return Finding(
        version.at,
        f"{version.carrier} is built upon {version.product} {version.name}, which {when}{fee}",
        label=f"{version.product} {version.name}",
        factors=(*factors, *soon),
        part=version.product,
    )


def _of_build(version: ProductVersion) -> tuple[Factor, ...]:
    return (lowered("only a build uses it"),) if version.build_only else ()


@policy(
    Severity.MEDIUM,
    effort=Effort.MEDIUM,
    when=(_is_system, _has_today),
    holds="the systems below the images are maintained",
    insight=True,
    environment_matters=False,
)
def eol_base_image(version: ProductVersion, estate: Estate) -> Findings:
    """An image stands upon an operating system that is not maintained any more.

    Why: holes in its libraries stay open, and soon its packages cannot be installed any more.

    Fix: build upon a release that is maintained, and rebuild regularly.

    Quiet when: the tag names no release and so follows the current one. Debian is judged by the end of its long term
    support, Ubuntu by that of its free support.

    See: Debian Wiki, LTS; Alpine Linux, Releases; Ubuntu, Release cycle.
    """
    found = _finding(version, estate.today or date.min, _of_build(version))
    if found is not None:
        yield found


@policy(
    Severity.MEDIUM,
    effort=Effort.MEDIUM,
    when=(_is_language, _has_today),
    holds="the languages that programs run in are maintained",
    insight=True,
    environment_matters=False,
    equivalents=("CKV_AWS_363",),
)
def eol_language_runtime(version: ProductVersion, estate: Estate) -> Findings:
    """A program runs in a version of its language that is not maintained any more.

    Why: holes in the interpreter and its library stay open, and packages stop supporting it.

    Fix: move to a version that is maintained, with the tests run on both first.

    Quiet when: the tag names no version, or one that the table does not have.

    See: Python Developer's Guide, Status of Python versions; Node.js, Release schedule.
    """
    today = estate.today or date.min
    ends = version.ends.settled().value
    long_ago = (raised(f"for more than a year, since {ends.isoformat()}"),) if ends + _LONG_AGO < today else ()
    found = _finding(version, today, (*long_ago, *_of_build(version)))
    if found is not None:
        yield found


@policy(
    Severity.MEDIUM,
    effort=Effort.LARGE,
    when=(_is_store, _has_today),
    holds="the engines of the stores are maintained",
    insight=True,
    environment_matters=False,
    equivalents=("CKV_AWS_208",),
)
def eol_datastore_engine(version: ProductVersion, estate: Estate) -> Findings:
    """A store runs an engine that is not maintained any more.

    Why: holes and faults that lose data stay in it; a managed one is billed extra for each of its CPUs and hours, and
    upgraded by its provider in the end, whether the clients are ready or not.

    Fix: plan the upgrade of the major version: by a second store beside the first, a replica that takes over, or a dump
    that is restored.

    Quiet when: the version is not stated, or the tag leaves open which line it follows.

    See: PostgreSQL, Versioning Policy; Amazon RDS User Guide, Extended Support.
    """
    today = estate.today or date.min
    paid = version.extended
    gone = isinstance(paid, Known) and paid.value < today
    factors = (raised("its extended support is over as well"),) if gone else ()
    found = _finding(version, today, factors)
    if found is not None:
        yield found


@policy(
    Severity.MEDIUM,
    effort=Effort.LARGE,
    when=(_is_cluster, _has_today),
    holds="the clusters run releases that are maintained",
    insight=True,
    environment_matters=False,
    equivalents=("CKV_AWS_339",),
)
def eol_cluster_version(version: ProductVersion, estate: Estate) -> Findings:
    """A cluster runs a release of Kubernetes that is not maintained any more.

    Why: in its last year the control plane costs six times as much, and at the end of it the provider upgrades the
    cluster by itself, whether the workloads are ready or not.

    Fix: upgrade one minor release at a time: control plane, add-ons, nodes, and look first for API versions that the
    next release does not serve.

    Quiet when: no version is written, and the cluster follows what its platform takes.

    See: Amazon EKS User Guide, Understand the Kubernetes version lifecycle on EKS.
    """
    paid = version.extended
    gone = isinstance(paid, Known) and paid.value < (estate.today or date.min)
    factors = (raised("its extended support is over as well"),) if gone else ()
    found = _finding(version, estate.today or date.min, factors)
    if found is not None:
        yield found


@policy(
    Severity.MEDIUM,
    effort=Effort.LARGE,
    when=_has_today,
    holds="what the system is built of stays on offer",
    insight=True,
    environment_matters=False,
)
def retired_component(component: RetiredComponent, estate: Estate) -> Findings:
    """A part of the system is of a kind that its vendor withdraws.

    Why: on that day it stops, or is moved by the vendor at a time of its choice; long before, new ones cannot be made,
    so that a lost one cannot be made again from these files.

    Fix: move to what takes its place while both can run beside each other.

    Quiet when: more than a year is left.

    See: Azure updates, Retirements.
    """
    retired = component.retired.settled()
    if not retired.value:
        return
    ends = component.ends.settled().value
    today = estate.today or date.min
    if today + _TIME_TO_MOVE <= ends:
        return
    over = today > ends
    when = f"was withdrawn on {ends.isoformat()}" if over else f"is withdrawn on {ends.isoformat()}"
    yield Finding(
        retired.at,
        f"{component} is {component.product}{by_default(retired)}, which {when}",
        label=f"{component.instead[0]} takes its place",
        factors=() if over else (at_most(Severity.LOW, f"{(ends - today).days} days are left"),),
    )
