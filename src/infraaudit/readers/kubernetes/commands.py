"""Commands and arguments as the API writes them: lists of words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Command, CommandForm, Known, Unknown
from infraaudit.readers.kubernetes.texts import is_template

if TYPE_CHECKING:
    from infraaudit.model import Maybe, Node


def command_of(node: Node) -> Maybe[Command]:
    """Return a command; an empty list counts as none, and ``$(NAME)`` stays as it is written."""
    if node.is_absent or (node.is_list and not node.each() and node.complete):
        return Absent(node.key_at or node.at)
    if not node.complete:
        unread = node.string()
        why = unread.why if isinstance(unread, Unknown) and not node.is_list else "some of its words cannot be told"
        return Unknown(why, node.at, mentions=node.mentions)
    if not node.is_list:
        return Unknown("what is written here is not a list of words", node.at)
    words: list[str] = []
    for each in node.each():
        word = each.string()
        if not isinstance(word, Known):
            why = word.why if isinstance(word, Unknown) else "one of its words is empty"
            return Unknown(why, node.at, mentions=node.mentions)
        if is_template(word.value):
            return Unknown("it holds a placeholder that another program fills in", each.at)
        words.append(word.value)
    return Known(Command(CommandForm.LIST, tuple(words)), node.at)
