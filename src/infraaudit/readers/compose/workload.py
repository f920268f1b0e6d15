"""A service as a workload: its copies, its neighbours, and the container that each copy is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import COMPOSE, Absent, Known, Node, Unknown, Value, Workload, default, known_value
from infraaudit.model.quantities import go_duration
from infraaudit.model.values import or_default
from infraaudit.readers.compose.container import container_of
from infraaudit.readers.compose.label_routes import label_routes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Deployment, Maybe
    from infraaudit.readers.compose.files import Files
    from infraaudit.readers.compose.loader import Project

_NAMESPACES = ("network_mode", "ipc", "pid", "uts", "cgroup")
_SERVICE = "service:"
_DEFAULT_NETWORK = "default"
_ENDED, _HEALTHY = "service_completed_successfully", "service_healthy"
_ANY = "any"
_ALWAYS = frozenset({"always", "unless-stopped", _ANY})


def workloads_of(project: Project, deployment: Deployment, files: Files) -> list[Workload]:
    """Return the services of a project."""
    once = _run_once(project)
    return [
        _workload(name, service, project, deployment, files, runs_once=name in once)
        for name, service in project.services.items()
        if service.is_mapping
    ]


def _run_once(project: Project) -> frozenset[str]:
    """Return the services that another one waits for until they have ended well, unless they are started again."""
    awaited = {name for service in project.services.values() for name in _awaited(service, _ENDED)}
    return frozenset(name for name in awaited if not _starts_again(project.services.get(name)))


def _awaited(service: Node, condition: str) -> list[str]:
    """Return the services that one waits for under a condition."""
    return [name for name, each in _entries(service["depends_on"]) if each["condition"].content == condition]


def _starts_again(service: Node | None) -> bool:
    """Tell whether a service that ended well is surely started again."""
    if service is None:
        return False
    written = restart_of(service)
    return isinstance(written, Known) and written.value in _ALWAYS


def restart_of(service: Node) -> Maybe[str]:
    """Return when a service is started again: as ``restart`` says, else the policy of its deployment."""
    policy = service.path("deploy", "restart_policy")
    if service["restart"].is_absent and not policy.is_absent:
        condition = policy["condition"]
        return condition.string() if not condition.is_absent else Known(_ANY, policy.at)
    return service["restart"].string()


def _entries(node: Node) -> list[tuple[str, Node]]:
    return list(node.content.items()) if isinstance(node.content, dict) else []


def _workload(
    name: str, service: Node, project: Project, deployment: Deployment, files: Files, *, runs_once: bool
) -> Workload:
    at = service.key_at or service.at
    grace = fact("defaults", "compose.stop_grace")
    stop_grace = service["stop_grace_period"].value(go_duration, "a duration")
    return Workload(
        address=_address(name),
        kind="service",
        name=name,
        at=at,
        deployment=deployment,
        platform=COMPOSE,
        replicas=_replicas(service),
        surge=Absent(at),
        stop_grace=or_default(stop_grace, int(grace.value), grace.words),
        containers=(container_of(name, service, project, deployment, files),),
        labels=_labels(service["labels"]),
        runs_once=runs_once,
        host_network=_host_network(service),
        depends_on=tuple(_address(each) for each in dependencies(service) if each in project.services),
        waits_for_health=tuple(_address(each) for each in _awaited(service, _HEALTHY) if each in project.services),
        restart=restart_of(service),
        networks=_networks(service),
        label_routes=label_routes_of(service),
        outer_networks=_outer_networks(service, project),
        profiles=_profiles(service["profiles"]),
        aliases=tuple(dict.fromkeys(_aliases(service))),
        known_hosts=tuple(dict.fromkeys(_known_hosts(service))),
        hostname=service["hostname"].string(),
    )


def _address(name: str) -> str:
    return f"service {name}"


def _replicas(service: Node) -> Value[int]:
    usual = fact("defaults", "compose.replicas")
    written = service["scale"] if not service["scale"].is_absent else service.path("deploy", "replicas")
    return written.integer_or(int(usual.value), usual.words)


def _labels(node: Node) -> tuple[tuple[str, str], ...] | None:
    values = [(name, child.string()) for name, child in _entries(node)]
    told = tuple((name, known_value(value) or "") for name, value in values if not isinstance(value, Unknown))
    return told if node.complete and len(told) == len(values) else None


def _host_network(service: Node) -> Value[bool]:
    mode = service["network_mode"].string()
    if isinstance(mode, Unknown):
        return Unknown(mode.why, mode.at)
    if isinstance(mode, Known):
        return mode.map(lambda word: word == "host")
    usual = fact("defaults", "compose.host_network")
    return default(bool(usual.value), mode.at, usual.words)


def dependencies(service: Node) -> list[str]:
    """Return the services that one waits for: as stated, and through links and what it shares with them."""
    names = [name for name, _ in _entries(service["depends_on"])]
    names += [text.partition(":")[0] for text in _texts(service["links"])]
    shared = [service[key].content for key in _NAMESPACES]
    names += [word.removeprefix(_SERVICE) for word in shared if isinstance(word, str) and word.startswith(_SERVICE)]
    names += [text.partition(":")[0] for text in _texts(service["volumes_from"]) if not text.startswith("container:")]
    return list(dict.fromkeys(names))


def _texts(node: Node) -> list[str]:
    return [item.content for item in node.each() if isinstance(item.content, str)]


def _networks(service: Node) -> tuple[str, ...]:
    """Return the networks that a service joins: the default one of the project where it names none."""
    if not service["network_mode"].is_absent:
        return ()
    return tuple(name for name, _ in _entries(service["networks"])) or (_DEFAULT_NETWORK,)


def _outer_networks(service: Node, project: Project) -> tuple[str, ...]:
    """Return those networks of a service that the project only joins, so that others may be in them as well."""
    declared = ((name, project.networks.get(name)) for name in _networks(service))
    return tuple(name for name, node in declared if node is not None and _is_external(node["external"]))


def _is_external(node: Node) -> bool:
    """Whether a network is made by somebody else: as stated, in the old form with a name, or perhaps."""
    return node.is_unknown or node.is_mapping or known_value(node.boolean()) is True


def _profiles(node: Node) -> tuple[str, ...]:
    return tuple(_texts(node))


def _aliases(service: Node) -> Iterator[str]:
    """Yield the further names of a service in its networks."""
    yield from _texts(Node((service["container_name"], service["hostname"]), service.at))
    for _, network in _entries(service["networks"]):
        yield from _texts(network["aliases"])


def _known_hosts(service: Node) -> Iterator[str]:
    """Yield the names that a service alone knows: those of its hosts file, and its own ones for services it links."""
    yield from (name for name, _ in _entries(service["extra_hosts"]))
    for text in _texts(service["extra_hosts"]):
        yield text.replace("=", ":").partition(":")[0]
    for text in (*_texts(service["links"]), *_texts(service["external_links"])):
        yield text.rpartition(":")[2]
