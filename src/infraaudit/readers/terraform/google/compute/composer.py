"""Lifts the environments of Cloud Composer, in which Airflow starts the tasks of its graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact, table
from infraaudit.model import COMPOSER, Absent, Location, Role, Unknown, Workload, default
from infraaudit.readers.terraform.google.compute.cloud_run import shares_identity
from infraaudit.readers.terraform.google.defaults import TABLE
from infraaudit.readers.terraform.lifting.arguments import argument
from infraaudit.readers.terraform.lifting.container_parts import plain_container, variables_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Container
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_TYPE = "google_composer_environment"


def lift_environments(resources: Resources) -> Iterator[Workload]:
    """Lift ``google_composer_environment``: one Airflow, whose parts Composer counts and spreads by itself."""
    for resource in resources.of_type(_TYPE):
        sandbox = fact(TABLE, "cloud_run.sandbox")
        yield Workload(
            **resource.head,
            platform=COMPOSER,
            role=Role.SCHEDULER,
            replicas=Unknown("Composer counts its schedulers and workers itself", resource.at),
            surge=Absent(resource.at),
            stop_grace=Unknown("how long Composer lets a worker end is not among the facts", resource.at),
            single_by_design="one Airflow runs each graph, and Composer keeps its parts running",
            containers=(_container(resource, resources),),
            host_network=default(bool(sandbox.value), resource.at, sandbox.words),
            location=Location(zones=Absent(resource.at), subnets=Absent(resource.at)),
            shared_identity=shares_identity(argument(resource, "config.node_config.service_account")),
        )


def _container(resource: Resource, resources: Resources) -> Container:
    environment, complete = variables_of(argument(resource, "config.software_config.env_variables"), resources)
    return plain_container(
        resource,
        "airflow",
        table(TABLE)["cloud_run.sandbox"],
        environment=environment,
        environment_complete=complete,
    )
