"""Which objects a target means: by group, version, kind, name, namespace, labels and annotations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import known_value
from infraaudit.readers.kustomize.fault import BuildError

if TYPE_CHECKING:
    from infraaudit.model import Node
    from infraaudit.readers.kustomize.resource import Identity, Resource

_LONGEST_NAME = 253
"""Characters in a name that Kubernetes accepts; a pattern is not tried on a longer one."""

_LONGEST_SELECTOR = 4_000
"""Characters in a selector; no list of labels comes near."""

_FIELDS = ("group", "version", "kind", "name", "namespace")
_MOST_REPETITIONS = 3
"""A pattern with more could take very long: the names and patterns of a tree are a stranger's."""

_REPEATED_GROUP = re.compile(r"\)\s*[*+{]")
_REQUIREMENT = re.compile(
    r"\s*(?P<absent>!)?\s*(?P<key>[\w./-]+)\s*"
    r"(?:(?P<operator>==|=|!=)\s*(?P<value>[\w.-]*)|(?P<set>in|notin)\s*\((?P<values>[^)]*)\))?\s*(?:,|$)"
)


@dataclass(frozen=True, slots=True)
class Selector:
    """A target as it was written."""

    node: Node

    def matches(self, resource: Resource) -> bool:
        """Tell whether an object is meant, under its name now or one that it had before."""
        metadata = resource.body["metadata"]
        return (
            any(self._identifies(each) for each in resource.identities())
            and _fits(self.node["labelSelector"], metadata["labels"])
            and _fits(self.node["annotationSelector"], metadata["annotations"])
        )

    def _identifies(self, identity: Identity) -> bool:
        values = (identity.group, identity.version, identity.kind, identity.name, identity.effective_namespace)
        return all(_is_meant(self.node[field], value) for field, value in zip(_FIELDS, values, strict=True))


def _is_meant(pattern: Node, value: str) -> bool:
    text = known_value(pattern.string())
    if not text:
        return True
    compiled = _compiled(text, pattern)
    return len(value) <= _LONGEST_NAME and compiled.fullmatch(value) is not None


def _compiled(text: str, node: Node) -> re.Pattern[str]:
    repetitions = sum(text.count(sign) for sign in "*+{")
    if repetitions > _MOST_REPETITIONS or _REPEATED_GROUP.search(text):
        message = f"the pattern {text!r} is more than is tried"
        raise BuildError(message, node.at)
    try:
        return re.compile(text.removeprefix("^").removesuffix("$"))
    except re.error as error:
        message = f"{text!r} is no regular expression"
        raise BuildError(message, node.at) from error


def _fits(selector: Node, labels: Node) -> bool:
    text = known_value(selector.string())
    if not text:
        return True
    held = {name: known_value(value.string()) or "" for name, value in labels.items()}
    position = 0
    while position < len(text):
        found = _REQUIREMENT.match(text, position) if len(text) <= _LONGEST_SELECTOR else None
        if found is None:
            message = f"{text!r} is no selector of labels"
            raise BuildError(message, selector.at)
        if not _holds(found, held.get(found["key"])):
            return False
        position = found.end()
    return True


def _holds(requirement: re.Match[str], value: str | None) -> bool:
    if requirement["operator"] == "!=":
        return value != requirement["value"]
    if requirement["operator"]:
        return value == requirement["value"]
    if requirement["set"]:
        among = value in [each.strip() for each in requirement["values"].split(",")]
        return among == (requirement["set"] == "in")
    return (value is None) == bool(requirement["absent"])
