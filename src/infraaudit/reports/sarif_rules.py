"""A policy as a rule of SARIF, with the properties that GitHub shows and sorts by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.policy import Profile, Severity

if TYPE_CHECKING:
    from infraaudit.engine.pack import PackedPolicy
    from infraaudit.reports.places import Json

LEVELS = {Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}

_PROBLEMS = {Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "recommendation"}

_SECURITY_AREAS = frozenset({"security", "secrets", "networking"})

_SECURITY_SEVERITIES = {Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "3.0"}
"""The middle of GitHub's bands high, medium and low; a value turns a result into a security alert."""

_LONGEST_DESCRIPTION = 1024


def rule(packed: PackedPolicy) -> Json:
    """Return the rule of a policy."""
    policy = packed.policy
    documentation = policy.documentation
    security = packed.area in _SECURITY_AREAS
    properties: Json = {
        "tags": [packed.area, *(["security"] if security and packed.area != "security" else []), "infrastructure"],
        "precision": "high" if policy.profile is Profile.DEFAULT else "medium",
        "problem.severity": _PROBLEMS[policy.severity],
    }
    if security:
        properties["security-severity"] = _SECURITY_SEVERITIES[policy.severity]
    return {
        "id": packed.id,
        "name": "".join(word.capitalize() for word in policy.name.split("-")),
        "shortDescription": {"text": _description(documentation.title)},
        "fullDescription": {"text": _description(documentation.why)},
        "help": {"text": _text(packed), "markdown": _markdown(packed)},
        "defaultConfiguration": {"level": LEVELS[policy.severity]},
        "properties": properties,
    }


def _description(text: str) -> str:
    text = text if text.endswith(".") else text + "."
    return text if len(text) <= _LONGEST_DESCRIPTION else text[: _LONGEST_DESCRIPTION - 2] + "…."


def _sections(packed: PackedPolicy) -> list[tuple[str, str]]:
    documentation = packed.policy.documentation
    sections = [
        ("Why", documentation.why),
        ("Fix", documentation.fix),
        ("Quiet when", documentation.quiet_when),
        ("See", documentation.see),
        ("Answers", ", ".join(packed.policy.equivalents)),
    ]
    return [(name, text) for name, text in sections if text]


def _text(packed: PackedPolicy) -> str:
    return "\n\n".join(f"{name}: {text}" for name, text in _sections(packed))


def _markdown(packed: PackedPolicy) -> str:
    head = f"## {packed.policy.documentation.title}"
    return "\n\n".join((head, *(f"**{name}.** {text}" for name, text in _sections(packed))))
