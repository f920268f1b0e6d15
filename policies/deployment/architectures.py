"""Whether images are built for the processors that they run on."""

from infraaudit.model import Absent, Container, Estate, Known, Workload
from infraaudit.policy import Effort, Exclusion, Finding, Findings, Place, Reason, Severity, by_default, policy

_LABELS = frozenset({"kubernetes.io/arch", "beta.kubernetes.io/arch"})
_NAMES = {"x86_64": "amd64", "aarch64": "arm64"}


def _is_placed(container: Container, estate: Estate) -> Exclusion | None:
    if container.built_for is None:
        return Exclusion(Reason.MANAGED, "nothing says which processors its image is built for")
    if _runs_on(estate.workload_of(container)) is None:
        return Exclusion(Reason.MANAGED, "nothing says which processors it runs on")
    return None


def _runs_on(workload: Workload) -> Known[str] | None:
    """Return the processors that a workload is placed on. Ends the check where they are chosen and cannot be told."""
    if workload.architecture is not None:
        chosen = workload.architecture.settled()
        return None if isinstance(chosen, Absent) else chosen
    labels = workload.placement.node_selector if workload.placement is not None else ()
    return next((Known(value, workload.at) for name, value in labels or () if name in _LABELS), None)


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_is_placed,
    holds="images are built for the processors that they run on",
    insight=True,
    environment_matters=False,
)
def architecture_mismatch(container: Container, estate: Estate) -> Findings:
    """An image is built for other processors than those that it runs on.

    Why: the program cannot be executed there: every copy ends at once with "exec format error".

    Fix: build for both (docker buildx build --platform linux/amd64,linux/arm64), or choose the processors that the
    image is built for.

    Quiet when: nothing says what the image is built for, or Docker on one machine emulates the processors.

    See: Docker documentation, Multi-platform builds; Amazon ECS developer guide, runtimePlatform.
    """
    workload = estate.workload_of(container)
    built, runs = container.built_for, _runs_on(workload)
    if built is None or runs is None:
        return
    name = _NAMES.get(runs.value.lower(), runs.value.lower())
    if name in built.architectures:
        return
    others = ", ".join(sorted(built.architectures))
    yield Finding(
        built.at,
        f"the image of {estate.words_for(container)} is built for {others}, and it runs on {name}{by_default(runs)}: "
        f"{built.why}",
        label=f"built for {others}",
        places=(Place(runs.at, f"runs on {name}{by_default(runs)}"),),
    )
