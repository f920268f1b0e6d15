"""What the policies say about themselves: one in full, or all of them in a list."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from infraaudit.reports.printable import cells, wrap
from infraaudit.reports.style import Ink, Style, ink_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.engine.pack import PackedPolicy
    from infraaudit.reports.places import Json


def policies_json(policies: tuple[PackedPolicy, ...]) -> str:
    """Return the documentation of policies as a JSON list with a line end."""
    return json.dumps([_document(each) for each in policies], indent=2, ensure_ascii=False) + "\n"


def policy_json(packed: PackedPolicy, examples: str) -> str:
    """Return the documentation of one policy as a JSON object with a line end."""
    return json.dumps({**_document(packed), "examples": examples}, indent=2, ensure_ascii=False) + "\n"


def _document(packed: PackedPolicy) -> Json:
    policy, documentation = packed.policy, packed.policy.documentation
    return {
        "id": packed.id,
        "title": documentation.title,
        "area": packed.area,
        "topic": packed.topic,
        "severity": policy.severity.word,
        "effort": policy.effort.value,
        "profile": policy.profile.value,
        "insight": policy.insight,
        "subject": policy.subject.__name__,
        "holds": policy.holds,
        "why": documentation.why,
        "fix": documentation.fix,
        "quiet_when": documentation.quiet_when,
        "see": documentation.see,
        "equivalents": list(policy.equivalents),
        "since": packed.since,
        "formerly": list(packed.formerly),
    }


def policies_text(policies: tuple[PackedPolicy, ...], *, width: int, colour: bool) -> str:
    """Return the policies as a list by area, ending in a line end."""
    style = Style(width, colour, width)
    longest = max((cells(each.id) for each in policies), default=0)
    beside = all(longest + 12 + cells(each.policy.documentation.title) <= width for each in policies)
    lines: list[str] = []
    area = ""
    for packed in policies:
        if packed.area != area:
            area = packed.area
            lines.extend(([""] if lines else []) + [style.paint(area, Ink.STRONG)])
        word = style.paint(f"{packed.policy.severity.word:<6}", ink_of(packed.policy.severity))
        title = packed.policy.documentation.title
        if beside:
            lines.append(f"  {word}  {packed.id:<{longest}}  {title}")
        else:
            lines.append(f"  {word}  {packed.id}")
            lines.extend(wrap(title, width, " " * 10, " " * 10))
    return "\n".join(lines) + "\n"


def policy_text(packed: PackedPolicy, examples: str, *, width: int, colour: bool) -> str:
    """Return the documentation of one policy, ending in a line end."""
    style = Style(width, colour, width)
    policy = packed.policy
    head = (
        f"{style.paint(packed.id, Ink.STRONG)}  {style.paint(policy.severity.word, ink_of(policy.severity))}, "
        f"{policy.effort} effort{', insight' if policy.insight else ''}, {policy.profile} profile"
    )
    paragraphs = [head, "\n".join(wrap(f"{policy.documentation.title}.", width, "", ""))]
    paragraphs.extend(_section(name, text, style) for name, text in _sections(packed))
    if examples:
        paragraphs.append(examples.rstrip())
    return "\n\n".join(paragraphs) + "\n"


def _sections(packed: PackedPolicy) -> Iterator[tuple[str, str]]:
    policy, documentation = packed.policy, packed.policy.documentation
    sections = (
        ("Why", documentation.why),
        ("Fix", documentation.fix),
        ("Holds when", policy.holds),
        ("Quiet when", documentation.quiet_when),
        ("See", documentation.see),
        ("Answers", ", ".join(policy.equivalents)),
        ("Since", packed.since),
        ("Formerly", ", ".join(packed.formerly)),
    )
    return ((name, text) for name, text in sections if text)


def _section(name: str, text: str, style: Style) -> str:
    lead = f"{name}: "
    return style.paint(lead, Ink.STRONG) + "\n".join(wrap(text, style.width, lead, "  ")).removeprefix(lead)
