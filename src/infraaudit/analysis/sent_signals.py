"""What a workload is told to send of itself: by variables, annotations, and what its program is started with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.analysis.sight import missing, seen, untold
from infraaudit.facts.telemetry import telemetry_of
from infraaudit.model import HostKind, Known, Workload, known_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.analysis.sight import Cell
    from infraaudit.model import Container, Dependency, EnvironmentVariable, Estate

_INJECTED = "instrumentation.opentelemetry.io/inject-"
_WRAPPERS = {"opentelemetry-instrument": "OpenTelemetry", "ddtrace-run": "Datadog", "newrelic-admin": "New Relic"}


def sent(workload: Workload, signal: str, estate: Estate) -> Cell:
    """Tell whether a workload is told to send one signal somewhere that is there, as far as its settings say."""
    answers = [*_by_dependencies(workload, signal), *_by_variables(workload, signal)]
    if signal == "traces":
        answers.extend(_by_instrumentation(workload))
    found = next((each for each in answers if each.is_seen), None) or next(iter(answers), None)
    if found is not None:
        return found
    incomplete = next((each for each in workload.containers if not each.environment_complete), None)
    if incomplete is not None:
        return untold("not every variable of it can be told", incomplete.at)
    twin = _twin(workload, signal, estate)
    if twin is not None:
        return missing(f"{twin} of the same image sends its {signal}, and nothing tells this one to", workload.at)
    return untold(f"nothing here tells it to send {signal}, and its own code may", workload.at)


def _by_dependencies(workload: Workload, signal: str) -> Iterator[Cell]:
    for container in workload.containers:
        for each in container.dependencies:
            if signal in each.signals:
                yield _of_dependency(each)


def _of_dependency(dependency: Dependency) -> Cell:
    name = f"{dependency.variable} names {dependency.host}"
    if dependency.provider or dependency.kind is HostKind.ELSEWHERE:
        return seen(name, dependency.at)
    if dependency.kind is HostKind.LOOPBACK:
        return untold(f"{name}, where a neighbour may listen", dependency.at)
    return missing(f"{name}, which nothing here provides", dependency.at)


def _by_variables(workload: Workload, signal: str) -> Iterator[Cell]:
    """Yield what variables say whose value is no address that could be followed: secrets, empty texts, unknown ones."""
    for container in workload.containers:
        followed = {each.variable for each in container.dependencies}
        for variable in container.environment:
            row = telemetry_of(variable.name) if variable.name not in followed else None
            if row is not None and signal in row["signals"]:
                yield _of_variable(container, variable)


def _of_variable(container: Container, variable: EnvironmentVariable) -> Cell:
    value = variable.value
    if variable.secret_ref:
        return seen(f"{variable.name} comes from a secret", variable.at)
    if isinstance(value, Known) and value.value.strip():
        return seen(f"{variable.name} is set", value.at)
    if isinstance(value, Known):
        return missing(f"{variable.name} is set to nothing", value.at)
    return untold(f"{variable.name} of {container} is named, and its value cannot be told", value.at)


def _by_instrumentation(workload: Workload) -> Iterator[Cell]:
    for name, value in workload.annotations or ():
        if name.startswith(_INJECTED) and value.lower() not in {"", "false"}:
            yield seen(f"the operator of OpenTelemetry instruments it by {name}", workload.at)
    for container in workload.containers:
        for command in (container.entrypoint, container.command):
            words = " ".join(command.value.words) if isinstance(command, Known) else ""
            for wrapper, client in _WRAPPERS.items():
                if wrapper in words:
                    yield seen(f"{wrapper} instruments it for {client}", command.at)


def _twin(workload: Workload, signal: str, estate: Estate) -> Workload | None:
    """Return another workload of the same image that is told to send a signal."""
    images = {known_value(each.image) for each in workload.containers} - {None}
    for other in estate.in_deployment(workload, Workload):
        shared = {known_value(each.image) for each in other.containers} & images
        if other is workload or not shared:
            continue
        if any(each.is_seen for each in (*_by_dependencies(other, signal), *_by_variables(other, signal))):
            return other
    return None
