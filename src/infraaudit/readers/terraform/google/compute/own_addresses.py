"""Lifts the addresses that Google gives to services and functions: who gets to them, and who may call."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Known, OwnAddress, Unknown, default
from infraaudit.readers.terraform.google.defaults import TABLE, string_or_default
from infraaudit.readers.terraform.google.identity.grants import PLACES, everybody_in, grants_on
from infraaudit.readers.terraform.lifting.arguments import argument, is_present, is_true, reason
from infraaudit.readers.terraform.lifting.pointing import means

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.readers.terraform.google.identity.grants import Grant

_RUN = ("google_cloud_run_v2_service", "google_cloud_run_service")
_FUNCTION, _FUNCTION_1 = "google_cloudfunctions2_function", "google_cloudfunctions_function"
_ANNOTATION = "run.googleapis.com/ingress"
_EVERYWHERE = frozenset({"INGRESS_TRAFFIC_ALL", "ALLOW_ALL", "all"})
_INVOKES = re.compile(r"invoker|roles/(run|cloudfunctions)\.admin")


@dataclass(frozen=True, slots=True)
class _Kind:
    """Where one type of resource says who gets to it; ``carriers`` are the types whose grants are grants on it."""

    type: str
    ingress: str
    carriers: tuple[str, ...]


_KINDS = (
    _Kind(_RUN[0], "ingress", _RUN),
    _Kind(_RUN[1], "metadata.annotations", _RUN),
    _Kind(_FUNCTION, "service_config.ingress_settings", (_FUNCTION, *_RUN)),
    _Kind(_FUNCTION_1, "ingress_settings", (_FUNCTION_1,)),
)


def lift_own_addresses(resources: Resources) -> Iterator[OwnAddress]:
    """Lift the address of each service, and of each function; one of the first generation has it only if it asks so."""
    for kind in _KINDS:
        for resource in resources.of_type(kind.type):
            if resource.type == _FUNCTION_1 and not is_true(argument(resource, "trigger_http")):
                continue
            yield OwnAddress(
                address=f"{resource.address}#address",
                kind=resource.type,
                name=resource.name,
                at=resource.at,
                deployment=resource.deployment,
                of=resource.address,
                reached=_reached(resource, kind),
                asks=_asks(resource, kind, resources),
                setting=_ANNOTATION if resource.type == _RUN[1] else kind.ingress.rpartition(".")[2],
            )


def _reached(resource: Resource, kind: _Kind) -> Value[bool]:
    switched_off = argument(resource, "default_uri_disabled").boolean()
    if isinstance(switched_off, Unknown) or (isinstance(switched_off, Known) and switched_off.value):
        return switched_off.map(_is_not)
    return string_or_default(_ingress(resource, kind), f"{kind.type}.ingress").map(_is_everywhere)


def _ingress(resource: Resource, kind: _Kind) -> Node:
    node = argument(resource, kind.ingress)
    return node[_ANNOTATION] if resource.type == _RUN[1] and node.is_mapping else node


def _is_not(answer: bool) -> bool:  # noqa: FBT001 - it is the value itself
    return not answer


def _is_everywhere(ingress: str) -> bool:
    return ingress in _EVERYWHERE


def _asks(resource: Resource, kind: _Kind, resources: Resources) -> Maybe[str]:
    """Return what is asked of callers: nothing where everybody is granted to invoke, or nobody is checked at all."""
    unchecked = argument(resource, "invoker_iam_disabled").boolean()
    if isinstance(unchecked, Unknown):
        return Unknown(unchecked.why, unchecked.at)
    if isinstance(unchecked, Known) and unchecked.value:
        return Absent(unchecked.at)
    doubt: Unknown[str] | None = None
    for grant in _grants(resource, kind, resources):
        answer = _opens(grant)
        if isinstance(answer, Unknown):
            doubt = doubt or answer
        elif answer is not None:
            return answer
    stated = fact(TABLE, "google_cloud_run_v2_service.asks")
    return doubt or default(str(stated.value), resource.at, stated.words)


def _grants(resource: Resource, kind: _Kind, resources: Resources) -> Iterator[Grant]:
    for place in PLACES:
        if place.type in kind.carriers:
            for grant in grants_on(place, resources):
                if means(resources, argument(grant.resource, place.argument), resource, "name"):
                    yield grant


def _opens(grant: Grant) -> Maybe[str] | None:
    """Return that a grant lets everybody call, or why it may; ``None`` for one that does not."""
    role = grant.role.string()
    if isinstance(role, Known) and not _INVOKES.search(role.value):
        return None
    everybody = everybody_in(grant)
    if everybody is not None:
        return Absent(everybody.at) if isinstance(role, Known) else Unknown(reason(grant.role), grant.at)
    unseen = next((each for each in grant.members if not each.is_scalar and not is_present(each)), None)
    if unseen is not None or not grant.complete:
        return Unknown("who may call it cannot all be told", grant.at if unseen is None else unseen.at)
    return None
