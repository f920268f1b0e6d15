"""Tells for which processors the image of each container is surely built."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model import (
    BuildTarget,
    BuiltFor,
    Container,
    EdgeKind,
    Image,
    Known,
    known_value,
    parse_image_reference,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infraaudit.model import Estate, Maybe

_NAMES = {"x86_64": "amd64", "x86-64": "amd64", "aarch64": "arm64", "arm64v8": "arm64"}
_NAME_SPACE = re.compile(r"(arm64v8|amd64)/")
_OF_TAG = re.compile(r"(?:^|[-_.])(amd64|arm64v8|arm64|aarch64|x86_64)$")


def join_architectures(estate: Estate) -> Estate:
    """Fill the processors of every container whose image, or whose build, names them."""
    targets = estate.of(BuildTarget)
    return estate.with_containers(
        replace(container, built_for=found)
        for container in estate.of(Container)
        if (found := _built_for(estate, container, targets)) is not None
    )


def architecture(platform: str) -> str:
    """Return the processors of a platform such as ``linux/arm64/v8``, by the names that Docker has for them."""
    words = platform.lower().split("/")
    name = words[1] if len(words) > 1 else words[0]
    return _NAMES.get(name, name)


def _built_for(estate: Estate, container: Container, targets: Iterable[BuildTarget]) -> BuiltFor | None:
    images = estate.targets(container, EdgeKind.RUNS, Image)
    if not images:
        return _by_reference(container.image) if container.build_context is None else None
    if len(images) > 1:
        return None
    image = images[0]
    if isinstance(image.platform, Known):
        found = frozenset({architecture(image.platform.value)})
        return BuiltFor(found, f"{image.file} pulls its base for {image.platform.value} only", image.platform.at)
    by_base = _by_reference(image.base)
    return by_base if by_base is not None else _by_targets(image, targets)


def _by_reference(reference: Maybe[str]) -> BuiltFor | None:
    """Tell by a name space of Docker Hub or the end of a tag that exist for one kind of processors alone."""
    if not isinstance(reference, Known):
        return None
    parsed = parse_image_reference(reference.value)
    match = _NAME_SPACE.match(parsed.repository) if parsed.on_docker_hub else None
    match = match or _OF_TAG.search((parsed.tag or "").lower())
    if match is None:
        return None
    return BuiltFor(frozenset({architecture(match[1])}), f"its name says {match[1]}", reference.at)


def _by_targets(image: Image, targets: Iterable[BuildTarget]) -> BuiltFor | None:
    """Tell by the build definitions that build a stage, all of which have to say for what."""
    mine = [each for each in targets if known_value(each.file) == image.file and _builds(each, image)]
    listed = [each.platforms for each in mine if each.platforms]
    if not mine or len(listed) < len(mine):
        return None
    if not all(isinstance(platform, Known) for platforms in listed for platform in platforms):
        return None
    found = [platform for platforms in listed for platform in platforms if isinstance(platform, Known)]
    names = ", ".join(dict.fromkeys(platform.value for platform in found))
    return BuiltFor(
        frozenset(architecture(platform.value) for platform in found),
        f"{mine[0]} builds it for {names}",
        found[0].at,
    )


def _builds(target: BuildTarget, image: Image) -> bool:
    stage = known_value(target.stage)
    return stage.lower() == image.stage.lower() if stage is not None else image.final
