"""Makes of files of monitoring what they come to: a Prometheus with its rules and jobs, the routes of an Alertmanager.

A file belongs to the workload that starts with it. One that no workload mounts stands for itself, so that its alerts
and routes are seen, and what depends on where it is kept cannot be told.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.joins.hosts import Hosts
from infraaudit.joins.mounted_files import MountedFiles, matches, mounted_files
from infraaudit.model import (
    Absent,
    Alarm,
    AlertDestination,
    AlertRouting,
    Container,
    Known,
    Monitor,
    MonitoringFile,
    Prometheus,
    RoutingFile,
    RuleFile,
    RuleSet,
    RuleSource,
    ScrapeFile,
    Unknown,
    Uptake,
    known_value,
    parse_image_reference,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.facts import Row
    from infraaudit.model import (
        Dependency,
        Deployment,
        Entity,
        Estate,
        Maybe,
        RulePattern,
        ScrapeJob,
        Selector,
        Value,
        Workload,
    )

_UNUSED = "no workload of the scan mounts it, so where it is kept cannot be told"
_WORKDIRS = {"prometheus": "/prometheus", "alertmanager": "/alertmanager"}


def join_monitoring(estate: Estate) -> Estate:
    """Add what files of monitoring come to."""
    if not estate.of(MonitoringFile):
        return estate
    hosts = Hosts.of(estate)
    used: set[MonitoringFile] = set()
    found: list[Entity] = []
    for container in estate.of(Container):
        row = _program(container)
        if row is not None:
            user = _User(estate, hosts, container, estate.workload_of(container), row)
            entities, files = user.entities()
            found.extend(entities)
            used.update(files)
    found.extend(_unused(estate, used))
    return estate.with_entities(found)


def _program(container: Container) -> Row | None:
    image = known_value(container.image)
    repository = parse_image_reference(image).repository if image is not None else ""
    return next((row for row in table("monitors").values() if repository.endswith(tuple(row["repositories"]))), None)


@dataclass(frozen=True, slots=True)
class _User:
    """A container of a program that reads a file of monitoring at its start."""

    estate: Estate
    hosts: Hosts
    container: Container
    workload: Workload
    row: Row

    def entities(self) -> tuple[list[Entity], list[MonitoringFile]]:
        """Return what it reads comes to, and the files themselves."""
        mounted = mounted_files(self.container, self.workload, self.estate)
        path = self._path()
        files = {where: file for where, file in mounted.files.items() if file.kind == self.row["reads"]}
        if path not in files and len(files) == 1:
            path = next(iter(files))  # the key of an object is mounted under another name
        file = files.get(path)
        match file:
            case ScrapeFile():
                return self._prometheus(file, path, mounted)
            case RoutingFile():
                return [_routing(file)], [file]
        return [], []

    def _path(self) -> str:
        """Return the path of the file that its command names, or that the command of its image does."""
        commands = [each for each in (self.container.entrypoint, self.container.command) if isinstance(each, Known)]
        if not commands:
            return str(self.row["path"])
        flag = re.compile(rf"--?{re.escape(self.row['flag'])}(?:=|\s+)(?P<path>\S+)")
        stated = flag.search(" ".join(word for each in commands for word in each.value.words))
        name = stated["path"].strip("\"'") if stated is not None else str(self.row["bare"])
        workdir = self.container.workdir
        folder = workdir.value if isinstance(workdir, Known) else _WORKDIRS[self.row.name]
        return posixpath.normpath(posixpath.join(folder, name))

    def _prometheus(
        self, file: ScrapeFile, path: str, mounted: MountedFiles
    ) -> tuple[list[Entity], list[MonitoringFile]]:
        address = f"{self.workload.address}/{posixpath.basename(path)}"
        deployment = self.workload.deployment
        sources = [_source(each, path, mounted) for each in file.rules]
        rules = [
            (where, each)
            for where, each in sorted(mounted.files.items())
            if isinstance(each, RuleFile) and any(where in (known_value(source.found) or ()) for source in sources)
        ]
        sets = [(each, f"{address}/{posixpath.basename(where)}") for where, each in rules]
        prometheus = replace(
            _prometheus_of(file, address, deployment, tuple(sources), tuple(name for _, name in sets)),
            reader=self.workload.address,
        )
        made = [
            _with_destinations(prometheus, file, self),
            *_monitors(file, prometheus, self),
            *(entity for each, name in sets for entity in _rules(each, name, deployment)),
        ]
        return list(made), [file, *(each for each, _ in sets)]

    def reached(self, target: Value[str], what: str) -> Dependency | None:
        """Return what answers under an address that the file names."""
        if not isinstance(target, Known):
            return None
        return self.hosts.reached(self.workload, what, target.value, target.at)


def _source(rule: RulePattern, path: str, mounted: MountedFiles) -> RuleSource:
    pattern = rule.pattern
    if not isinstance(pattern, Known):
        return RuleSource("?", Unknown(pattern.why, pattern.at), pattern.at)
    whole = posixpath.normpath(posixpath.join(posixpath.dirname(path), pattern.value))
    places = {
        **{where: where for where in (*mounted.files, *mounted.others)},
        **{each: mounted.path_of(each) for each in rule.alike},
    }
    found = tuple(sorted({where for where in places.values() if where and matches(whole, where)}))
    doubt = "" if found else mounted.doubt(whole)
    told: Value[tuple[str, ...]] = Unknown(doubt, pattern.at) if doubt else Known(found, pattern.at)
    return RuleSource(pattern.value, told, pattern.at, rule.alike)


def _prometheus_of(
    file: ScrapeFile,
    address: str,
    deployment: Deployment,
    sources: tuple[RuleSource, ...],
    sets: tuple[str, ...],
) -> Prometheus:
    nothing = Uptake(Absent(file.at), Absent(file.at))
    return Prometheus(
        address=address,
        kind="Prometheus",
        name=file.name,
        at=file.at,
        deployment=deployment,
        service_monitors=nothing,
        pod_monitors=nothing,
        probes=nothing,
        scrape_configs=nothing,
        rules=nothing,
        destinations_complete=file.alertmanagers_complete,
        replicas=Unknown("how many copies read this file is the affair of their workload", file.at),
        retention=Absent(file.at),
        keeps_data=Unknown("where its data is kept is the affair of its workload", file.at),
        writes_elsewhere=file.writes_elsewhere,
        operated=False,
        rule_sources=sources,
        rule_sets=sets,
    )


def _with_destinations(prometheus: Prometheus, file: ScrapeFile, user: _User | None) -> Prometheus:
    destinations = (
        AlertDestination(
            each,
            Absent(each.at),
            Absent(each.at),
            each.at,
            user.reached(each, "alerting.alertmanagers") if user is not None else None,
        )
        for each in file.alertmanagers
    )
    return replace(prometheus, destinations=tuple(destinations))


def _monitors(file: ScrapeFile, prometheus: Prometheus, user: _User | None) -> Iterator[Monitor]:
    """Yield the jobs of a configuration by their names; one whose name cannot be told is none that could be named."""
    for job in file.jobs:
        if isinstance(job.name, Known):
            yield _monitor(job, job.name.value, prometheus, user)


def _monitor(job: ScrapeJob, name: str, prometheus: Prometheus, user: _User | None) -> Monitor:
    reached = (user.reached(each, f"job {name}") for each in job.targets) if user is not None else ()
    selector: Maybe[Selector] = Absent(job.at)
    if job.role or not job.complete:
        selector = Unknown("what it looks at is found by a discovery of its own", job.at)
    return Monitor(
        address=f"{prometheus.address}/job {name}",
        kind="scrape job",
        name=name,
        at=job.at,
        deployment=prometheus.deployment,
        by_path=True,
        selector=selector,
        every_namespace=Known(value=bool(job.role), at=job.at),
        endpoints=(job.endpoint,),
        targets=job.targets,
        targets_complete=job.complete,
        reached=tuple(each for each in reached if each is not None),
        role=job.role,
        keeps=job.keeps,
        decided=job.decided,
        scraper=user.workload.address if user is not None else "",
    )


def _rules(file: RuleFile, address: str, deployment: Deployment) -> Iterator[Entity]:
    """Yield a set of rules with its alerts."""
    alarms = [
        Alarm(
            address=f"{address}[{each.name}]",
            kind="alert",
            name=each.name,
            at=each.at,
            deployment=deployment,
            metrics=each.metrics,
            watches=(),
            complete=False,
            enabled=Known(value=True, at=each.at),
            acts=Known(value=True, at=each.at),
        )
        for each in file.alerts
    ]
    yield RuleSet(
        address=address,
        kind="rule file",
        name=file.name,
        at=file.at,
        deployment=deployment,
        by_path=True,
        alarms=tuple(each.address for each in alarms),
        recorded=file.recorded,
        complete=file.complete,
    )
    yield from alarms


def _routing(file: RoutingFile) -> AlertRouting:
    """Return the routes of a file: what it says of who is told is the same wherever it is mounted."""
    return AlertRouting(
        address=f"{file.address} routes",
        kind="Alertmanager configuration",
        name=file.name,
        at=file.at,
        deployment=file.deployment,
        by_path=True,
        receivers=file.receivers,
        route=file.route,
        complete=file.receivers_complete,
    )


# -- files that no workload starts with ------------------------------------------------------------------------------


def _unused(estate: Estate, used: set[MonitoringFile]) -> Iterator[Entity]:
    """Yield what files come to that no workload mounts; those of the same folder belong together."""
    places = {each.at.path for each in estate.of(MonitoringFile) if each.holder}
    for file in estate.of(MonitoringFile):
        if file in used or (not file.holder and file.file in places):
            continue
        address = f"{file.file} of {file.holder}" if file.holder else f"{file.file} alone"
        match file:
            case ScrapeFile():
                yield from _alone(file, address, estate)
            case RuleFile():
                yield from _rules(file, address, file.deployment)
            case RoutingFile():
                yield _routing(file)


def _alone(file: ScrapeFile, address: str, estate: Estate) -> Iterator[Entity]:
    """Yield a Prometheus of which only its file is known, and its jobs."""
    folder = posixpath.dirname(file.file)
    sources = tuple(_source_alone(each, folder) for each in file.rules)
    paths = {path for source in sources for path in known_value(source.found) or ()}
    sets = (f"{each.file} alone" for each in estate.of(RuleFile) if not each.holder and each.file in paths)
    prometheus = _prometheus_of(file, address, file.deployment, sources, tuple(sets))
    yield _with_destinations(prometheus, file, None)
    yield from _monitors(file, prometheus, None)


def _source_alone(rule: RulePattern, folder: str) -> RuleSource:
    pattern = rule.pattern
    if not isinstance(pattern, Known):
        return RuleSource("?", Unknown(pattern.why, pattern.at), pattern.at)
    whole = posixpath.normpath(posixpath.join(folder, pattern.value))
    found = tuple(each for each in rule.alike if matches(whole, each))
    told: Value[tuple[str, ...]] = Known(found, pattern.at) if found else Unknown(_UNUSED, pattern.at)
    return RuleSource(pattern.value, told, pattern.at, rule.alike)
