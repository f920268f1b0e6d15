"""Plain data of a Compose project, from our model and from the client's own output, so that both can be compared."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from infraaudit.model import Known, Unknown, VolumeKind, known_value
from infraaudit.model.quantities import go_duration

if TYPE_CHECKING:
    from infraaudit.model import Command, Container, Maybe, Mount, Port, Workload

UNKNOWN = "(unknown)"

_KINDS = {"bind": VolumeKind.HOST_PATH, "volume": VolumeKind.PERSISTENT, "tmpfs": VolumeKind.EPHEMERAL}


def of_model(workload: Workload) -> dict[str, Any]:
    container = workload.containers[0]
    return {
        "image": _value(container.image),
        "entrypoint": _words(container.entrypoint),
        "command": _words(container.command),
        "environment": {each.name: _value(each.value) for each in container.environment},
        "ports": sorted((_port(port) for port in container.ports if port.published is not None), key=str),
        "volumes": sorted((_mount(mount) for mount in container.mounts), key=str),
        "depends_on": sorted(address.removeprefix("service ") for address in workload.depends_on),
        "networks": sorted(workload.networks),
        "replicas": _value(workload.replicas),
        "stop_grace": _value(workload.stop_grace),
        "user": _value(container.user),
        "privileged": _value(container.privileged),
        "init": container.init_process,
        "memory": _value(container.memory_limit),
        "cpu": _value(container.cpu_limit),
        "test": _test(container),
        "target": _value(container.build_target) if container.build_target is not None else None,
        "context": _value(container.build_context) if container.build_context is not None else None,
        "profiles": sorted(workload.profiles),
        "labels": dict(workload.labels) if workload.labels is not None else UNKNOWN,
    }


def _value(value: Maybe[Any]) -> Any:  # noqa: ANN401 - plain data
    if isinstance(value, Unknown):
        return UNKNOWN
    return value.value if isinstance(value, Known) else None


def _words(command: Maybe[Command]) -> Any:  # noqa: ANN401 - plain data
    if isinstance(command, Unknown):
        return UNKNOWN
    return list(command.value.words) if isinstance(command, Known) else None


def _port(port: Port) -> list[Any]:
    published = known_value(port.published) if port.published is not None else None
    return [_value(port.number), published, port.protocol, port.host_address]


def _mount(mount: Mount) -> list[Any]:
    kind = mount.kind.value if isinstance(mount.kind, Known) else UNKNOWN
    return [_value(mount.path), str(kind), mount.read_only]


def _test(container: Container) -> Any:  # noqa: ANN401 - plain data
    probe = container.readiness
    if not isinstance(probe, Known) or probe.value.command is None:
        return None
    return _words(probe.value.command)


def of_client(service: dict[str, Any], project_folder: str) -> dict[str, Any]:
    """Project one service of ``docker-compose config``; ``project_folder`` is where it lies below the root."""
    deploy = service.get("deploy") or {}
    limits = (deploy.get("resources") or {}).get("limits") or {}
    build = service.get("build") or {}
    return {
        "image": service.get("image"),
        "entrypoint": _undollared(service.get("entrypoint")),
        "command": _undollared(service.get("command")),
        "environment": _client_environment(service.get("environment") or {}),
        "ports": sorted((_client_port(port) for port in service.get("ports") or []), key=str),
        "volumes": sorted(_client_volumes(service), key=str),
        "depends_on": sorted(service.get("depends_on") or {}),
        "networks": sorted(service.get("networks") or {}),
        "replicas": service.get("scale", deploy.get("replicas", 1)),
        "stop_grace": go_duration(service.get("stop_grace_period", "10s")),
        "user": service.get("user"),
        "privileged": service.get("privileged", False),
        "init": service.get("init", False),
        "memory": int(limits.get("memory") or service.get("mem_limit") or 0) or None,
        "cpu": int(float(limits.get("cpus") or service.get("cpus") or 0) * 1000) or None,
        "test": _client_test(service.get("healthcheck") or {}),
        "target": build.get("target"),
        "context": _client_context(build, project_folder),
        "profiles": sorted(service.get("profiles") or []),
        "labels": {name: _undollared(text) for name, text in (service.get("labels") or {}).items()},
    }


def _client_environment(variables: dict[str, str | None]) -> dict[str, Any]:
    """Return the variables; one without a value is left to the shell that starts the project."""
    return {name: UNKNOWN if text is None else _undollared(text) for name, text in variables.items()}


def _undollared(value: Any) -> Any:  # noqa: ANN401 - plain data
    """Undo the escape that the client puts before each dollar sign of its output."""
    if isinstance(value, list):
        return [_undollared(item) for item in value]
    return value.replace("$$", "$") if isinstance(value, str) else value


def _client_port(port: dict[str, Any]) -> list[Any]:
    published = port.get("published", "")
    number = int(published) if published.isdecimal() else None
    return [port["target"], number, port["protocol"], port.get("host_ip", "")]


def _client_volumes(service: dict[str, Any]) -> list[list[Any]]:
    found = []
    for volume in service.get("volumes") or []:
        kind = _KINDS[volume["type"]]
        if volume["type"] == "volume" and not volume.get("source"):
            kind = VolumeKind.EPHEMERAL
        found.append([posixpath.normpath(volume["target"]), str(kind), volume.get("read_only", False)])
    memory = [text.partition(":")[0] for text in service.get("tmpfs") or []]
    return [*found, *([path, str(VolumeKind.EPHEMERAL), False] for path in memory)]


def _client_test(check: dict[str, Any]) -> list[str] | None:
    test = _undollared(check.get("test"))
    if check.get("disable") or not test or test == ["NONE"]:
        return None
    return test[1:] if test[0] == "CMD" else [" ".join(test[1:])]


def _client_context(build: dict[str, Any], project_folder: str) -> str | None:
    context = build.get("context")
    if context is None or "://" in context:
        return None if context is None else UNKNOWN
    path = posixpath.normpath(posixpath.join(project_folder, context.removeprefix("/PROJECT").lstrip("/")))
    return "" if path == "." else path
