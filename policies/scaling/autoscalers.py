"""Whether an autoscaler is alone in charge of a number of copies that is really there."""

from infraaudit.model import (
    Autoscaler,
    EdgeKind,
    Entity,
    Estate,
    Known,
    MetricKind,
    Opaque,
    Release,
    ReleaseSource,
    Role,
    Unknown,
    UnsettledError,
    VerticalAutoscaler,
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
    autoscaler_of,
    by_default,
    gateways_before,
    left_alone_by_modules,
    operand,
    policy,
    raised,
)

_CLOSED_BOXES = frozenset({"module", "helm_release"})
"""What may hold further entities that nobody can see here."""


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    holds="every autoscaler finds what it is to scale",
    equivalents=(
        "kube-score:horizontalpodautoscaler-has-target",
        "kube-linter:dangling-horizontalpodautoscaler",
        "C-0300",
    ),
)
def autoscaler_target_missing(autoscaler: Autoscaler, estate: Estate) -> Findings:
    """An autoscaler points at something that is not there.

    Why: it changes nothing, and the workload that it was meant for silently stays at its first size until a peak
    shows it.

    Fix: write the kind, the name and the namespace of the workload as they stand there.

    Quiet when: what it points at may be among files that were not read: another folder, a module, a chart.

    See: Kubernetes API reference, HorizontalPodAutoscaler v2, scaleTargetRef.
    """
    target = autoscaler.target.settled()
    if estate.beside(autoscaler, target.value, Entity) is not None:
        return
    _end_where_it_may_be_elsewhere(autoscaler, target, estate)
    namesakes = [each for each in _neighbours(autoscaler, estate) if each.name == target.value.rpartition("/")[2]]
    yield Finding(
        target.at,
        f"{autoscaler} is to scale {_words(target.value)}, which is not there"
        + (f", but {namesakes[0]} is" if namesakes else ""),
        label="nothing has this name",
        places=tuple(Place(each.at, f"{each} has no autoscaler") for each in namesakes),
    )


def _words(address: str) -> str:
    kind, _, rest = address.partition("/")
    return f"{kind} {rest.rpartition('/')[2]}" if rest else address


def _neighbours(autoscaler: Autoscaler, estate: Estate) -> tuple[Workload, ...]:
    return tuple(each for each in estate.in_deployment(autoscaler, Workload) if each.namespace == autoscaler.namespace)


def _end_where_it_may_be_elsewhere(autoscaler: Autoscaler, target: Known[str], estate: Estate) -> None:
    """End the check where the target may stand in other files than those that are read together with this one."""
    for box in estate.in_deployment(autoscaler, Opaque):
        if box.type in _CLOSED_BOXES:
            raise UnsettledError(Unknown(f"{box} may hold it, and what that is made of is not read", box.at))
    for other in estate.of(Workload):
        if other.address == target.value:
            why = f"{other} stands in other files, and may be applied to the same cluster"
            raise UnsettledError(Unknown(why, other.at))
    if not _neighbours(autoscaler, estate):
        why = f"no workload at all stands beside {autoscaler}: the rest of the system is not in these files"
        raise UnsettledError(Unknown(why, target.at))


def _is_scaled(workload: Workload, estate: Estate) -> Exclusion | None:
    if autoscaler_of(workload, estate) is None:
        return Exclusion(Reason.MANAGED, "nothing scales it")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_is_scaled,
    holds="each workload has one autoscaler",
    insight=True,
)
def conflicting_autoscalers(workload: Workload, estate: Estate) -> Findings:
    """Two autoscalers change the same workload.

    Why: each computes a number of copies from its own signal and writes it over that of the other. The copies go up
    and down without an end, and in the peak the lower number wins again and again.

    Fix: keep one of them and give it both signals as metrics: it then takes the larger number. Switch a vertical one
    off, or let it control the resource by which nobody counts.

    Quiet when: one of them takes the other over, or the vertical one only recommends.

    See: Kubernetes documentation, Horizontal Pod Autoscaling, scaling on multiple metrics; KEDA documentation, Scaling
    Deployments.
    """
    scalers = estate.sources(workload, EdgeKind.SCALES, Autoscaler)
    yield from _beside_a_vertical_one(workload, scalers[0], estate)
    for other in scalers[1:]:
        if not _hands_over(scalers[0], other):
            yield Finding(
                other.at,
                f"{other} and {scalers[0]} both set the number of copies of {workload}",
                label="one of two",
                places=(Place(scalers[0].at, "the other one"),),
                factors=_in_one_file(scalers[0], other),
                part=other.address,
            )


def _in_one_file(first: Autoscaler, second: Autoscaler) -> tuple[Factor, ...]:
    if first.at.path == second.at.path:
        return ()
    return (at_most(Severity.MEDIUM, "they stand in two files, of which perhaps only one is applied"),)


def _beside_a_vertical_one(workload: Workload, scaler: Autoscaler, estate: Estate) -> Findings:
    """Report what changes the requests by which an autoscaler divides."""
    measured = [each for each in scaler.metrics if each.resource and each.kind is not MetricKind.EXTERNAL]
    for vertical in estate.in_deployment(workload, VerticalAutoscaler):
        if known_value(vertical.target) != workload.address or not measured:
            continue
        if vertical.mode.settled().value in {"Off", "Initial"}:
            continue
        shared = [each for each in measured if vertical.resources is None or each.resource in vertical.resources]
        if not shared:
            continue
        value_alone = all(each.kind is MetricKind.VALUE for each in shared)
        yield Finding(
            vertical.at,
            f"{vertical} changes the {shared[0].resource} requests of {workload}, by which {scaler} counts copies",
            label=f"mode {vertical.mode.settled().value}{by_default(vertical.mode.settled())}",
            places=(Place(shared[0].at, f"{scaler} goes by {shared[0].resource}"),),
            factors=(at_most(Severity.MEDIUM, "the other one goes by a fixed amount"),) if value_alone else (),
            part=vertical.address,
        )


def _hands_over(first: Autoscaler, second: Autoscaler) -> bool:
    """Tell whether one of two takes the other over on purpose, as its annotation says."""
    return first.takes_over == second.name or second.takes_over == first.name


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_is_scaled,
    holds="the number of copies is left to the autoscaler",
    equivalents=("kube-score:deployment-targeted-by-hpa-does-not-have-replicas-configured",),
)
def autoscaled_count_pinned_in_config(workload: Workload, estate: Estate) -> Findings:
    """The configuration sets the number of copies that an autoscaler is in charge of.

    Why: each deploy or apply puts the number back to what is written. In a peak that takes most of the copies away
    at once, and those that remain fall over before the autoscaler has counted up again.

    Fix: leave the number out of the manifest; in Terraform list it among ignore_changes of lifecycle.

    Quiet when: changes of the number are ignored.

    See: Kubernetes documentation, Migrating Deployments and StatefulSets to horizontal autoscaling; Terraform AWS
    provider, aws_ecs_service, Ignoring Changes to Desired Count.
    """
    if workload.count_reset is None or not workload.count_reset.settled().value or _is_left_alone(workload, estate):
        return
    autoscaler = autoscaler_of(workload, estate)
    count = workload.replicas.settled()
    yield Finding(
        workload.count_reset.at,
        f"each deploy puts {workload} back to {count.value} {'copy' if count.value == 1 else 'copies'}"
        f"{by_default(count)}, whatever {autoscaler} has made of it",
        label="set again with each deploy",
        places=(Place(autoscaler.at, f"{autoscaler} is in charge of the number"),) if autoscaler is not None else (),
        factors=_weight(workload),
    )


def _is_left_alone(workload: Workload, estate: Estate) -> bool:
    """Whether what applies the manifests ignores differences of the number. Ends the check where it may do so."""
    for release in estate.of(Release):
        ignores = any("replicas" in pointer for pointer in release.ignores)
        if ignores and workload.deployment.folder in {_folder(source) for source in release.sources}:
            return True
        if ignores or not release.complete:
            raise UnsettledError(Unknown(f"{release} may leave the number of copies of {workload} alone", release.at))
    return False


def _folder(source: ReleaseSource) -> str:
    return source.folder or (known_value(source.path) or "").removeprefix("./").strip("/")


def _weight(workload: Workload) -> tuple[Factor, ...]:
    if workload.role in {Role.WEB, Role.WORKER, Role.PROXY}:
        return ()
    return (at_most(Severity.MEDIUM, "neither requests nor tasks are known to suffer"),)


def _has_bounds(autoscaler: Autoscaler, _: Estate) -> Exclusion | None:
    if autoscaler.kind in _CLOCKS:
        return Exclusion(Reason.DESIGN, "a clock moves its bounds")
    if autoscaler.takes_over:
        return Exclusion(Reason.DESIGN, "it takes another one over")
    return None


_CLOCKS = frozenset({"aws_autoscaling_schedule"})


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_has_bounds,
    holds="every autoscaler has room to act",
    equivalents=("polaris:hpaMaxAvailability",),
)
def autoscaler_has_no_range(autoscaler: Autoscaler, estate: Estate) -> Findings:
    """An autoscaler may never change anything: its lower bound is its upper one.

    Why: it looks as if the number of copies followed the load, and stays what it is in every peak.

    Fix: raise the upper bound, after a look at what the nodes and the database behind bear, or take it away.

    Quiet when: a clock moves the bounds.

    See: Kubernetes API reference, HorizontalPodAutoscaler v2, minReplicas and maxReplicas.
    """
    least, most = autoscaler.minimum.settled(), autoscaler.maximum.settled()
    if least.value < most.value:
        return
    copies = f"{most.value} {'copy' if most.value == 1 else 'copies'}"
    yield Finding(
        most.at,
        f"{autoscaler} keeps what it scales at {copies}: from {least.value}{by_default(least)} to {most.value}",
        label="no more than the least",
        places=(Place(least.at, f"at least {least.value}{by_default(least)}"),),
        operands=(operand("at least", least), operand("at most", most)),
        sum=f"{least.value} >= {most.value}",
        factors=_room_to_act(autoscaler, most.value, estate),
    )


def _room_to_act(autoscaler: Autoscaler, most: int, estate: Estate) -> tuple[Factor, ...]:
    if most <= 1:
        return (at_most(Severity.LOW, "it may be there only to replace a copy that fails"),)
    target = next(iter(estate.targets(autoscaler, EdgeKind.SCALES, Workload)), None)
    if autoscaler.metrics and target is not None and gateways_before(target, estate):
        return (raised("it goes by the load of requests, and requests reach what it scales"),)
    return ()


def _needs_somebody(autoscaler: Autoscaler, _: Estate) -> Exclusion | None:
    if autoscaler.acts is None:
        return Exclusion(Reason.PLATFORM, "its platform counts by itself within the bounds")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_needs_somebody,
    holds="something acts within the bounds of every autoscaler",
    insight=True,
)
def autoscaler_never_acts(autoscaler: Autoscaler, estate: Estate) -> Findings:
    """An autoscaler has bounds, and nothing ever moves within them.

    Why: a target of Application Auto Scaling says no more than how far somebody may go. Without a policy or a schedule
    nobody goes anywhere: in a peak the first number of copies has to do.

    Fix: aws_appautoscaling_policy with a target to track, or a schedule.

    Quiet when: a policy or a schedule may be for it. Could not tell where a module that is not in the tree is given it.

    See: Application Auto Scaling user guide, Target tracking scaling policies.
    """
    if autoscaler.acts is None or autoscaler.acts.settled().value:
        return
    left_alone_by_modules(autoscaler, estate)
    yield Finding(
        autoscaler.at,
        f"nothing ever acts on {autoscaler}",
        label="no policy and no schedule names it",
        places=(Place(autoscaler.maximum.at, "the bound that is never reached"),),
    )
