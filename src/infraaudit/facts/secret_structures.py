"""Finds secrets by their structure: private keys, URLs and connection strings with a password, session tokens."""

from __future__ import annotations

import base64
import binascii
import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from infraaudit.facts.secret_match import Family, Match, around, key_name, line_bounds
from infraaudit.facts.secret_values import INTERPOLATION, compact, is_identifier, is_placeholder, is_weak, words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

# -- private keys --------------------------------------------------------------------------------------------------

_LEAST_PAYLOAD = 64
_LONGEST_KEY = 32_768
_FEWEST_CHARACTERS = 16
_BEGIN = re.compile(r"-----BEGIN (?P<label>(?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?)-----")
_KEY_HEADER = re.compile(r"(?:Proc-Type|DEK-Info|Version|Comment|Hash):[^\n\\]*")
_SEPARATORS = re.compile(r"\\[nrt]|[\s\"'\\,+|]")
_PAYLOAD = re.compile(r"[A-Za-z0-9+/=]+")
_OPENSSH = "b3BlbnNzaC1rZXktdjEA"
_OPENSSH_PLAIN = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmU"
_ENCODED_BEGIN = "LS0tLS1CRUdJTi"
_ENCODED = re.compile(r"LS0tLS1CRUdJTi[A-Za-z0-9+/]{40,32768}={0,2}")
_PUTTY = re.compile(r"PuTTY-User-Key-File-[23]:")
_PUTTY_END = re.compile(r"Private-MAC:[^\n]*")


def find_private_keys(text: str) -> Iterator[Match]:
    """Yield private keys: PEM blocks also with escaped line ends or encoded once more, and PuTTY files."""
    if "PRIVATE KEY" in text:
        for begin in _BEGIN.finditer(text):
            end = text.find("-----END ", begin.end(), begin.end() + _LONGEST_KEY)
            if end >= 0 and _is_key_body(text[begin.end() : end]):
                close = re.compile(r"-----END [A-Z0-9 ]{1,60}-----").match(text, end)
                yield _key_match(text, begin.start(), close.end() if close else end, text[begin.start() : end])
    if _ENCODED_BEGIN in text:
        for encoded in _ENCODED.finditer(text):
            decoded = decode_base64(encoded.group())
            if decoded is not None and any(True for _ in find_private_keys(decoded)):
                yield _key_match(text, encoded.start(), encoded.end(), decoded)
    if "PuTTY-User-Key-File" in text:
        for begin in _PUTTY.finditer(text):
            closing = _PUTTY_END.search(text, begin.end(), begin.end() + _LONGEST_KEY)
            if closing:
                yield _key_match(text, begin.start(), closing.end(), text[begin.start() : closing.end()])


def _key_match(text: str, start: int, end: int, body: str) -> Match:
    return Match(
        detector="private-key",
        family=Family.PRIVATE_KEY,
        kind=_key_kind(body),
        provider="",
        start=start,
        end=end,
        whole=start,
        restricted=_is_encrypted_key(text, start, body),
    )


def _key_kind(body: str) -> str:
    if "PGP PRIVATE" in body:
        return "PGP private key"
    if "OPENSSH" in body or "PuTTY" in body:
        return "SSH private key"
    return "private key"


def _is_key_body(raw: str) -> bool:
    """Tell whether what stands between the two lines is a key: enough base64, and nothing that a template fills in."""
    payload = _SEPARATORS.sub("", _KEY_HEADER.sub("", raw))
    return (
        len(payload) >= _LEAST_PAYLOAD
        and len(set(payload)) >= _FEWEST_CHARACTERS
        and _PAYLOAD.fullmatch(payload) is not None
    )


def _is_encrypted_key(text: str, start: int, body: str) -> bool:
    if "ENCRYPTED" in body:
        return True
    if text.startswith("PuTTY", start):
        return "Encryption: none" not in body
    payload = _SEPARATORS.sub("", body)
    return _OPENSSH in payload and _OPENSSH_PLAIN not in payload


def decode_base64(encoded: str) -> str | None:
    """Return the text behind one layer of base64, ``None`` where there is none."""
    try:
        return base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True).decode()
    except (binascii.Error, ValueError):
        return None


# -- URLs and connection strings -----------------------------------------------------------------------------------

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{0,30}\Z")
_USER_INFO = re.compile(
    r"""://(?P<user>(?:\$\{[^}\s"']{1,200}\}|\{\{[^}\n]{1,200}\}\}|[^\s:/@"'`,;<>?\#&{}]){0,256}+)"""
    r""":(?P<password>(?:\$\{[^}\s"']{1,200}\}|\$\([^)\s"']{1,200}\)|\{\{[^}\n]{1,200}\}\}|[^\s/@"'`,;<>?\#{}]){1,256}+)"""
    r"""@(?P<host>\[[0-9a-fA-F:]{2,45}\]|[^\s/:@"'`,;<>?\#\\)\]]{1,253})""",
)
_NOT_IN_PASSWORD = re.compile(r"[\[\]^|\\<>`*]|\.\.\.|…|%s")
_DOCUMENTATION_HOST = re.compile(
    r"(?:.*\.)?(?:example(?:\.(?:com|org|net))?|invalid)|(?:.*\.)?(?:acme|foo|bar|domain|yourdomain|mydomain)\.com"
)
_COMMENT = re.compile(r"\s*(?:#|//|;|\*|/\*|--\s|REM\s|<!--)")
_TRAILING_COMMENT = re.compile(r"\s#\s")
_SENTRY_KEY = re.compile(r"[0-9a-f]{32}")
_PAIR = re.compile(
    r"""(?i)(?<![\w.\-$])(?:password|pwd)[ \t]{0,3}=[ \t]{0,3}(?P<password>[^\s;"'`&,<>{}]{1,256})""",
)
_PAIR_HOST = re.compile(
    r"""(?i)(?<![\w.\-$])(?:server|data source|host|hostname|addr|address|endpoint)[ \t]{0,3}"""
    r"""=[ \t]{0,3}(?P<host>[^\s;"'`,]{1,253})""",
)
_PAIR_USER = re.compile(
    r"""(?i)(?<![\w.\-$])(?:user id|uid|user|username)[ \t]{0,3}=[ \t]{0,3}(?P<user>[^\s;"'`&,]{1,128})"""
)
_JDBC = re.compile(r"jdbc:[a-z0-9:]{2,40}:(?://|@)(?P<host>[^\s;/?\"'`,:]{1,253})")


def find_connections(text: str) -> Iterator[Match]:
    """Yield passwords written into URLs and connection strings, unless in a comment or a description."""
    position = text.find("://")
    while position >= 0:
        match = _url(text, position)
        if match is not None:
            yield match
        position = text.find("://", position + 3)
    for pair in _PAIR.finditer(text) if re.search(r"(?i)password|pwd", text) else ():
        match = _pair(text, pair)
        if match is not None:
            yield match


def _url(text: str, position: int) -> Match | None:
    scheme = _SCHEME.search(text, max(0, position - 32), position)
    parts = _USER_INFO.match(text, position)
    if scheme is None or parts is None:
        return None
    password, host, user = parts.group("password"), parts.group("host"), parts.group("user")
    if not _is_literal_password(password) or _is_documentation(text, scheme.start(), host, user):
        return None
    sentry = _SENTRY_KEY.fullmatch(password) is not None and _SENTRY_KEY.fullmatch(user) is not None
    return Match(
        detector="sentry-legacy-dsn" if sentry else "connection-url",
        family=Family.TOKEN if sentry else Family.CONNECTION,
        kind="Sentry DSN with a secret key" if sentry else "connection URL",
        provider="Sentry" if sentry else scheme.group().lower(),
        start=parts.start("password"),
        end=parts.end("password"),
        whole=scheme.start(),
        restricted=sentry,
        weak=_is_weak_password(password, user),
        host=_plain_host(host),
    )


def _pair(text: str, pair: re.Match[str]) -> Match | None:
    start, end = pair.span("password")
    surroundings = around(text, start, end)
    password = pair.group("password")
    address = _PAIR_HOST.search(surroundings)
    jdbc = _JDBC.search(surroundings)
    joined = ";" in surroundings or (address is not None and re.search(r"(?i)\b(?:dbname|database)\s*=", surroundings))
    host = jdbc.group("host") if jdbc else address.group("host") if address and joined else ""
    if not host or not _is_literal_password(password):
        return None
    name = _PAIR_USER.search(surroundings)
    user = name.group("user") if name else ""
    if _is_documentation(text, pair.start(), host, user) or _is_expression(password):
        return None
    return Match(
        detector="connection-string",
        family=Family.CONNECTION,
        kind="connection string",
        provider="JDBC" if jdbc else "database",
        start=start,
        end=end,
        whole=pair.start(),
        weak=_is_weak_password(password, user),
        host=_plain_host(host),
    )


def _is_expression(password: str) -> bool:
    return (
        re.fullmatch(r"(?:var|local|data|module|each|os|env|config|self)\.[\w.\[\]\"']+|.*\(.*", password) is not None
    )


def _is_literal_password(password: str) -> bool:
    """Tell whether the password part is one: not put in by a template, not a stand-in for one."""
    if "$" in password or INTERPOLATION.search(password) or _NOT_IN_PASSWORD.search(password):
        return False
    core = compact(password)
    if not core or core in words("connection.hollow_passwords") or (password.isupper() and is_identifier(password)):
        return False
    return not is_placeholder(password) or core.startswith(("change", "example", "test", "123", "qwerty", "dummy"))


def _is_weak_password(password: str, user: str) -> bool:
    return is_weak(password) or (bool(user) and compact(password) == compact(user))


def _is_documentation(text: str, whole: int, host: str, user: str) -> bool:
    if (
        _DOCUMENTATION_HOST.fullmatch(host.lower())
        or user.startswith(("<", "["))
        or host.lower() in words("connection.hollow_hosts")
    ):
        return True
    start, _ = line_bounds(text, whole)
    before = text[max(start, whole - 2000) : whole]
    if _COMMENT.match(before) or _TRAILING_COMMENT.search(before):
        return True
    return key_name(text, whole).rsplit(".", 1)[-1].lower() in words("connection.describing_keys")


def _plain_host(host: str) -> str:
    return "" if INTERPOLATION.search(host) or "$" in host else host.strip("[]()").removeprefix("tcp:")


# -- session tokens ------------------------------------------------------------------------------------------------

_JWT = re.compile(r"(?<![\w-])eyJ[\w-]{8,2000}\.(?P<claims>eyJ[\w-]{4,8000})\.[\w-]{16,2000}(?![\w-])")


def find_session_tokens(text: str) -> Iterator[Match]:
    """Yield signed JSON web tokens. The public ones of Supabase and the example of the format's site are left out."""
    if "eyJ" not in text:
        return
    for token in _JWT.finditer(text):
        header = _json_object(token.group().split(".", 1)[0])
        claims = _json_object(token.group("claims"))
        if "alg" not in header or claims.get("role") == "anon" or claims.get("name") == "John Doe":
            continue
        cluster = "kubernetes/serviceaccount" in str(claims.get("iss", ""))
        yield Match(
            detector="kubernetes-service-account-token" if cluster else "json-web-token",
            family=Family.SESSION,
            kind="Kubernetes service account token" if cluster else "JSON web token",
            provider="Kubernetes" if cluster else "",
            start=token.start(),
            end=token.end(),
            whole=token.start(),
            hint="eyJ",
            weak=claims.get("iss") in words("session.public_issuers"),
            expires=None if cluster else _expiry(claims.get("exp")),
        )


def _json_object(segment: str) -> dict[str, Any]:
    try:
        text = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
        read = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _expiry(claim: object) -> date | None:
    if isinstance(claim, bool) or not isinstance(claim, int | float):
        return None
    try:
        return datetime.fromtimestamp(claim, tz=UTC).date()
    except (ValueError, OverflowError, OSError):
        return None
