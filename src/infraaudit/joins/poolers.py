"""Finds the poolers that run in containers, and what they are told by variables or by a file beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import (
    Absent,
    Datastore,
    Edge,
    EdgeKind,
    Known,
    Pooler,
    PoolMode,
    Unknown,
    Workload,
    default,
    known_value,
    parse_image_reference,
)
from infraaudit.model.node import as_integer

if TYPE_CHECKING:
    from infraaudit.facts import Row
    from infraaudit.model import Container, Estate, Maybe, Value

_ENTRY = re.compile(r"^[ \t]*(?P<name>[\w*.-]+)[ \t]*=[ \t]*(?P<value>[^\n;#]*)", re.MULTILINE)
_SECTION = re.compile(r"^[ \t]*\[(?P<name>\w+)\][ \t]*$", re.MULTILINE)
_HOST = re.compile(r"(?<![\w-])host=(?P<host>[\w.-]+)")
_MODES = {mode.value: mode for mode in PoolMode}


@dataclass(frozen=True, slots=True)
class Settings:
    """What one container is told: the row of its program, and the file where one is read."""

    container: Container
    program: str
    row: Row
    options: dict[str, str]
    databases: dict[str, str]
    read: bool
    mounted: bool

    def text(self, name: str) -> Maybe[str]:
        """Return a setting as it is written: a variable wins, for the images write the file from them."""
        container = self.container
        for variable in reversed(container.environment):
            if variable.name.upper() in self.row[name]["variables"]:
                return variable.value
        if name in self.options:
            return Known(self.options[name], container.at)
        if self.mounted and not self.read:
            return Unknown(f"{container} reads a configuration file of its own", container.at)
        if not container.environment_complete:
            return Unknown(f"some variables of {container} come from a source that is not in the scan", container.at)
        return Absent(container.at)

    def number(self, name: str) -> Value[int]:
        """Return a setting that is a number, or the default of the program."""
        written = self.text(name)
        if isinstance(written, Absent):
            return default(int(self.row[name]["default"]), written.at, self.row.words)
        if isinstance(written, Unknown):
            return Unknown(written.why, written.at)
        number = as_integer(written.value.strip())
        return Unknown(f"{name} is no whole number", written.at) if number is None else Known(number, written.at)


def join_poolers(estate: Estate) -> Estate:
    """Add a pooler for every container that runs one, and the edge from its workload."""
    found: list[Pooler] = []
    edges: list[Edge] = []
    for workload in estate.of(Workload):
        for container in workload.containers:
            settings = settings_of(container)
            if settings is not None:
                pooler = _pooler(workload, settings)
                found.append(pooler)
                evidence = f"its image is {known_value(container.image)}"
                edges.append(Edge(EdgeKind.RUNS, workload.key, pooler.key, evidence, container.image.at))
    joined = estate.with_entities(found).with_edges(edges) if found else estate
    return _with_managed(joined)


def _with_managed(estate: Estate) -> Estate:
    """Tie the poolers that a cloud runs to the stores behind them, whose limits tell the size of their pools."""
    changed: list[Pooler] = []
    edges: list[Edge] = []
    for pooler in estate.of(Pooler):
        for target in pooler.targets:
            store = _store_of(target, pooler, estate)
            if store is not None:
                edges.append(Edge(EdgeKind.READS, pooler.key, store.key, f"{pooler} pools for it", target.at))
                changed.append(replace(pooler, pool_size=_pool_of(pooler, store)))
    return estate.with_entities(changed).with_edges(edges) if changed else estate


def _store_of(target: Value[str], pooler: Pooler, estate: Estate) -> Datastore | None:
    """Return the store at an address, or the only one with a literal name."""
    name = known_value(target)
    if name is None:
        return None
    named = [each for each in estate.in_deployment(pooler, Datastore) if name in each.identifiers]
    return estate.beside(pooler, name, Datastore) or (named[0] if len(named) == 1 else None)


def _pool_of(pooler: Pooler, store: Datastore) -> Value[int]:
    limit, share = store.max_connections, pooler.share
    if isinstance(share, Unknown):
        return share
    if share is None or limit is None or isinstance(limit, Absent):
        return pooler.pool_size
    if isinstance(limit, Unknown):
        return Unknown(limit.why, limit.at)
    return Known(limit.value * share.value // 100, share.at, share.stated, f"{share.value} % of {limit.value}")


def settings_of(container: Container) -> Settings | None:
    """Return what a container is told that runs a pooler, ``None`` for every other one."""
    image = known_value(container.image)
    repository = f"/{parse_image_reference(image).repository}" if image is not None else ""
    for program, row in table("poolers").items():
        if repository.endswith(tuple(row["images"])):
            text = next((script.text for path, script in container.scripts if path.endswith(row["file"])), None)
            mounted = any((known_value(each.path) or "").startswith("/etc/pgbouncer") for each in container.mounts)
            sections = _sections(text or "")
            options, databases = sections.get("pgbouncer", {}), sections.get("databases", {})
            return Settings(container, program, row, options, databases, text is not None, mounted)
    return None


def hosts_of(settings: Settings) -> tuple[str, ...]:
    """Return the hosts of the databases in the file of a pooler."""
    return tuple(dict.fromkeys(match["host"] for text in settings.databases.values() for match in _HOST.finditer(text)))


def _sections(text: str) -> dict[str, dict[str, str]]:
    pieces = _SECTION.split(text)
    return {
        name: {match["name"]: match["value"].strip() for match in _ENTRY.finditer(body)}
        for name, body in zip(pieces[1::2], pieces[2::2], strict=True)
    }


def _pooler(workload: Workload, settings: Settings) -> Pooler:
    container = settings.container
    return Pooler(
        address=f"{container.address}#pooler",
        kind=workload.kind,
        name=workload.name if len(workload.containers) == 1 else f"{workload.name}/{container.name}",
        at=container.image.at,
        deployment=workload.deployment,
        workload=workload.address,
        program=settings.program,
        mode=_mode(settings),
        pool_size=pool_size_of(settings),
        pairs=max(len(settings.databases), 1),
        most_clients=settings.number("max_client_conn"),
    )


def _mode(settings: Settings) -> Value[PoolMode]:
    written = settings.text("pool_mode")
    if isinstance(written, Absent):
        return default(_MODES[settings.row["pool_mode"]["default"]], written.at, settings.row.words)
    if isinstance(written, Unknown):
        return Unknown(written.why, written.at)
    mode = _MODES.get(written.value.strip().lower())
    return (
        Unknown(f"{written.value} is no mode of {settings.program}", written.at)
        if mode is None
        else Known(mode, written.at)
    )


def pool_size_of(settings: Settings) -> Value[int]:
    """Return how many connections one copy opens for a pair, with the reserve, and within the bound of its database."""
    size, reserve = settings.number("default_pool_size"), settings.number("reserve_pool_size")
    most = settings.number("max_db_connections")
    if isinstance(size, Unknown) or isinstance(reserve, Unknown):
        return size if isinstance(size, Unknown) else reserve
    if isinstance(most, Unknown):
        return most
    whole = size.value + reserve.value
    if 0 < most.value < whole:
        return most
    stated = size.stated or reserve.stated
    return Known(whole, size.at if size.stated or not reserve.stated else reserve.at, stated, size.fact)
