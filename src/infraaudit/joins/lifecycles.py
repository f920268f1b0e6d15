"""Notes which lines of releases images, functions, stores and clusters are built upon, and when these end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts.lifecycles import line_of_resource, lines_of_image
from infraaudit.model import (
    Absent,
    Cluster,
    Container,
    Datastore,
    EdgeKind,
    Estate,
    Image,
    Known,
    ProductVersion,
    Purpose,
    Unknown,
    Workload,
    default,
    known_value,
    parse_image_reference,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from infraaudit.facts.lifecycles import Line
    from infraaudit.model import Entity
    from infraaudit.source.span import Span


def join_lifecycles(estate: Estate) -> Estate:
    """Add a version of a product for whatever of the estate names one that the facts know."""
    found = (*_of_images(estate), *_of_containers(estate), *_of_resources(estate), *_of_clusters(estate))
    return Estate.of_parts((*estate.entities, *found), estate.edges)


def _of_images(estate: Estate) -> Iterator[ProductVersion]:
    """Yield what the stages are built upon: those that something runs, else the last one of their file."""
    images = estate.of(Image)
    run = {image.file for image in images if estate.edges_to(image, EdgeKind.RUNS)}
    for image in images:
        deployed = bool(estate.edges_to(image, EdgeKind.RUNS)) or (image.final and image.file not in run)
        if isinstance(image.base, Known):
            words = f"the image of {image.name}"
            for line in _lines(image.base.value):
                if line.purpose != "store":
                    yield _version(image, line, image.base.at, words, build_only=not deployed)


def _of_containers(estate: Estate) -> Iterator[ProductVersion]:
    """Yield what images that are not built here are built upon; their stores are told by the store itself."""
    for container in estate.of(Container):
        if isinstance(container.image, Known) and not estate.targets(container, EdgeKind.RUNS, Image):
            workload = estate.workload_of(container)
            is_store = bool(estate.targets(workload, EdgeKind.RUNS, Datastore))
            for line in _lines(container.image.value):
                if line.purpose != "store" or is_store:
                    yield _version(container, line, container.image.at, estate.words_for(container))


def _of_resources(estate: Estate) -> Iterator[ProductVersion]:
    for store in estate.of(Datastore):
        version = known_value(store.version) if store.version is not None else None
        if store.managed and version and store.version is not None:
            line = line_of_resource(store.kind, store.engine, version)
            if line is not None:
                yield _version(store, line, store.version.at, str(store), managed=True)
    for workload in estate.of(Workload):
        runtime = workload.runtime
        line = line_of_resource(workload.kind, "", runtime.value) if isinstance(runtime, Known) else None
        if line is not None and runtime is not None:
            yield _version(workload, line, runtime.at, str(workload), managed=True)


def _of_clusters(estate: Estate) -> Iterator[ProductVersion]:
    for cluster in estate.of(Cluster):
        version = cluster.version
        line = line_of_resource(cluster.kind, "", version.value) if isinstance(version, Known) else None
        if line is not None and version is not None:
            yield _version(cluster, line, version.at, str(cluster), managed=True)


def _lines(reference: str) -> Iterator[Line]:
    parsed = parse_image_reference(reference)
    yield from lines_of_image(parsed.repository.removeprefix("library/"), parsed.tag)


def _version(
    owner: Entity, line: Line, at: Span, carrier: str, *, managed: bool = False, build_only: bool = False
) -> ProductVersion:
    unlisted: Unknown[date] = Unknown(f"the table of lifecycles does not have {line.title} {line.cycle}", at)
    return ProductVersion(
        address=f"{owner.address} on {line.title}",
        kind=line.title,
        name=line.cycle,
        at=at,
        deployment=owner.deployment,
        purpose=_PURPOSES[line.purpose],
        product=line.title,
        cycle=Known(line.cycle, at),
        ends=default(line.ends, at, line.fact) if line.ends is not None else unlisted,
        extended=default(line.extended, at, line.fact) if line.extended is not None else Absent(at),
        carrier=carrier,
        owner=owner.key,
        managed=managed,
        build_only=build_only,
    )


_PURPOSES = {
    "system": Purpose.SYSTEM,
    "language": Purpose.LANGUAGE,
    "store": Purpose.STORE,
    "cluster": Purpose.CLUSTER,
}
