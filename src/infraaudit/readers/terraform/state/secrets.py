"""Finds the secrets that a root puts into its state, and what leaves the way to that state open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.model import Absent, Known, StateSecret, Unknown
from infraaudit.readers.terraform.lifting.arguments import argument, is_present

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infraaudit.facts import Row
    from infraaudit.model import Maybe, Node
    from infraaudit.readers.terraform.configuration.resource import Resource

_CREDENTIALS = {
    "s3": ("access_key", "secret_key", "token"),
    "gcs": ("access_token", "encryption_key"),
    "azurerm": ("access_key", "sas_token", "client_secret"),
    "http": ("password",),
    "consul": ("access_token",),
    "oss": ("access_key", "secret_key"),
    "cos": ("secret_id", "secret_key"),
    "remote": ("token",),
    "cloud": ("token",),
}
"""Arguments of a backend that open its store for whoever reads them."""

_INSIDE = re.compile(r"https?://(?:localhost|127\.|\[::1\])")
_WITHOUT_TLS = re.compile(r"(?:^|[?&\s])sslmode=disable(?:$|[&\s])")
_WITH_PASSWORD = re.compile(r"://[^:/?#\s@]*:[^@/\s]+@|(?:^|\s)password=\S")


def state_secrets(resources: Iterable[Resource]) -> Iterator[StateSecret]:
    """Yield what ends in the state in plain text: what resources make up, and what they are given."""
    rows = table("state_secrets")
    for resource in resources:
        row = rows.get(f"data.{resource.type}" if resource.data else resource.type)
        attribute = _kept(resource, row) if row is not None else ""
        if attribute:
            yield StateSecret(resource.address, attribute, resource.at)


def _kept(resource: Resource, row: Row) -> str:
    only = row.get("only")
    if only is not None and argument(resource, only[0]).content != only[1]:
        return ""
    if "made" in row.columns:
        unless = row.get("unless")
        return "" if unless is not None and not argument(resource, unless).is_absent else str(row["made"])
    return next((name for name in row["written"] if _is_given(argument(resource, name))), "")


def _is_given(node: Node) -> bool:
    """Whether a value is there: a reference, or a variable that whoever applies the root has to set.

    What an expression comes to that cannot be told may be null.
    """
    required = node.is_unknown and any(step.what.startswith("var.") for step in node.at.trail)
    return is_present(node) or required


def exposure_of(type_: str, body: Node) -> Maybe[str]:
    """Return what leaves the way to a state open, in words that complete "its state is reached"; absent for nothing."""
    written = [
        name for name in _CREDENTIALS.get(type_, ()) if isinstance(body[name].content, str) and body[name].content
    ]
    if written:
        return Known(f"with the {written[0]} that stands beside it", body[written[0]].at)
    if type_ == "http":
        return _over_http(body)
    if type_ == "pg":
        return body["conn_str"].string().map(_by_connection) if not body["conn_str"].is_absent else Absent(body.at)
    return Absent(body.at)


def _over_http(body: Node) -> Maybe[str]:
    address, unchecked = body["address"].string(), body["skip_cert_verification"].boolean()
    if isinstance(address, Known) and address.value.startswith("http://") and not _INSIDE.match(address.value):
        return Known("over plain HTTP", address.at)
    if isinstance(unchecked, Known) and unchecked.value:
        return Known("without a look at the certificate of its server", unchecked.at)
    for each in (address, unchecked):
        if isinstance(each, Unknown):
            return Unknown(each.why, each.at)
    return Absent(body.at)


def _by_connection(text: str) -> str:
    if _WITHOUT_TLS.search(text):
        return "over a connection without TLS"
    return "with the password that stands beside it" if _WITH_PASSWORD.search(text) else ""
