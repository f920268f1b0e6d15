"""Ties containers to the images that are built in the tree, and tells what shell an image has."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraaudit.facts.images import image_facts
from infraaudit.model import (
    Absent,
    BuildTarget,
    Container,
    Edge,
    EdgeKind,
    Image,
    Known,
    Port,
    ShellKind,
    Unknown,
    known_value,
    parse_image_reference,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from infraaudit.facts.images import ImageFacts
    from infraaudit.model import CopiedFile, Estate, ImageReference, Key, Maybe
    from infraaudit.source.span import Span

_SHELL_PATHS = frozenset({"/", "/bin", "/bin/sh", "/usr", "/usr/bin", "/usr/bin/sh"})
_FILE_NAME = "Dockerfile"
_DEFAULT_OF = "the default of ARG "
_PLAIN_FOLDERS = frozenset(
    {"src", "app", "docker", "build", "deploy", "images", "image", "dockerfiles", "container", "containers"},
)


def join_images(estate: Estate) -> Estate:
    """Add an edge from each container to the stage that its image is built from, and fill what the facts tell.

    ``BUILDS`` says that a container's own file builds the stage, ``RUNS`` that the container runs it. The facts tell
    what an image that is built here has from its base, and what the image of a container is there for.
    """
    with_bases = estate.with_entities(_with_passed_arguments(estate))
    upon_bases = with_bases.with_entities(map(_upon_base, with_bases.of(Image)))
    joined = upon_bases.with_edges(_edges(upon_bases))
    return joined.with_containers(
        replace(container, image_role=facts.role)
        for container in joined.of(Container)
        if isinstance(container.image, Known) and (facts := facts_of_reference(container.image.value)) is not None
    )


def _with_passed_arguments(estate: Estate) -> Iterable[Image]:
    """Yield the images whose base depends on the default of an argument for which a build passes another value."""
    images = _Images.of(estate.of(Image))
    passed: dict[str, list[tuple[str, str, Maybe[str]]]] = defaultdict(list)
    for container in estate.of(Container):
        stage = images.built_by(container) if container.build_arguments else None
        if stage is not None:
            passed[stage.file].extend((str(container), name, value) for name, value in container.build_arguments)
    for target in estate.of(BuildTarget):
        if isinstance(target.file, Known):
            passed[target.file.value].extend((str(target), name, value) for name, value in target.arguments)
    for image in estate.of(Image):
        base = image.base
        if not isinstance(base, Known) or image.file not in passed:
            continue
        defaults = {step.what.removeprefix(_DEFAULT_OF) for step in base.at.trail if step.what.startswith(_DEFAULT_OF)}
        for builder, name, value in passed[image.file]:
            if name in defaults and (known_value(value) or "?") not in base.value:
                yield replace(image, base=Unknown(f"{builder} passes another {name} to the build", value.at))
                break


def facts_of_reference(text: str) -> ImageFacts | None:
    """Return what is known of an image by its reference as written.

    A bare name means the official image only where Docker Hub keeps it: ``redis`` of another registry may be any other.
    """
    reference = parse_image_reference(text)
    pinned_alone = reference.tag is None and reference.digest is not None
    elsewhere = not reference.on_docker_hub and "/" not in reference.repository
    path = f"{reference.registry}/{reference.repository}" if elsewhere else reference.repository
    return image_facts(path, "" if pinned_alone else reference.tag)


def _upon_base(image: Image) -> Image:
    """Fill what an image has from its base: its shell, its ports, and its user if it sets none."""
    shell = shell_of(image) if image.shell is ShellKind.UNKNOWN else image.shell
    facts = facts_of_reference(image.base.value) if isinstance(image.base, Known) else None
    if facts is None:
        return replace(image, shell=shell)
    own = {(known_value(port.number), port.protocol) for port in image.exposed}
    at = image.base.at
    below = tuple(Port(Known(number, at), at) for number in facts.exposes if (number, "tcp") not in own)
    user: Maybe[str] = Known(facts.user, at) if facts.user and isinstance(image.user, Absent) else image.user
    return replace(image, shell=shell, user=user, exposed=(*below, *image.exposed))


def shell_of(image: Image) -> ShellKind:
    """Tell what ``/bin/sh`` is in an image by the image that it starts from, unless the build puts another there."""
    base = known_value(image.base)
    facts = facts_of_reference(base) if base else None
    if facts is None or any(_may_bring_shell(copy) for copy in image.copies):
        return ShellKind.UNKNOWN
    if any("/bin/sh" in step.text and "ln " in step.text for step in image.steps):
        return ShellKind.UNKNOWN
    return ShellKind(facts.shell)


def _may_bring_shell(copy: CopiedFile) -> bool:
    return bool(copy.from_stage) and (posixpath.normpath(copy.target) in _SHELL_PATHS)


def _edges(estate: Estate) -> list[Edge]:
    containers = estate.of(Container)
    images = _Images.of(estate.of(Image))
    built = {container.key: images.built_by(container) for container in containers}
    names = _Names.among(containers, built, _tagged(estate, images))
    edges: list[Edge] = []
    for container in containers:
        image = built[container.key]
        if image is not None:
            at = _place_of_build(container)
            evidence = f"{container} is built from {image.file}"
            edges.append(Edge(EdgeKind.BUILDS, container.key, image.key, evidence, at))
            edges.append(Edge(EdgeKind.RUNS, container.key, image.key, evidence, at))
        elif not isinstance(container.build_context, Known | Unknown) and isinstance(container.image, Known):
            edges.extend(_by_name(container, container.image, names, images))
    return edges


def _tagged(estate: Estate, images: _Images) -> Iterable[tuple[str, Image]]:
    """Yield the names that build definitions give to stages."""
    for target in estate.of(BuildTarget):
        stage = images.of_target(target)
        if stage is not None:
            yield from ((tag.value, stage) for tag in target.tags if isinstance(tag, Known))


def _place_of_build(container: Container) -> Span:
    places = (container.build_file, container.build_context)
    return next((place.at for place in places if isinstance(place, Known)), container.at)


def _by_name(container: Container, image: Known[str], names: _Names, images: _Images) -> Iterable[Edge]:
    """Find the stage behind an image reference by the name that a build gives it, else by the folder of its file."""
    reference = parse_image_reference(image.value)
    well_known = facts_of_reference(image.value) is not None
    stages = names.of(reference, by_family=not well_known)
    name = "that a build in the tree gives to what it makes"
    if not stages and not well_known:
        stages = frozenset(images.by_folder.get(_plain_name(reference.family), ()))
        name = "of the folder of one Dockerfile alone"
    if len(stages) == 1:
        stage = next(iter(stages))
        evidence = f"the image {reference.repository} has the name {name}, {stage.file}"
        yield Edge(EdgeKind.RUNS, container.key, stage.key, evidence, image.at)


@dataclass(frozen=True)
class _Names:
    """The stages that Compose services build, by the whole name of their image and by the last segment of it."""

    by_reference: Mapping[tuple[str, str], frozenset[Image]]
    by_family: Mapping[str, frozenset[Image]]

    @staticmethod
    def among(
        containers: Iterable[Container], built: Mapping[Key, Image | None], tagged: Iterable[tuple[str, Image]]
    ) -> _Names:
        by_reference: dict[tuple[str, str], set[Image]] = defaultdict(set)
        by_family: dict[str, set[Image]] = defaultdict(set)
        for tag, stage in tagged:
            reference = parse_image_reference(tag)
            by_reference[reference.registry, reference.repository].add(stage)
            by_family[reference.family].add(stage)
        for container in containers:
            image, name = built[container.key], known_value(container.image)
            if image is not None and name:
                reference = parse_image_reference(name)
                by_reference[reference.registry, reference.repository].add(image)
                if not _serves_development(container, image):
                    by_family[reference.family].add(image)
        return _Names(
            {name: frozenset(images) for name, images in by_reference.items()},
            {name: frozenset(images) for name, images in by_family.items()},
        )

    def of(self, reference: ImageReference, *, by_family: bool) -> frozenset[Image]:
        """Return every stage that an image may be; more than one means that it cannot be told."""
        same = self.by_reference.get((reference.registry, reference.repository), frozenset())
        return same or (self.by_family.get(reference.family, frozenset()) if by_family else frozenset())


def _serves_development(container: Container, image: Image) -> bool:
    """Tell whether an image is built for one's own machine alone, so that its bare name says nothing of others."""
    hidden = any(folder.startswith(".") for folder in image.file.split("/")[:-1])
    return hidden or container.deployment.local


def _plain_name(name: str) -> str:
    return name.lower().replace("_", "-")


@dataclass(frozen=True)
class _Images:
    """The stages of the tree by file, and the final ones by the names of the folders that they lie in."""

    by_file: Mapping[str, tuple[Image, ...]]
    by_folder: Mapping[str, tuple[Image, ...]]

    @staticmethod
    def of(images: Iterable[Image]) -> _Images:
        by_file: dict[str, list[Image]] = defaultdict(list)
        by_folder: dict[str, list[Image]] = defaultdict(list)
        for image in images:
            by_file[image.file].append(image)
            if image.final:
                for folder in _naming_folders(image.file):
                    by_folder[folder].append(image)
        return _Images(
            {file: tuple(stages) for file, stages in by_file.items()},
            {folder: tuple(stages) for folder, stages in by_folder.items()},
        )

    def of_target(self, target: BuildTarget) -> Image | None:
        """Return the stage that a build definition builds."""
        stages = self.by_file.get(known_value(target.file) or "", ())
        return None if isinstance(target.file, Unknown) else _stage_of(stages, target.stage)

    def built_by(self, container: Container) -> Image | None:
        """Return the stage that a container's own build section names."""
        stages = next((self.by_file[file] for file in _build_files(container) if file in self.by_file), ())
        return _stage_of(stages, container.build_target)


def _stage_of(stages: Iterable[Image], target: Maybe[str] | None) -> Image | None:
    """Return the stage of a file that is asked for by name, else the last one."""
    if isinstance(target, Unknown):
        return None
    if isinstance(target, Known):
        return next((stage for stage in stages if stage.stage.lower() == target.value.lower()), None)
    return next((stage for stage in stages if stage.final), None)


def _naming_folders(file: str) -> tuple[str, ...]:
    """Return the folders that may name the image of a Dockerfile: its own, and those above folders that say nothing."""
    names: list[str] = []
    for folder in reversed(file.split("/")[:-1]):
        names.append(_plain_name(folder))
        if folder.lower() not in _PLAIN_FOLDERS:
            break
    return tuple(dict.fromkeys(names))


def _build_files(container: Container) -> tuple[str, ...]:
    """Return where the Dockerfile of a container may lie below the root; nothing where that cannot be told."""
    context, file = container.build_context, container.build_file
    if isinstance(file, Unknown):
        return ()
    folder = context.value if isinstance(context, Known) else None
    if isinstance(file, Known):
        beside = (posixpath.normpath(posixpath.join(folder, file.value)),) if folder is not None else ()
        return (posixpath.normpath(file.value), *beside)
    return (posixpath.normpath(posixpath.join(folder, _FILE_NAME)),) if folder is not None else ()
