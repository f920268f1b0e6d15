"""Writes docs/policies from the pack and the pages of examples: ``python docs/write.py``."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from infraaudit.engine.pack import PackedPolicy, built_in_folder, load_pack
from infraaudit.reports.examples import examples_of

if TYPE_CHECKING:
    from collections.abc import Iterable

TARGET = Path(__file__).parent / "policies"

_NOTICE = "<!-- Written by docs/write.py from policies/ and fixtures/policies/; change those. -->"
_MARK = re.compile(r" *# (expect|unsure): (.+)$", re.MULTILINE)
_FENCE = re.compile(r"^```(\w+) path=(\S+)$", re.MULTILINE)


def main() -> None:
    """Write every page anew, and remove those whose topic is gone."""
    policies = load_pack(built_in_folder())
    pages = {TARGET / "README.md": _index(policies)}
    for (area, topic), members in groupby(policies_by_topic(policies), key=lambda each: (each.area, each.topic)):
        pages[TARGET / area / f"{topic}.md"] = _page(area, topic, tuple(members))
    for stale in {*TARGET.rglob("*.md")} - set(pages):
        stale.unlink()
    for path, text in pages.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def policies_by_topic(policies: Iterable[PackedPolicy]) -> list[PackedPolicy]:
    """Return the policies in the order of the pages that they stand on."""
    return sorted(policies, key=lambda each: (each.area, each.topic, each.id))


def _index(policies: tuple[PackedPolicy, ...]) -> str:
    lines = [_NOTICE, "# Policies", "", "| policy | severity | what it finds |", "| --- | --- | --- |"]
    for packed in policies:
        link = f"[{packed.id}]({packed.area}/{packed.topic}.md#{_anchor(packed.id)})"
        mark = " · insight" if packed.policy.insight else ""
        lines.append(f"| {link} | {packed.policy.severity.word}{mark} | {packed.policy.documentation.title} |")
    lines += ["", "*Insight* marks what no other static tool decides.", ""]
    return "\n".join(lines)


def _anchor(text: str) -> str:
    return re.sub(r"[^\w -]", "", text.lower()).replace(" ", "-")


def _page(area: str, topic: str, members: tuple[PackedPolicy, ...]) -> str:
    parts = [f"{_NOTICE}\n# {area}: {topic.replace('_', ' ')}"]
    parts += [_policy(packed) for packed in members]
    return "\n\n".join(parts) + "\n"


def _policy(packed: PackedPolicy) -> str:
    policy, documentation = packed.policy, packed.policy.documentation
    facts = [f"{policy.severity.word} severity", f"{policy.effort} effort", f"since {packed.since}"]
    if policy.insight:
        facts.append("insight")
    sections = [
        ("Why", documentation.why),
        ("Fix", documentation.fix),
        ("Quiet when", documentation.quiet_when),
        ("See", documentation.see),
        ("Same as", ", ".join(policy.equivalents)),
        ("Formerly", ", ".join(packed.formerly)),
    ]
    body = [f"**{name}.** {_sentence(words)}" for name, words in sections if words]
    return "\n\n".join([f"## {packed.id}", f"{documentation.title}. *{', '.join(facts)}*", *body, _examples(packed)])


def _sentence(words: str) -> str:
    upper = words[:1].upper() + words[1:]
    return upper if upper.endswith(".") else upper + "."


def _examples(packed: PackedPolicy) -> str:
    """Return the examples with what is said written behind the line that it is said of."""
    text = examples_of(packed).partition("\n")[2].strip()
    text = _FENCE.sub(lambda match: f"`{match[2]}`\n\n```{match[1]}", text)
    return _MARK.sub(lambda match: f"  # <- {'' if match[1] == 'expect' else 'cannot tell: '}{match[2]}", text)


if __name__ == "__main__":
    main()
