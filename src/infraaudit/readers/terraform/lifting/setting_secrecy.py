"""Tells what makes a secret of a setting: where its value comes from, else what it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.facts.secrets import is_secret_name
from infraaudit.model import Absent, Known, Unknown, known_value
from infraaudit.readers.terraform.lifting.arguments import is_present
from infraaudit.readers.terraform.lifting.pointing import address_of, reference_of, resolve

if TYPE_CHECKING:
    from infraaudit.model import Maybe, Node
    from infraaudit.readers.terraform.configuration.resource import Resources
    from infraaudit.source.span import Span

_NAMING = frozenset({"arn", "id", "name", "key_id", "kms_key_id", "url", "endpoint"})
"""Attributes by which something is named, and no secret is read."""


def secrecy_of(value: Node, name: Node, resources: Resources, at: Span) -> Maybe[str]:
    """Return what tells that a setting is a secret: where its value comes from, else its name.

    A name tells nothing of a value that only names something, nor of one that is written as no secret on purpose.
    """
    rows = table("state_secrets")
    for each in (value, *value.each(), *(child for _, child in value.items())):
        reference = reference_of(each)
        source = None if reference is None else resolve(resources, reference.target)
        row = None if source is None else rows.get(source.type)
        if reference is not None and row is not None and row.get("made") == reference.attribute:
            return Known(f"it is the {reference.attribute} of {address_of(resources, reference.target)}", each.at)
    written = name.string()
    if isinstance(written, Unknown):
        return Unknown(f"its name cannot be told: {written.why}", written.at)
    if isinstance(written, Absent) or not is_secret_name(written.value.rsplit("/", 1)[-1]) or _names_only(value):
        return Absent(at)
    return Known(f"it is called {written.value}", written.at)


def _names_only(value: Node) -> bool:
    """Whether a value names something (an ARN, an address), is a switch or number, or is meant to be shown."""
    reference = reference_of(value)
    if reference is not None:
        return reference.attribute.rpartition(".")[2] in _NAMING
    if value.is_absent:
        return True
    text = known_value(value.string())
    if text is None:
        return not is_present(value) and bool(value.mentions)
    return text.startswith(("arn:", "http://", "https://")) or text.isdigit() or text.lower() in {"true", "false", ""}
