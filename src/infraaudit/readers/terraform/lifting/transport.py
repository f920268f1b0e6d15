"""Tells from the settings of an engine whether it takes connections in plain text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model import Absent, FacetName, Known, Unknown, default

if TYPE_CHECKING:
    from infraaudit.model import Facet, Maybe, Parameters, Value

_SWITCHES = {"postgres": "rds.force_ssl", "mysql": "require_secure_transport", "mariadb": "require_secure_transport"}
_NO_ENGINE = "unknown"
_ON = frozenset({"1", "on", "true"})
_SINCE = {("postgres", False): 15, ("postgres", True): 17}
"""The major version from which on the switch is on by itself, for an engine of RDS and of Aurora."""

_WORDS = "Amazon RDS and Aurora user guides, Requiring an SSL/TLS connection (2026-08)"


def requires_encryption(engine: str, parameters: Parameters, major: Maybe[int], *, aurora: bool) -> Value[bool] | None:
    """Return whether a database of RDS refuses plain text; ``None`` for engines without such a switch."""
    if engine not in _SWITCHES:
        return Unknown("the engine cannot be told", parameters.at) if engine == _NO_ENGINE else None
    written = parameters.get(_SWITCHES[engine])
    if not isinstance(written, Absent):
        return written.map(_is_on)
    since = _SINCE.get((engine, aurora))
    if since is None:
        return default(value=False, at=parameters.at, fact=_WORDS)
    if isinstance(major, Known):
        return default(value=major.value >= since, at=parameters.at, fact=_WORDS)
    why = "no version is written, and whether plain text is refused follows it"
    return Unknown(major.why if isinstance(major, Unknown) else why, major.at)


def with_transport(facets: tuple[Facet, ...], answer: Value[bool] | None) -> tuple[Facet, ...]:
    """Return facets with the answer to whether plain text is refused; without one the question is not asked."""
    others = tuple(each for each in facets if each.name is not FacetName.ENCRYPTED_IN_TRANSIT)
    asked = next((each for each in facets if each.name is FacetName.ENCRYPTED_IN_TRANSIT), None)
    return others if asked is None or answer is None else (*others, replace(asked, holds=answer))


def _is_on(text: str) -> bool:
    return text.lower() in _ON
