"""Reads shell lines and scripts: parses with tree-sitter, and lowers to the tree of ``shell_tree``."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from infraaudit.source.shell_tree import (
    Arithmetic,
    Body,
    Case,
    Choice,
    Function,
    Group,
    Item,
    Loop,
    ShellSyntaxError,
    Simple,
    Statement,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tree_sitter import Node, Parser

DEEPEST = 40
"""Levels of blocks inside blocks beyond which a script is given up as unreadable."""

LONGEST = 128 * 1024
"""Characters beyond which a text is not read: what starts a container is short."""

_MOST_OPENERS = 2000
"""Pipes and opened arrays beyond which the grammar would take seconds."""

_MOST_FUNCTIONS = 1000
"""Heads of functions beyond which the grammar takes seconds: its time grows with the square of heads in a row."""

_FUNCTION_HEAD = re.compile(r"\([ \t\r\n\\]{0,40}\)|\bfunction\b")
_BRACKET_IN_WORD = re.compile(rb"\[(?=[\"'])")
_COMPARISON_BY_TEST = re.compile(rb"(\btest\b[^\n&|;]*?\s)==(?=\s)")
_REDIRECTION_ALONE = re.compile(rb"(!\s*)[<>](?=\s*[\w/.$\"'])")
_COMMENT_LINE = re.compile(rb"(?m)^[ \t]*#.*$")
_FOR_WITHOUT_WORDS = re.compile(rb"(\bfor[ \t]+\w+[ \t]*)\n(?=\s*do\b)")
_DESCRIPTOR = re.compile(r"\{\w+\}")
_REDIRECTIONS = frozenset({"file_redirect", "heredoc_redirect", "herestring_redirect"})
_EXPRESSIONS = frozenset({"binary_expression", "unary_expression", "parenthesized_expression", "postfix_expression"})
_SUBSTITUTIONS = frozenset({"command_substitution", "process_substitution"})
_NO_STATEMENTS = frozenset({"comment", "heredoc_body", "heredoc_end", *_REDIRECTIONS})
_MOST_SHOWN = 40


@cache
def _parser() -> Parser:
    import tree_sitter_bash  # noqa: PLC0415 - a compiled grammar that most commands do not need
    from tree_sitter import Language, Parser  # noqa: PLC0415 - see above

    return Parser(Language(tree_sitter_bash.language()))


def parse_shell(text: str) -> Body:
    """Read a script or the line of ``sh -c``.

    Raises :class:`ShellSyntaxError` for text that cannot be read. There is no half of a script: what a part that is
    not understood does to the rest cannot be told.
    """
    if len(text) > LONGEST:
        message = f"it is longer than {LONGEST:,} characters"
        raise ShellSyntaxError(message)
    if text.count("|") + text.count("=(") > _MOST_OPENERS:
        message = "it has too many pipelines"
        raise ShellSyntaxError(message)
    if sum(1 for _ in _FUNCTION_HEAD.finditer(text)) > _MOST_FUNCTIONS:
        message = "it has too many functions"
        raise ShellSyntaxError(message)
    data = text.encode(errors="replace")
    root = _parser().parse(data).root_node
    if root.has_error or _swallows(root, data):
        root = _parser().parse(_readable(data)).root_node
    if root.has_error or _swallows(root, data):
        raise ShellSyntaxError(_complaint(root))
    return _Lowering(data, _characters(text, data)).body(root.children, 0)


def _readable(data: bytes) -> bytes:
    """Return text of the same length that the grammar reads where it does not know what is valid.

    That is a "for name" without words before a "do" on the next line, a word that begins with a bracket, as in a list
    that was meant for the exec form, "test a == b", "! < file" without a command, "<>", and some apostrophes in
    comments. Only the shape of the tree comes from this text.
    """
    plain = _COMMENT_LINE.sub(lambda match: b" " * len(match[0]), data)
    plain = _COMPARISON_BY_TEST.sub(rb"\1@@", plain)
    plain = _REDIRECTION_ALONE.sub(rb"\1 ", plain.replace(b"<>", b"< "))
    return _FOR_WITHOUT_WORDS.sub(rb"\1;", _BRACKET_IN_WORD.sub(b"_", plain))


def _swallows(root: Node, data: bytes) -> bool:
    """Tell whether the grammar took what follows a command for a part of it, which it may do without an error."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type == "command":
            pairs = pairwise(child for child in node.children if child.type not in _REDIRECTIONS)
            if any(_has_line_end(data[before.end_byte : after.start_byte]) for before, after in pairs):
                return True
            if any(child.type == "regex" for child in node.children):
                return True
        waiting.extend(node.children)
    return False


def _has_line_end(gap: bytes) -> bool:
    return b"\n" in gap.replace(b"\\\r\n", b"").replace(b"\\\n", b"")


def _complaint(root: Node) -> str:
    """Say where the first part stands that the grammar does not understand."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.is_missing:
            return f"{node.type!r} is missing in line {node.start_point[0] + 1}"
        if node.type == "ERROR":
            shown = (node.text or b"").decode(errors="replace").partition("\n")[0][:_MOST_SHOWN]
            return f"{shown!r} is not understood in line {node.start_point[0] + 1}"
        waiting.extend(child for child in reversed(node.children) if child.has_error or child.is_missing)
    return "it is not understood"


def _characters(text: str, data: bytes) -> list[int] | None:
    """Return the index of the character at each byte; ``None`` where both are the same."""
    if len(text) == len(data):
        return None
    found: list[int] = []
    for index, character in enumerate(text):
        found.extend([index] * len(character.encode(errors="replace")))
    return [*found, len(text)]


@dataclass(frozen=True)
class _Lowering:
    """Turns nodes of the grammar into statements."""

    data: bytes
    characters: list[int] | None

    def _text(self, node: Node) -> str:
        return self.data[node.start_byte : node.end_byte].decode(errors="replace")

    def _at(self, byte: int) -> int:
        return byte if self.characters is None else self.characters[byte]

    def body(self, nodes: Iterable[Node], depth: int) -> Body:
        """Lower a list of statements; what is no statement between them is passed over."""
        if depth > DEEPEST:
            message = f"blocks are nested deeper than {DEEPEST} levels"
            raise ShellSyntaxError(message)
        items: list[Item] = []
        latest = 0
        for node in nodes:
            if node.type == "&":
                items[latest:] = [replace(item, background=True) for item in items[latest:]]
            elif node.is_named and node.type not in _NO_STATEMENTS:
                latest = len(items)
                items.extend(self._items(node, depth))
        return tuple(items)

    def _items(self, node: Node, depth: int) -> Iterator[Item]:
        """Take a list of ``&&`` and ``||`` apart, which the grammar nests to the left."""
        waiting = [("", node)]
        while waiting:
            connector, each = waiting.pop()
            if each.type == "list":
                left, operator, right = (child for child in each.children if child.type != "comment")
                waiting.append((operator.type, right))
                waiting.append((connector, left))
            elif each.type == "redirected_statement":
                yield from self._redirected(each, connector, depth)
            else:
                yield self._item(each, connector, depth)

    def _item(self, node: Node, connector: str, depth: int) -> Item:
        negated = node.type == "negated_command"
        node = _operand(node) if negated else node
        stages = _stages_of(node) if node.type == "pipeline" else [node]
        if stages[0].type == "negated_command":
            negated, stages[0] = True, _operand(stages[0])
        lowered = tuple(stage for each in stages for stage in self._stage(each, depth))
        return Item(connector, lowered, negated, background=False)

    def _stage(self, node: Node, depth: int) -> tuple[Statement, ...]:
        if node.type == "redirected_statement":
            items = tuple(self._redirected(node, "", depth))
            return items[0].stages if len(items) == 1 else (Group(items, subshell=False),)
        return (self._statement(node, depth),)

    def _redirected(self, node: Node, connector: str, depth: int) -> Iterator[Item]:
        """Lower a statement with redirections, which belong to its last command.

        What follows a heredoc on its line, the grammar puts into the redirection.
        """
        body = node.child_by_field_name("body")
        redirects = list(_redirects(node))
        items = list(self._items(body, depth)) if body is not None else [Item("", (self._bare(node),), False, False)]  # noqa: FBT003 - the two flags of an item
        items[0] = replace(items[0], connector=connector)
        *before, last = items[-1].stages
        items[-1] = replace(items[-1], stages=(*before, self._with_redirections(last, redirects)))
        for redirect in redirects:
            if redirect.type == "heredoc_redirect":
                self._after_heredoc(redirect, items, depth)
        yield from items

    def _bare(self, node: Node) -> Simple:
        return Simple((), (), (), self._at(node.start_byte), self._at(node.end_byte))

    def _with_redirections(self, statement: Statement, redirects: list[Node]) -> Statement:
        if not isinstance(statement, Simple):
            return statement
        operators = tuple(operator for each in redirects for operator in _operators(each))
        own = statement.words
        if redirects and own and _DESCRIPTOR.fullmatch(own[-1]) and self._at(redirects[0].start_byte) == statement.end:
            own = own[:-1]
        words = tuple(self._text(word) for each in redirects for word in _words_after(each))
        inner = tuple(body for each in redirects for body in self._substituted(each))
        end = max([statement.end, *(self._at(_end(each)) for each in redirects)])
        return replace(
            statement,
            words=(*own, *words),
            redirections=(*statement.redirections, *operators),
            inner=(*statement.inner, *inner),
            end=end,
        )

    def _after_heredoc(self, redirect: Node, items: list[Item], depth: int) -> None:
        """Append what stands behind the start of a heredoc: further stages of the pipeline, or of the list."""
        pipeline = next((child for child in redirect.children if child.type == "pipeline"), None)
        operator, right = redirect.child_by_field_name("operator"), redirect.child_by_field_name("right")
        if pipeline is not None:
            more = [item for child in _stages_of(pipeline) for item in self._items(child, depth)]
            items[-1] = replace(items[-1], stages=(*items[-1].stages, *more[0].stages))
            items.extend(more[1:])
        if right is not None:
            first, *others = self._items(right, depth)
            items.extend((replace(first, connector=self._text(operator) if operator is not None else ""), *others))

    def _statement(self, node: Node, depth: int) -> Statement:
        lower: dict[str, Callable[[Node, int], Statement]] = {
            "if_statement": self._choice,
            "case_statement": self._case,
            "for_statement": self._loop,
            "c_style_for_statement": self._loop,
            "while_statement": self._loop,
            "compound_statement": self._group,
            "do_group": self._group,
            "subshell": self._group,
            "function_definition": self._function,
        }
        return lower.get(node.type, self._simple)(node, depth)

    def _loop(self, node: Node, depth: int) -> Loop:
        body = node.child_by_field_name("body")
        return Loop(self.body(body.children if body is not None else (), depth + 1))

    def _group(self, node: Node, depth: int) -> Group | Arithmetic:
        if node.children and node.children[0].type == "((":
            return Arithmetic()
        return Group(self.body(node.children, depth + 1), subshell=node.type == "subshell")

    def _choice(self, node: Node, depth: int) -> Choice:
        condition, body = _split_at(node.children, "then")
        arms: list[tuple[Body | None, Body]] = [(self.body(condition, depth + 1), self.body(body, depth + 1))]
        for child in node.children:
            if child.type == "elif_clause":
                condition, body = _split_at(child.children, "then")
                arms.append((self.body(condition, depth + 1), self.body(body, depth + 1)))
            elif child.type == "else_clause":
                arms.append((None, self.body(child.children, depth + 1)))
        return Choice(tuple(arms))

    def _case(self, node: Node, depth: int) -> Case:
        subject = node.child_by_field_name("value")
        arms = tuple(self._arm(child, depth) for child in node.children if child.type == "case_item")
        return Case(self._text(subject) if subject is not None else "", arms)

    def _arm(self, item: Node, depth: int) -> tuple[tuple[str, ...], Body]:
        patterns = tuple(self._text(each) for each in item.children_by_field_name("value"))
        _, body = _split_at(item.children, ")")
        return patterns, self.body(body, depth + 1)

    def _function(self, node: Node, depth: int) -> Function:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        statement = self._statement(body, depth + 1) if body is not None else Group((), subshell=False)
        inner = statement.body if isinstance(statement, Group) else (_alone(statement),)
        return Function(self._text(name) if name is not None else "", inner)

    def _simple(self, node: Node, depth: int) -> Simple:
        words: list[str] = []
        assignments: list[str] = []
        redirects: list[Node] = []
        end = -1
        for child in _leaves(node) if node.type == "test_command" else node.children or [node]:
            if child.type in _REDIRECTIONS:
                redirects.append(child)
                continue
            given = child.type == "variable_assignment" and node.type != "declaration_command" and not words
            if child.start_byte == end:
                # The grammar cuts some words in two, as in PATH=$PATH:$HOME/bin and in *"x"*.
                texts = words or assignments
                texts[-1] += self._text(child)
            elif child.type != "comment":
                (assignments if given else words).append(self._text(child))
            end = child.end_byte
        if node.type == "variable_assignment":
            words, assignments = [], [self._text(node)]
        place = self._at(node.start_byte), self._at(node.end_byte)
        simple = Simple(tuple(words), tuple(assignments), (), *place, tuple(self._substituted(node, depth)))
        lowered = self._with_redirections(simple, redirects)
        return lowered if isinstance(lowered, Simple) else simple

    def _substituted(self, node: Node, depth: int = 0) -> Iterator[Body]:
        """Yield the commands of the substitutions in a node; those inside of them are theirs."""
        waiting = list(reversed(node.children))
        while waiting:
            each = waiting.pop()
            if each.type in _SUBSTITUTIONS:
                yield self.body((child for child in each.children if child.type not in {"$(", "`"}), depth + 1)
            elif each.type not in {"heredoc_body", "pipeline", "list"}:
                waiting.extend(reversed(each.children))


def _operand(node: Node) -> Node:
    """Return what ``!`` stands before."""
    return next(child for child in node.children if child.is_named)


def _stages_of(pipeline: Node) -> list[Node]:
    return [child for child in pipeline.children if child.is_named and child.type != "comment"]


def _alone(statement: Statement) -> Item:
    return Item("", (statement,), negated=False, background=False)


def _split_at(nodes: list[Node], word: str) -> tuple[list[Node], list[Node]]:
    """Return what stands before the first such word and what stands behind it, without the clauses that follow."""
    index = next((index for index, node in enumerate(nodes) if node.type == word), len(nodes))
    behind = [node for node in nodes[index + 1 :] if node.type not in {"elif_clause", "else_clause"}]
    return nodes[:index], behind


def _leaves(node: Node) -> Iterator[Node]:
    """Yield the words and operators of a test in order."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if each is node or each.type in _EXPRESSIONS:
            waiting.extend(reversed(each.children))
        else:
            yield each


def _redirects(node: Node) -> Iterator[Node]:
    """Yield the redirections of a statement; those behind the start of a heredoc, the grammar puts into it."""
    for redirect in node.children_by_field_name("redirect"):
        yield redirect
        yield from redirect.children_by_field_name("redirect")


def _operators(redirect: Node) -> Iterator[str]:
    yield from (
        child.type for child in redirect.children if not child.is_named and child.type.startswith(("<", ">", "&>"))
    )


def _words_after(redirect: Node) -> list[Node]:
    """Return the words that the grammar counts to a redirection, but that stand behind its target."""
    if redirect.type == "heredoc_redirect":
        return redirect.children_by_field_name("argument")
    return redirect.children_by_field_name("destination")[1:]


def _end(redirect: Node) -> int:
    """Return where a redirection ends on its line."""
    if redirect.type != "heredoc_redirect":
        return redirect.end_byte
    start = next((child for child in redirect.children if child.type == "heredoc_start"), redirect)
    return start.end_byte
