"""Tells whom a bucket of Amazon S3 lets in: by access lists and policies, and what blocks both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, PublicAccess, Unknown
from infraaudit.readers.terraform.aws.identity.access_policies import admits_everybody
from infraaudit.readers.terraform.aws.stores.bucket_parts import about, perhaps
from infraaudit.readers.terraform.lifting.arguments import argument, may_be_present

if TYPE_CHECKING:
    from infraaudit.model import Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_READ = frozenset({"public-read", "authenticated-read"})
_WRITE = "public-read-write"
_BLOCK = "aws_s3_bucket_public_access_block"
_POLICY = "aws_s3_bucket_policy"
_LIST = "aws_s3_bucket_acl"
_WEBSITE = "aws_s3_bucket_website_configuration"


def access_to(resource: Resource, resources: Resources) -> Value[PublicAccess]:
    """Return what anybody may do with the objects of a bucket. What is not written lets nobody in."""
    by_list = _by_list(resource, resources)
    by_policy = _by_policy(resource, resources)
    for answer in (by_list, by_policy):
        if isinstance(answer, Known) and answer.value is not PublicAccess.NONE:
            return answer
    return by_list if isinstance(by_list, Unknown) else by_policy


def is_site(resource: Resource, resources: Resources) -> bool:
    """Whether a bucket serves a web site."""
    return may_be_present(argument(resource, "website")) or bool(about(resource, resources, _WEBSITE))


def _by_list(resource: Resource, resources: Resources) -> Value[PublicAccess]:
    nodes = [argument(resource, "acl"), *(argument(each, "acl") for each in about(resource, resources, _LIST))]
    written = [node.string() for node in nodes]
    public = next((each for each in written if isinstance(each, Known) and each.value in {*_READ, _WRITE}), None)
    unknown = next((each for each in written if isinstance(each, Unknown)), None)
    if public is None:
        return Known(PublicAccess.NONE, resource.at) if unknown is None else Unknown(unknown.why, unknown.at)
    ignored = _blocked(resource, resources, "ignore_public_acls")
    return _unless(ignored, public.map(lambda text: PublicAccess.WRITE if text == _WRITE else PublicAccess.READ))


def _by_policy(resource: Resource, resources: Resources) -> Value[PublicAccess]:
    nodes = [argument(resource, "policy"), *(argument(each, "policy") for each in about(resource, resources, _POLICY))]
    for node in nodes:
        answer = admits_everybody(resources, node)
        if isinstance(answer, Unknown) or answer.value:
            restricted = _blocked(resource, resources, "restrict_public_buckets")
            return _unless(restricted, answer.map(lambda _: PublicAccess.READ))
    maybe = perhaps(resources, _POLICY)
    if maybe is not None:
        return Unknown(f"whether {maybe.address} is made cannot be told", maybe.at)
    return Known(PublicAccess.NONE, resource.at)


def _unless(blocked: Value[bool], access: Value[PublicAccess]) -> Value[PublicAccess]:
    if isinstance(blocked, Unknown):
        return Unknown(blocked.why, blocked.at)
    return blocked.map(lambda _: PublicAccess.NONE) if blocked.value else access


def _blocked(resource: Resource, resources: Resources, switch: str) -> Value[bool]:
    """Return whether a switch of the bucket keeps the public out; without one nothing does."""
    for each in about(resource, resources, _BLOCK):
        written = argument(each, switch).boolean()
        return Known(value=False, at=each.at) if isinstance(written, Absent) else written
    maybe = perhaps(resources, _BLOCK)
    if maybe is not None:
        return Unknown(f"whether {maybe.address} is made cannot be told", maybe.at)
    return Known(value=False, at=resource.at)
