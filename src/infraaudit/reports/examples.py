"""The examples of a policy, where the page that holds them lies beside the policies: in a checkout."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.engine.pack import PackedPolicy


def examples_of(packed: PackedPolicy) -> str:
    """Return the examples of a policy as Markdown, ``""`` where there is no page.

    A page belongs to a file of policies. Where its headings name the policy, only what stands under them is returned.
    """
    page = packed.path.parents[2] / "fixtures" / "policies" / packed.area / f"{packed.topic}.md"
    try:
        text = page.read_text(encoding="utf-8")
    except OSError:
        return ""
    sections = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    own = [each for each in sections if each.partition("\n")[0].strip("#` ") in {packed.policy.name, packed.id}]
    return "\n".join(each.strip() for each in own) + "\n" if own else text
