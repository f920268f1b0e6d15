"""Whether the files of a Prometheus hang together: the rules that it looks for, and the targets that it names."""

from collections.abc import Iterator
from difflib import get_close_matches

from infraaudit.model import (
    Dependency,
    Estate,
    HostKind,
    Known,
    Monitor,
    Prometheus,
    RuleFile,
    RuleSource,
    Unknown,
    UnsettledError,
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
    policy,
    why_elsewhere,
)


def _looks_for_rules(prometheus: Prometheus, _: Estate) -> Exclusion | None:
    if prometheus.operated:
        return Exclusion(Reason.PLATFORM, "its operator hands the rules to it")
    if not prometheus.rule_sources:
        return Exclusion(Reason.ROLE, "its configuration names no file of rules")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_looks_for_rules,
    holds="the files of rules are where Prometheus looks for them",
    insight=True,
)
def rule_file_missing(prometheus: Prometheus, estate: Estate) -> Findings:
    """Prometheus looks for files of rules where there are none.

    Why: a pattern that fits no file is no error. Prometheus starts, shows no rule and raises no alert.

    Fix: mount the files at the path that rule_files names, relative paths counting from the configuration itself, and
    with the same ending; ask promtool check config inside of the container.

    Quiet when: the pattern finds a file. Could not tell where the files may be in the image, in a volume or on the
    machine, or where no workload of the scan reads the configuration.

    See: Prometheus documentation, Configuration, rule_files.
    """
    doubts: list[Unknown[tuple[str, ...]]] = []
    for source in prometheus.rule_sources:
        if isinstance(source.found, Unknown):
            doubts.append(source.found)
        elif not source.found.value:
            yield _missing(source, prometheus, estate)
    if doubts:
        doubts[0].settled()


def _missing(source: RuleSource, prometheus: Prometheus, estate: Estate) -> Finding:
    rules = [each for each in estate.of(RuleFile) if not each.holder and each.file in source.alike]
    beside = _files_beside(prometheus, estate)
    near = (*rules, *(each for each in beside if each not in rules))
    factors: tuple[Factor, ...] = ()
    if not near:
        factors = (at_most(Severity.MEDIUM, "the tree holds no file of rules that it could be meant to find"),)
    return Finding(
        source.at,
        f"{prometheus} looks for rules in {source.pattern}, and finds no file there",
        label="fits no file that the container has",
        places=tuple(Place(each.at, "rules that nothing mounts there") for each in near[:1]),
        factors=factors,
        part=source.pattern,
    )


def _files_beside(prometheus: Prometheus, estate: Estate) -> list[RuleFile]:
    """Return files of rules of the same folder as the configuration, or below it."""
    folder = prometheus.at.path.rpartition("/")[0]
    taken = {name for other in estate.of(Prometheus) for name in other.rule_sets}
    found = [
        each for each in estate.of(RuleFile) if not each.holder and each.file.startswith(f"{folder}/" if folder else "")
    ]
    return [each for each in found if not any(name.endswith(f"/{each.name}") for name in taken)]


def _names_targets(monitor: Monitor, _: Estate) -> Exclusion | None:
    if not monitor.by_path:
        return Exclusion(Reason.PLATFORM, "its operator finds the targets")
    if not monitor.targets:
        return Exclusion(Reason.ROLE, "it names no target outright")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_names_targets,
    holds="something answers under every target that Prometheus names",
    insight=True,
)
def scrape_target_dangling(monitor: Monitor, estate: Estate) -> Findings:
    """Prometheus is told to scrape a host that nothing in its network provides.

    Why: the target stays down for ever. Its metrics are missing, and alerts on them never fire, or fire until nobody
    looks any more.

    Fix: name the service and the port on which its container listens; a published port counts on the machine alone.

    Quiet when: the name belongs to others, or may be made by an operator or another project. Could not tell where no
    workload of the scan reads the configuration.

    See: Prometheus documentation, Configuration, static_config.
    """
    workload = estate.beside(monitor, monitor.scraper, Workload)
    if workload is None:
        raise UnsettledError(Unknown("no workload of the scan reads this configuration", monitor.at))
    doubts: list[Unknown[str]] = [each for each in monitor.targets if isinstance(each, Unknown)]
    for reached in {each.host: each for each in reversed(monitor.reached)}.values():
        if reached.provider or reached.kind not in {HostKind.NEIGHBOUR, HostKind.NAMESPACED}:
            continue
        doubt = why_elsewhere(workload, reached, estate)
        if doubt:
            doubts.append(Unknown(doubt, reached.at))
        else:
            yield _unanswered(monitor, reached, workload, estate)
    if doubts:
        doubts[0].settled()


def _unanswered(monitor: Monitor, reached: Dependency, workload: Workload, estate: Estate) -> Finding:
    known = {each.name: each for each in _neighbours(workload, estate)}
    near = get_close_matches(reached.host, list(known), n=1, cutoff=0.7)
    port = f":{reached.port.value}" if isinstance(reached.port, Known) else ""
    return Finding(
        reached.at,
        f"the job {monitor.name} of {workload} scrapes {reached.host}{port}, and nothing beside it has that name",
        label=f"did you mean {near[0]}?" if near else "no such host",
        places=tuple(Place(known[name].at, f"{name} is here") for name in near),
        part=reached.host,
    )


def _neighbours(workload: Workload, estate: Estate) -> Iterator[Workload]:
    for each in estate.in_deployment(workload, Workload):
        if known_value(each.host_network) is not True:
            yield each
