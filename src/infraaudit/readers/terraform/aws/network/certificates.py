"""Lifts the certificates of AWS Certificate Manager and of IAM, and tells which one a door has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, ServerCertificate, Unknown
from infraaudit.readers.terraform.aws.regions import region_of
from infraaudit.readers.terraform.lifting.arguments import argument, is_present, literals, may_be_present, reason
from infraaudit.readers.terraform.lifting.pointing import behind, mentioned, pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_ISSUED = "aws_acm_certificate"
_UPLOADED = "aws_iam_server_certificate"
_VALIDATION = "aws_acm_certificate_validation"
_IMPORTED = ("private_key", "private_key_wo", "certificate_body")


def lift_certificates(resources: Resources) -> Iterator[ServerCertificate]:
    """Lift the certificates. Those that were brought in have their names in their own text, which is not read."""
    for resource in resources.of_type(_ISSUED):
        imported = next((each for name in _IMPORTED if may_be_present(each := argument(resource, name))), None)
        names, complete = _names(resource)
        yield ServerCertificate(
            **resource.head,
            names=names,
            names_complete=complete and imported is None,
            renewed=Known(imported is None, resource.at if imported is None else imported.at),
            validated=_validated(resource, resources),
            region=region_of(resource),
        )
    for resource in resources.of_type(_UPLOADED):
        yield ServerCertificate(
            **resource.head,
            names_complete=False,
            renewed=Known(value=False, at=resource.at),
            validated=Known(value=True, at=resource.at),
            region=Absent(resource.at),
            identifiers=literals(argument(resource, "name").string()),
        )


def _names(resource: Resource) -> tuple[tuple[Value[str], ...], bool]:
    others = argument(resource, "subject_alternative_names")
    nodes = (argument(resource, "domain_name"), *others.each())
    names = tuple(text for each in nodes if not isinstance(text := each.string(), Absent))
    return names, others.complete and all(isinstance(each, Known) for each in names)


def _validated(resource: Resource, resources: Resources) -> Value[bool]:
    """Return whether something waits until a certificate is issued, or nothing has to."""
    for validation in resources.of_type(_VALIDATION):
        node = argument(validation, "certificate_arn")
        if resource in mentioned(resources, node):
            return Known(value=True, at=validation.at)
        if node.is_unknown and not node.mentions:
            return Unknown(reason(node), node.at)
    by_authority = is_present(argument(resource, "certificate_authority_arn"))
    brought_in = any(may_be_present(argument(resource, name)) for name in _IMPORTED)
    return Known(by_authority or brought_in, resource.at)


def certificate_of(resources: Resources, node: Node) -> Maybe[str]:
    """Return the certificate that an argument names, also through what waits until it is issued."""
    validation = behind(resources, node, _VALIDATION)
    if validation is not None:
        return pointed(resources, argument(validation, "certificate_arn"))
    return pointed(resources, node)
