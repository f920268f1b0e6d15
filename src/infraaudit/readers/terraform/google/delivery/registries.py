"""Lifts the repositories of Artifact Registry that keep images of containers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, ImageRepository, Known, Unknown
from infraaudit.readers.terraform.google.defaults import boolean_or_default
from infraaudit.readers.terraform.google.identity.grants import Place, everybody_in, grants_on, thing_of
from infraaudit.readers.terraform.lifting.arguments import argument, block, blocks, first, literals, may_be_present

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_TYPE = "google_artifact_registry_repository"
_GRANTS = Place(_TYPE, "repository", _TYPE, "repository_id")
_SCANNER = "containerscanning.googleapis.com"


def lift_repositories(resources: Resources) -> Iterator[ImageRepository]:
    """Lift the repositories of the format DOCKER."""
    for resource in resources.of_type(_TYPE):
        if argument(resource, "format").content != "DOCKER":
            continue
        yield ImageRepository(
            **resource.head,
            mutable=boolean_or_default(
                argument(resource, "docker_config.immutable_tags"), f"{_TYPE}.immutable_tags"
            ).map(_is_not),
            scanned=_scanned(resource, resources),
            expires=_expires(resource),
            mirrors=_mirrors(resource),
            public=_public(resource, resources),
            identifiers=literals(argument(resource, "repository_id").string()),
        )


def _is_not(answer: bool) -> bool:  # noqa: FBT001 - it is the value itself
    return not answer


def _scanned(repository: Resource, resources: Resources) -> Value[bool]:
    """Return whether images are searched for holes, which the project switches on and a repository may switch off."""
    written = argument(repository, "vulnerability_scanning_config.enablement_config")
    if written.content == "DISABLED":
        return Known(value=False, at=written.at)
    service = next((each for each in resources.of_type("google_project_service") if _names_scanner(each)), None)
    if service is not None and not written.is_unknown:
        return Known(value=True, at=service.at)
    return Unknown("whether the project has switched scanning on is not in the scan", repository.at)


def _names_scanner(service: Resource) -> bool:
    return argument(service, "service").content == _SCANNER


def _expires(repository: Resource) -> Value[bool]:
    node = argument(repository, "cleanup_policies")
    if node.is_unknown:
        return Unknown("whether old images are deleted cannot be told", node.at)
    policies, complete = blocks(node)
    deletes = any(each["action"].content == "DELETE" for each in policies)
    if not deletes and not complete:
        return Unknown("whether old images are deleted cannot be told", node.at)
    trial = argument(repository, "cleanup_policy_dry_run").content is True
    return Known(value=deletes and not trial, at=node.at)


def _mirrors(repository: Resource) -> Maybe[str]:
    """Return the registry whose images are kept here as copies."""
    remote = block(repository, "remote_repository_config")
    if not may_be_present(remote):
        return Absent(repository.at)
    if remote.is_unknown:
        return Unknown("whose images it keeps cannot be told", remote.at)
    name = first(remote["docker_repository"])["public_repository"].string()
    return name if isinstance(name, Known) else Known("another registry", remote.key_at or remote.at)


def _public(repository: Resource, resources: Resources) -> Value[bool]:
    for grant in grants_on(_GRANTS, resources):
        member = everybody_in(grant)
        if member is not None and repository.address in thing_of(grant, _GRANTS, resources):
            return Known(value=True, at=member.at)
    return Known(value=False, at=repository.at)
