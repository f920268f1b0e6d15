"""Lifts the Cloud Run functions, of both generations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.facts import fact, table
from infraaudit.model import CLOUD_FUNCTIONS, Absent, EnvironmentVariable, Function, Known, Role, Unknown, default
from infraaudit.model.quantities import kubernetes_bytes
from infraaudit.readers.terraform.google.compute.cloud_run import shares_identity
from infraaudit.readers.terraform.google.defaults import TABLE, integer_or_default
from infraaudit.readers.terraform.google.network.backends import targets_of_serverless
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, literals
from infraaudit.readers.terraform.lifting.container_parts import plain_container, secret_variable, variables_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Container, Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_COUNTED = "each event starts a copy, or takes one that is free"


@dataclass(frozen=True, slots=True)
class _Generation:
    """Where one generation keeps its settings. ``at_once`` is how many events one copy may work on at once."""

    type: str
    row: str
    time: str
    most: str
    at_once: str
    environment: str
    memory: str
    runtime: str
    identity: str


_GENERATIONS = (
    _Generation(
        "google_cloudfunctions2_function",
        "functions",
        "service_config.timeout_seconds",
        "service_config.max_instance_count",
        "service_config.max_instance_request_concurrency",
        "service_config.environment_variables",
        "service_config.available_memory",
        "build_config.runtime",
        "service_config.service_account_email",
    ),
    _Generation(
        "google_cloudfunctions_function",
        "functions_1",
        "timeout",
        "max_instances",
        "",
        "environment_variables",
        "",
        "runtime",
        "service_account_email",
    ),
)


def lift_functions(resources: Resources) -> Iterator[Function]:
    """Lift the functions."""
    for generation in _GENERATIONS:
        for resource in resources.of_type(generation.type):
            yield _function(resource, resources, generation)


def _function(resource: Resource, resources: Resources, generation: _Generation) -> Function:
    sandbox = fact(TABLE, "cloud_run.sandbox")
    return Function(
        address=resource.address,
        kind=resource.type,
        name=resource.name,
        at=resource.at,
        deployment=resource.deployment,
        platform=CLOUD_FUNCTIONS,
        role=Role.FUNCTION,
        replicas=Unknown(_COUNTED, resource.at),
        surge=Absent(resource.at),
        stop_grace=default(0, resource.at, sandbox.words),
        containers=(_container(resource, resources, generation),),
        host_network=default(bool(sandbox.value), resource.at, sandbox.words),
        time_limit=integer_or_default(argument(resource, generation.time), f"{generation.row}.timeout"),
        most_at_once=_most(resource, generation),
        shared_at_once=Absent(resource.at),
        dead_letter=Absent(resource.at),
        retries=Absent(resource.at),
        runtime=argument(resource, generation.runtime).string().map(_spelled_out),
        identifiers=literals(argument(resource, "name").string()),
        targets=tuple(targets_of_serverless(resource, resources, "cloud_function", "function")),
        shared_identity=_shares_identity(resource, generation),
    )


def _shares_identity(resource: Resource, generation: _Generation) -> Value[bool]:
    row = "functions_1" if generation.row == "functions_1" else "cloud_run"
    return shares_identity(argument(resource, generation.identity), f"{row}.shared_identity")


def _spelled_out(runtime: str) -> str:
    """Return a runtime with its version as others write it: Google leaves the point away (``python312``)."""
    return re.sub(r"^(python|php|ruby)(\d)(\d+)$", r"\1\2.\3", runtime)


def _most(resource: Resource, generation: _Generation) -> Value[int]:
    """Return how many events may be worked on at once: copies times what each of them takes at once."""
    copies = integer_or_default(argument(resource, generation.most), f"{generation.row}.instances")
    if not generation.at_once:
        return copies
    each = integer_or_default(argument(resource, generation.at_once), f"{generation.row}.at_once")
    if isinstance(copies, Unknown):
        return copies
    if isinstance(each, Unknown):
        return Unknown(each.why, each.at)
    stated = copies.stated
    return Known(copies.value * each.value, copies.at, stated, "" if stated else copies.fact)


def _container(resource: Resource, resources: Resources, generation: _Generation) -> Container:
    environment, complete = variables_of(argument(resource, generation.environment), resources)
    secrets, all_secrets = _secrets(resource, resources, generation)
    memory = _memory(resource, generation)
    return plain_container(
        resource,
        "function",
        table(TABLE)["cloud_run.sandbox"],
        environment=(*environment, *secrets),
        environment_complete=complete and all_secrets,
        memory_request=memory,
        memory_limit=memory,
    )


def _secrets(
    resource: Resource, resources: Resources, generation: _Generation
) -> tuple[tuple[EnvironmentVariable, ...], bool]:
    """Return the variables that come from Secret Manager, and whether these are all of them."""
    before, _, _ = generation.environment.rpartition("environment_variables")
    members, complete = blocks(argument(resource, f"{before}secret_environment_variables"))
    found = [(each, each["key"].string()) for each in members]
    variables = tuple(
        secret_variable(key.value, each["secret"], resources) for each, key in found if isinstance(key, Known)
    )
    return variables, complete and len(variables) == len(members)


def _memory(resource: Resource, generation: _Generation) -> Maybe[int]:
    if not generation.memory:
        return Absent(resource.at)
    return argument(resource, generation.memory).value(kubernetes_bytes, "a size")
