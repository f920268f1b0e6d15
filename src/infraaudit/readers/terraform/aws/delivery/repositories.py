"""Lifts the repositories of Amazon ECR, with what their registry says for all of them."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, ImageRepository, Known, Unknown, default, known_value
from infraaudit.readers.terraform.aws.defaults import string_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, literals
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_PRIVATE = "aws_ecr_repository"
_PUBLIC = "aws_ecrpublic_repository"
_REGISTRY = "aws_ecr_registry_scanning_configuration"
_LIFECYCLE = "aws_ecr_lifecycle_policy"
_MIRROR = "aws_ecr_pull_through_cache_rule"
_MANUAL = "MANUAL"


def lift_repositories(resources: Resources) -> Iterator[ImageRepository]:
    """Lift private and public repositories."""
    for resource in resources.of_type(_PRIVATE):
        yield ImageRepository(
            **resource.head,
            mutable=string_or_default(
                argument(resource, "image_tag_mutability"), f"{_PRIVATE}.image_tag_mutability"
            ).map(_is_mutable),
            scanned=_scanned(resource, resources),
            expires=_expires(resource, resources),
            mirrors=_mirrors(resource, resources),
            public=Known(value=False, at=resource.at),
            identifiers=literals(argument(resource, "name").string()),
        )
    for resource in resources.of_type(_PUBLIC):
        untold: Unknown[bool] = Unknown("no setting of a public repository tells it", resource.at)
        yield ImageRepository(
            **resource.head,
            mutable=untold,
            scanned=untold,
            expires=untold,
            mirrors=Absent(resource.at),
            public=Known(value=True, at=resource.at),
            identifiers=literals(argument(resource, "repository_name").string()),
        )


def _is_mutable(word: str) -> bool:
    return not word.startswith("IMMUTABLE")


def _scanned(resource: Resource, resources: Resources) -> Value[bool]:
    """Return whether images are looked into: as the registry says for names like this, else as the repository says."""
    name = argument(resource, "name").string()
    for registry in resources.of_type(_REGISTRY):
        answer = _by_registry(registry, name)
        if not isinstance(answer, Absent):
            return answer
    node = argument(resource, "image_scanning_configuration.scan_on_push")
    written = node.boolean()
    if not isinstance(written, Absent):
        return written
    stated = fact("aws_defaults", f"{_PRIVATE}.scan_on_push")
    return default(bool(stated.value), node.at, stated.words)


def _by_registry(registry: Resource, name: Maybe[str]) -> Maybe[bool]:
    """Return whether a rule of the registry is about a name; absent where none is."""
    if argument(registry, "scan_type").content == "ENHANCED":
        return Known(value=True, at=registry.at)
    rules, complete = blocks(registry.body["rule"])
    for rule in rules:
        if rule["scan_frequency"].content == _MANUAL:
            continue
        for each in blocks(rule["repository_filter"])[0]:
            pattern = known_value(each["filter"].string())
            if pattern == "*":
                return Known(value=True, at=rule.key_at or rule.at)
            if pattern is None or not isinstance(name, Known):
                return Unknown(f"whether {registry.address} is about it cannot be told", registry.at)
            if fnmatchcase(name.value, pattern if "*" in pattern else f"{pattern}*"):
                return Known(value=True, at=rule.key_at or rule.at)
    if not complete:
        return Unknown(f"the rules of {registry.address} cannot be told", registry.at)
    return Absent(registry.at)


def _expires(resource: Resource, resources: Resources) -> Value[bool]:
    name = argument(resource, "name").content
    for policy in resources.of_type(_LIFECYCLE):
        node = argument(policy, "repository")
        if resource in mentioned(resources, node) or (isinstance(name, str) and node.content == name):
            return Known(value=True, at=policy.at)
    maybe = next((each for each in resources.perhaps if each.type == _LIFECYCLE), None)
    if maybe is not None:
        return Unknown(f"whether {maybe.address} is made cannot be told", maybe.at)
    return Known(value=False, at=resource.at)


def _mirrors(resource: Resource, resources: Resources) -> Maybe[str]:
    """Return the registry of which copies are kept under the beginning of a name."""
    name = known_value(argument(resource, "name").string())
    for rule in resources.of_type(_MIRROR):
        prefix = known_value(argument(rule, "ecr_repository_prefix").string())
        if name is not None and prefix is not None and name.startswith(f"{prefix}/"):
            return argument(rule, "upstream_registry_url").string()
    return Absent(resource.at)
