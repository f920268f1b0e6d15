"""What runs a workload, told by what it does rather than by its name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Platform:
    """What runs the workload, told by what it does rather than by its name.

    ``single_host``: all copies share one machine, so a second copy adds little.
    ``image_healthcheck``: the platform runs the ``HEALTHCHECK`` of an image.
    ``utilization_needs_requests``: an autoscaler divides usage by what each container requests.
    ``own_machine``: each copy has a small machine of its own, and sees the CPUs of that one alone.
    ``check_restarts``: a copy whose own health check fails is replaced, not only taken out of traffic.
    ``replaces_copies``: requests themselves start copies, so that a lost one is replaced without anybody's doing.
    """

    name: str
    single_host: bool
    image_healthcheck: bool
    utilization_needs_requests: bool = False
    own_machine: bool = False
    replaces_copies: bool = False
    check_restarts: bool = False


KUBERNETES = Platform(
    "Kubernetes",
    single_host=False,
    image_healthcheck=False,
    utilization_needs_requests=True,
)
ECS = Platform("Amazon ECS", single_host=False, image_healthcheck=False, check_restarts=True)
FARGATE = Platform(
    "AWS Fargate",
    single_host=False,
    image_healthcheck=False,
    own_machine=True,
    check_restarts=True,
)
COMPOSE = Platform("Docker Compose", single_host=True, image_healthcheck=True)
LAMBDA = Platform(
    "AWS Lambda",
    single_host=False,
    image_healthcheck=False,
    own_machine=True,
    replaces_copies=True,
)
CLOUD_FUNCTIONS = Platform(
    "Cloud Run functions",
    single_host=False,
    image_healthcheck=False,
    own_machine=True,
    replaces_copies=True,
)
AZURE_FUNCTIONS = Platform(
    "Azure Functions",
    single_host=False,
    image_healthcheck=False,
    own_machine=True,
    replaces_copies=True,
)
APP_SERVICE = Platform("Azure App Service", single_host=False, image_healthcheck=False, own_machine=True)
MACHINES = Platform("virtual machines", single_host=False, image_healthcheck=False, own_machine=True)
CLOUD_RUN = Platform(
    "Cloud Run",
    single_host=False,
    image_healthcheck=False,
    own_machine=True,
    replaces_copies=True,
)
CONTAINER_APPS = Platform(
    "Azure Container Apps",
    single_host=False,
    image_healthcheck=False,
    own_machine=True,
    replaces_copies=True,
)
CONTAINER_INSTANCES = Platform(
    "Azure Container Instances",
    single_host=False,
    image_healthcheck=False,
    own_machine=True,
)
APP_RUNNER = Platform(
    "AWS App Runner",
    single_host=False,
    image_healthcheck=False,
    own_machine=True,
    replaces_copies=True,
)
APP_ENGINE = Platform(
    "App Engine",
    single_host=False,
    image_healthcheck=False,
    own_machine=True,
    replaces_copies=True,
)
APP_ENGINE_FLEXIBLE = Platform(
    "App Engine flexible",
    single_host=False,
    image_healthcheck=False,
    own_machine=True,
    check_restarts=True,
)
COMPOSER = Platform("Cloud Composer", single_host=False, image_healthcheck=False, replaces_copies=True)
