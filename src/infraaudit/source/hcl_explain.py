"""The second opinion on a file with syntax errors: what python-hcl2 expected, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.source.file import SourceFile

LARGEST_EXPLAINED = 200_000
"""Bytes above which no second opinion is asked: python-hcl2 reads about 140,000 bytes a second."""

_MOST_EXPECTED = 4
_WORDS = {
    "RBRACE": "'}'",
    "LBRACE": "'{'",
    "RSQB": "']'",
    "LSQB": "'['",
    "RPAR": "')'",
    "LPAR": "'('",
    "EQ": "'='",
    "COMMA": "','",
    "COLON": "':'",
    "DBLQUOTE": "a quote",
    "NL_OR_COMMENT": "a new line",
    "NAME": "a name",
    "$END": "the end of the file",
}


def explanation_of(file: SourceFile) -> str:
    """Return what python-hcl2 says about a file, "" where it reads the file, cannot place its error, or it is long.

    Only places and kinds of tokens are told: the token itself may be part of a secret.
    """
    if len(file.data) > LARGEST_EXPLAINED:
        return ""
    import hcl2  # noqa: PLC0415 - slow to import, and only a broken file needs it
    from lark.exceptions import LarkError, UnexpectedInput  # noqa: PLC0415 - see above

    try:
        hcl2.parses_to_tree(file.text)
    except UnexpectedInput as error:
        return _words(error)
    except (LarkError, RecursionError, ValueError, RuntimeError):
        return ""
    return ""


def _words(error: object) -> str:
    line, column = getattr(error, "line", -1), getattr(error, "column", -1)
    expected = sorted(getattr(error, "accepts", None) or getattr(error, "expected", None) or ())
    named = [_WORDS[token] for token in expected if token in _WORDS]
    place = f"line {line}, column {column}" if isinstance(line, int) and line > 0 else "the end of the file"
    hint = f", {' or '.join(named[:_MOST_EXPECTED])} would fit" if named else ""
    return f"python-hcl2 stops at {place}{hint}"
