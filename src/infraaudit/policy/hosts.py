"""Whether a name under which nothing is described may still lead somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import UNREAD_CHART, Entity, Key, Opaque, Release, Service, SparePart, Workload, known_value

if TYPE_CHECKING:
    from infraaudit.model import Container, Dependency, Estate

_ENABLING = frozenset({"ENABLE", "ENABLED", "USE", "WITH"})
_DISABLING = frozenset({"DISABLE", "DISABLED", "SKIP", "NO"})
_OFF = frozenset({"false", "0", "off", "no", ""})
_ON = frozenset({"true", "1", "on", "yes"})
_COMMON_WORDS = frozenset({"SERVICE", "HOST", "ADDR", "ADDRESS", "URL", "URI", "SERVER", "ENDPOINT"})


def brought_unseen(entity: Entity, estate: Estate) -> Entity | None:
    """Return what brings objects into a deployment that are not seen here: a release, or a chart that is not read."""
    charts = (each for each in estate.in_deployment(entity, Opaque) if each.type == UNREAD_CHART)
    return next(iter((*estate.in_deployment(entity, Release), *charts)), None)


def why_unsure(container: Container, workload: Workload, dependency: Dependency, estate: Estate) -> str:
    """Say why a name in the settings of a container that is not found may still be there, nothing where it cannot."""
    host = dependency.host
    if not any(each.provider and each is not dependency for each in container.dependencies):
        return f"nothing that {workload} connects to is described here, {host} included"
    switch = _switch(container, dependency)
    if switch:
        return f"{switch} switches off what would use {host}"
    return why_elsewhere(workload, dependency, estate)


def why_elsewhere(workload: Workload, dependency: Dependency, estate: Estate) -> str:
    """Say why something outside of the deployment may answer a workload under a name, nothing where nothing can."""
    host = dependency.host
    if workload.platform.single_host:
        return _why_in_project(workload, host, estate)
    if workload.host_network.settled().value:
        return f"{workload} shares the network of its machine, which may know {host}"
    opaque = (each for each in estate.in_deployment(workload, Opaque) if each.name and each.name in host)
    maker = brought_unseen(workload, estate) or next(opaque, None)
    if maker is not None:
        return f"{maker} may make {host}"
    name = host.partition(".")[0]
    spare = next((each for each in estate.of(SparePart) if each.kind == "Service" and each.name == name), None)
    if spare is not None:
        return f"{spare.part} brings a service of the name {name}, and a deployment need not take it in"
    if _stands_in_another(workload, dependency, estate):
        return f"another deployment of the scan has a service of the name {name}"
    return ""


def _others_join(workload: Workload, estate: Estate) -> bool:
    """Tell whether another project of the scan joins networks that it does not make, which may be those of this one."""
    own = workload.deployment.id
    return any(each.outer_networks and each.deployment.id != own for each in estate.of(Workload))


def _why_in_project(workload: Workload, host: str, estate: Estate) -> str:
    if workload.outer_networks or not workload.networks or _others_join(workload, estate):
        return f"{workload} is in networks that may hold others under the name {host}"
    if _is_in_another_project(workload, host, estate):
        return f"another Compose file of the scan has {host}, and both may be started together"
    return ""


def _is_in_another_project(workload: Workload, host: str, estate: Estate) -> bool:
    """Tell whether a project that is no other environment of this one has a service of a name."""
    others = {
        each.deployment.id
        for each in estate.of(Workload)
        if each.platform.single_host and (each.name == host or host in each.aliases)
    } - {workload.deployment.id}
    return any(estate.get(Key(other, workload.address), Entity) is None for other in others)


def _switch(container: Container, dependency: Dependency) -> str:
    """Return the variable that switches off what a dependency is for: it shares a telling word with it."""
    words = set(dependency.variable.upper().split("_")) - _COMMON_WORDS
    for variable in container.environment:
        name = set(variable.name.upper().split("_"))
        if not words & name or not (_ENABLING | _DISABLING) & name:
            continue
        value = known_value(variable.value)
        if value is None or value.lower() in (_ON if _DISABLING & name else _OFF):
            return variable.name
    return ""


def _stands_in_another(workload: Workload, dependency: Dependency, estate: Estate) -> bool:
    """Tell whether a deployment that is no other environment of the workload has a service of this name."""
    name = dependency.host.partition(".")[0]
    others = {each.deployment.id for each in estate.of(Service) if each.name == name} - {workload.deployment.id}
    return any(estate.get(Key(other, workload.address), Entity) is None for other in others)
