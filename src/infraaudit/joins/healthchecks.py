"""Tells which health check a container's image brings along, on the platforms that run it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.joins.images import facts_of_reference
from infraaudit.model import Absent, EdgeKind, Image, Known, Unknown, Workload, parse_image_reference

if TYPE_CHECKING:
    from infraaudit.model import Container, Estate, Maybe, Probe

_EMPTY = "scratch"


def join_healthchecks(estate: Estate) -> Estate:
    """Fill the image's health check of every container whose platform runs it."""
    return estate.with_containers(
        replace(container, image_health=_brought_along(estate, container))
        for workload in estate.of(Workload)
        if workload.platform.image_healthcheck
        for container in workload.containers
    )


def _brought_along(estate: Estate, container: Container) -> Maybe[Probe]:
    if container.health_disabled and isinstance(container.readiness, Absent):
        return container.readiness
    images = estate.targets(container, EdgeKind.RUNS, Image)
    if not images:
        return _of_reference(container.image, container)
    own = images[0].healthcheck
    if not isinstance(own, Absent) or images[0].health_disabled:
        return own
    return _of_reference(images[0].base, container)


def _of_reference(reference: Maybe[str], container: Container) -> Maybe[Probe]:
    """Return the check of an image that is not built here: known only of those that never bring one."""
    if isinstance(reference, Unknown):
        return Unknown(reference.why, reference.at)
    if isinstance(reference, Absent):
        return Unknown("the image that is built for it is not in the scan", container.at)
    if _brings_none(reference):
        return Absent(container.at)
    return Unknown(f"whether the image {reference.value} brings a HEALTHCHECK is not in the scan", reference.at)


def _brings_none(reference: Known[str]) -> bool:
    if reference.value == _EMPTY:
        return True
    image = parse_image_reference(reference.value)
    is_official = image.on_docker_hub and "/" not in image.repository.removeprefix("library/")
    known = is_official and facts_of_reference(reference.value) is not None
    return known and not fact("defaults", "docker.official_healthcheck").value
