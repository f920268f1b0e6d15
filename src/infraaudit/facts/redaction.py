"""Takes secrets out of lines that are about to be shown, without moving a column."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.facts.secret_detector import find_secrets
from infraaudit.facts.secret_match import key_name
from infraaudit.facts.secret_names import is_secret_name
from infraaudit.facts.secret_values import INTERPOLATION, bare, is_placeholder, is_plain_scalar, is_reference, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.facts.secret_match import Match

MASK = "•"
"""What stands for each hidden character."""

_LONGEST_LINE = 100_000
_Stretch = tuple[int, int]

_ASSIGNMENT = re.compile(
    r"""(?<![\w$])(?<!\$\{)(?P<name>[A-Za-z_][\w.\-/]{0,120})["']?(?P<gap>[ \t]{0,40}(?::=|=>|=|:)[ \t]{0,40})"""
)
_NAMED_VALUE = re.compile(
    r"""\bname["']?[ \t]{0,9}[:=][ \t]{0,9}["']?(?P<name>[\w.\-/]{1,120})["']?[ \t,]{0,9}"""
    r"""["']?\bvalue["']?[ \t]{0,9}[:=][ \t]{0,9}""",
    re.IGNORECASE,
)
_INSTRUCTION = re.compile(r"^[ \t]{0,40}(?:ENV|ARG|LABEL)[ \t]{1,20}(?P<name>[\w.\-]{1,120})[ \t]{1,20}", re.IGNORECASE)
_OPTION = re.compile(
    r"""(?<![\w-])--?(?P<name>[A-Za-z][\w\-]{1,60})(?:["'][ \t]{0,9},[ \t]{0,9}(?=["'])|[ \t]{1,9})(?!-)"""
)
_AUTHORIZATION = re.compile(
    r"""authorization["']?[ \t]{0,9}[:=,][ \t]{0,9}["']?(?:bearer|basic|token)[ \t]{1,9}"""
    r"""|\bbearer[ \t]{1,9}(?=[\w.\-]{16})""",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"""\b(?:login|sshpass|htpasswd)\b.{0,200}?[ \t]-p[ \t"',]{0,9}"""
    r"""|\b(?:mysql\w*|mariadb[\w-]*)\b.{0,200}?[ \t]-p(?=\S)""",
)
_USER_AND_PASSWORD = re.compile(r"""(?<![\w-])(?:-u|--user)[ \t=]{1,3}["']?[^\s:"']{1,100}:""")
_USER_INFO = re.compile(r"""://(?:\$\{[^}\s]{1,200}\}|[^\s:/@"'`]){0,256}+:(?P<secret>[^\s/@"'`]{1,256})@""")
_NETRC = re.compile(
    r"""\b(?:machine|login)[ \t].{0,300}[ \t]password[ \t]{1,9}|^[ \t]*password[ \t]{1,9}(?=\S+[ \t]*$)"""
)
_ELEMENT = re.compile(r"<(?P<name>[\w.\-]{1,120})>(?=[^<])")
_QUOTED = re.compile(r""""((?:[^"\\]|\\.)*)("|\Z)|'([^']*)('|\Z)""")
_DEFAULT = re.compile(r"\$\{\w+:?[-=+](?P<default>[^{}]*)\}")
_HOLE = re.compile(
    r"\$\$?\{[^{}]*\}|\$\([^()]*\)|\{\{.*?\}\}|\{%.*?%\}|<%.*?%>|#\{[^{}]*\}|\$\$?[A-Za-z_]\w*|%\(\w+\)s|\$\[\[.*?\]\]"
)
_ENTRY_START = re.compile(r"[ \t]*(?:-[ \t]+|[\"'])?")
_WORDS_ONLY = re.compile(r"[^\s$]\S*(?:[ \t]+\w+)*[ \t]*(?:#.*)?\Z")
_EXPRESSION = re.compile(r"(?:var|local|data|module|each|self|path|count|terraform)\.[A-Za-z_]|[\d\s*+/().%\-]+\Z")
_KEY_BODY = re.compile(r"""[ \t"']{0,80}[A-Za-z0-9+/]{24,}={0,2}(?:\\n)?["',]{0,3}[ \t\r]{0,9}\Z""")
_BLOCK = re.compile(r"(?:[|>][-+\d]*|<<[-~]?\w+)[ \t\r]*\Z")
_CHARACTER = re.compile(r"[^\r\n]")


def mask_line(line: str) -> str:
    """Return a line of source with every secret in it replaced by as many ``•`` as it has characters.

    Hidden are credentials of known form but for the vendor's public prefix, and what is written under a secret-like key
    unless it is a reference, a placeholder, a boolean, a number or a path.
    """
    if len(line) > _LONGEST_LINE:
        return _CHARACTER.sub(MASK, line)
    return _masked(line, [*_credentials(line), *_under_names(line)])


def mask_text(text: str) -> str:
    """Return a text masked as by :func:`mask_line`, with what only neighbouring lines can tell.

    That is: private keys over several lines, ``value:`` beside a secret-like ``name:``, blocks of text under a
    secret-like key, and the data of Kubernetes Secrets. Lines keep their number and length.
    """
    found = list(_credentials(text))
    masked: list[str] = []
    state = _Surroundings()
    offset = 0
    for line in _masked(text, found).split("\n"):
        shown = mask_line(line)
        hidden = state.enter(line)
        if hidden is None and (name := _neighbour_name(text, line, offset)):
            hidden = name
        masked.append(_masked(shown, [hidden]) if hidden else shown)
        offset += len(line) + 1
    return "\n".join(masked)


def _credentials(text: str) -> Iterator[_Stretch]:
    for match in find_secrets(text):
        yield _hidden_part(match)


def _hidden_part(match: Match) -> _Stretch:
    return match.start + len(match.hint), match.end


def _masked(text: str, stretches: list[_Stretch]) -> str:
    for start, end in stretches:
        text = text[:start] + _CHARACTER.sub(MASK, text[start:end]) + text[end:]
    return text


# -- one line ------------------------------------------------------------------------------------------------------


def _under_names(line: str) -> Iterator[_Stretch]:
    if _KEY_BODY.match(line) and re.search(r"[A-Z]", line) and re.search(r"[a-z]", line):
        yield 0, len(line)
    for expression in (_ASSIGNMENT, _NAMED_VALUE, _INSTRUCTION, _OPTION, _ELEMENT):
        for hit in expression.finditer(line):
            name = hit.group("name")
            if is_hidden_name(name) and not _runs_on(line, hit):
                yield from _secret_parts(line, hit.end(), to_end=_takes_line(line, hit))
    for expression in (_AUTHORIZATION, _LOGIN, _USER_AND_PASSWORD, _NETRC):
        for hit in expression.finditer(line):
            yield from _secret_parts(line, hit.end(), to_end=False)
    for hit in _USER_INFO.finditer(line):
        yield from _unless_harmless(line, *hit.span("secret"))


def is_hidden_name(name: str) -> bool:
    """Tell whether what stands under a name is hidden: names of secrets, and options of programs for a password."""
    last = re.split(r"[./]", name)[-1]
    return (
        is_secret_name(name)
        or is_secret_name(last)
        or last.lower().endswith("passwords")
        or ((last.islower() or last.isupper()) and last.lower() in words("name.password_options"))
    )


def _runs_on(line: str, hit: re.Match[str]) -> bool:
    """Tell a colon inside a word, as in an address of Amazon's: an entry has a blank or a quote behind its colon."""
    gap = hit.groupdict().get("gap")
    return gap == ":" and line[hit.end() : hit.end() + 1] not in {"", '"', "'"}


def _takes_line(line: str, hit: re.Match[str]) -> bool:
    """Tell whether an unquoted value runs to the end of its line: in YAML, in env files, after ``ENV NAME``."""
    before = line[: hit.start()]
    if "{" in before or "[" in before or re.search(r"\w[ \t]+\w+[ \t]+$", before):
        return False
    gap = hit.groupdict().get("gap")
    if gap is None:
        return hit.re is _INSTRUCTION
    if ":" in gap:
        return gap[-1] in " \t" and "=" not in gap
    return _ENTRY_START.fullmatch(before) is not None and _WORDS_ONLY.match(line, hit.end()) is not None


def _secret_parts(line: str, start: int, *, to_end: bool) -> Iterator[_Stretch]:
    """Yield the secret parts of the value that begins at ``start``."""
    if line[start : start + 1] == "[":
        for item in _QUOTED.finditer(line, start):
            yield from _unless_harmless(line, *item.span(1 if item.group(1) is not None else 3))
        return
    quoted = _QUOTED.match(line, start)
    if quoted:
        yield from _unless_harmless(line, *quoted.span(1 if quoted.group(1) is not None else 3))
        return
    rest = re.compile(r"(?:(?![ \t]#).)+" if to_end else r"(?:\$\{[^}]*\}|[^\s\"',;<>}\])])+").match(line, start)
    if rest:
        end = start + len(rest.group().rstrip())
        yield from _unless_harmless(line, start, end)


def _unless_harmless(line: str, start: int, end: int) -> Iterator[_Stretch]:
    value = line[start:end]
    if _BLOCK.match(value):
        return
    defaults = [hit.span("default") for hit in _DEFAULT.finditer(value)]
    if INTERPOLATION.search(value) and not _is_call(value):
        for first, last in (*defaults, *_outside_holes(value)):
            if not _is_harmless(value[first:last]):
                yield start + first, start + last
    elif not (_is_harmless(value) or _EXPRESSION.match(value)):
        yield start, end


def _is_call(value: str) -> bool:
    return re.match(r"[a-z_][a-z0-9_]*\(", value) is not None and not value.startswith("file(")


def _outside_holes(value: str) -> Iterator[_Stretch]:
    position = 0
    for hole in _HOLE.finditer(value):
        yield position, hole.start()
        position = hole.end()
    yield position, len(value)


def _is_harmless(value: str) -> bool:
    text = bare(value)
    if not re.search(r"\w", text) or set(text) <= {MASK}:
        return True
    return is_placeholder(text) or is_reference(text) or is_plain_scalar(text)


# -- several lines -------------------------------------------------------------------------------------------------

_VALUE_LINE = re.compile(r"""^[ \t]*(?:-[ \t]+)?["']?(?:value|default)["']?[ \t]*[:=][ \t]*""")
_YAML_KEY = re.compile(
    r"""^(?P<indent>[ \t]*)(?:-[ \t]+)?["']?(?P<name>[A-Za-z_.][\w.\-/]*)["']?[ \t]*:(?:[ \t]+(?P<value>.*))?$"""
)
_OPENING = re.compile(
    r"""^(?P<indent>[ \t]*)(?:-[ \t]+)?["']?(?P<name>[A-Za-z_.][\w.\-/]*)["']?[ \t]*[:=][ \t]*(?P<rest>.*)$"""
)


def _neighbour_name(text: str, line: str, offset: int) -> _Stretch | None:
    value = _VALUE_LINE.match(line)
    if value is None or not is_hidden_name(key_name(text, offset + value.end())):
        return None
    parts = list(_secret_parts(line, value.end(), to_end=True))
    return (parts[0][0], parts[-1][1]) if parts else None


class _Surroundings:
    """What the lines so far tell about the next: inside a block of text, inside the data of a Secret."""

    def __init__(self) -> None:
        self._block_indent = -1
        self._heredoc = ""
        self._is_secret = False
        self._data_indent = -1

    def enter(self, line: str) -> _Stretch | None:
        """Take the next line and return the part of it that must be hidden, if any."""
        written = len(line) - len(line.lstrip())
        whole = (written, len(line.rstrip()))
        if self._heredoc:
            if line.strip() == self._heredoc:
                self._heredoc = ""
                return None
            return whole
        if self._block_indent >= 0:
            if not line.strip() or written > self._block_indent:
                return whole
            self._block_indent = -1
        self._open_block(line)
        return self._secret_data(line, written)

    def _open_block(self, line: str) -> None:
        opening = _OPENING.match(line)
        if opening is None or not is_hidden_name(opening.group("name")):
            return
        rest = opening.group("rest")
        if rest.startswith("<<") and _BLOCK.match(rest):
            self._heredoc = rest.lstrip("<-~").strip()
        elif _BLOCK.match(rest):
            self._block_indent = len(opening.group("indent"))

    def _secret_data(self, line: str, written: int) -> _Stretch | None:
        if line.startswith("---"):
            self._is_secret, self._data_indent = False, -1
        key = _YAML_KEY.match(line)
        if key is None:
            return None
        name, value = key.group("name"), (key.group("value") or "").strip()
        if name == "kind" and not key.group("indent"):
            self._is_secret = value.strip("\"'") == "Secret"
        if written <= self._data_indent:
            self._data_indent = -1
        if name in {"data", "stringData"} and not value:
            self._data_indent = written
        elif self._is_secret and self._data_indent >= 0:
            if _BLOCK.match(value):
                self._block_indent = written
            elif value and not _is_harmless(value):
                return key.start("value"), len(line.rstrip())
        return None
