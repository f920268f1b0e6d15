"""Finds credentials by the document that they stand in: what a program's own credential file calls a credential."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.facts.secrets import decode_base64, find_secrets, is_placeholder, is_reference

if TYPE_CHECKING:
    from collections.abc import Iterator

_NPM = re.compile(
    r"^[ \t]*(?P<key>[^#;\n=]{0,200}?_(?:authToken|auth|password))[ \t]*=[ \t]*[\"']?(?P<secret>[^\s\"']{6,400})",
    re.MULTILINE,
)
_PYPI = re.compile(r"^[ \t]*(?P<key>password)[ \t]*[:=][ \t]*(?P<secret>\S{4,400})[ \t]*$", re.MULTILINE)
_NETRC = re.compile(
    r"\bmachine[ \t\n]+(?P<host>\S{1,253})(?:[ \t\n]+(?:login|account)[ \t]+\S{1,253}){0,2}"
    r"[ \t\n]+(?P<key>password)[ \t]+(?P<secret>\S{1,400})",
)
_KUBECONFIG_TOKEN = re.compile(
    r"^[ \t]+(?P<key>token|password)[ \t]*:[ \t]*[\"']?(?P<secret>[^\s\"'#]{4,4000})", re.MULTILINE
)
_REGISTRY_LOGIN = re.compile(r"\"(?P<key>auth)\"[ \t]*:[ \t]*\"(?P<secret>[A-Za-z0-9+/]{8,4000}={0,2})\"")
_REGISTRY_FILE = re.compile(r"\"auths\"[ \t\r\n]*:[ \t\r\n]*\{")
_KUBECONFIG = re.compile(r"^[\"']?kind[\"']?[ \t]*:[ \t]*[\"']?Config\b", re.MULTILINE)
_SERVICE_ACCOUNT = re.compile(r"[\"']?type[\"']?[ \t]*[:=][ \t]*[\"']service_account[\"']")


@dataclass(frozen=True, slots=True)
class Document:
    """What a document makes of the credentials in it."""

    detector: str
    kind: str
    provider: str


NPM = Document("npm-credentials", "npm credential", "npm")
PYPI = Document("pypi-credentials", "Python index password", "PyPI")
NETRC = Document("netrc-password", "netrc password", "netrc")
GIT = Document("git-credentials", "Git credential", "Git")
KUBECONFIG = Document("kubeconfig-credential", "kubeconfig credential", "Kubernetes")
REGISTRY = Document("registry-login", "registry login", "container registry")
SERVICE_ACCOUNT = Document("google-service-account-key", "Google service account key", "Google")


@dataclass(frozen=True, slots=True)
class Entry:
    """One credential that a document's grammar tells, by offsets."""

    document: Document
    start: int
    end: int
    key: str
    host: str = ""


def document_of(name: str, text: str) -> Document | None:
    """Return the kind of document that gives certain matches of the detector their meaning."""
    if name == ".git-credentials":
        return GIT
    if _KUBECONFIG.search(text) and "users" in text:
        return KUBECONFIG
    if _SERVICE_ACCOUNT.search(text):
        return SERVICE_ACCOUNT
    return None


def entries(name: str, text: str) -> Iterator[Entry]:
    """Yield what the grammar of a credential file calls a credential and the detector cannot tell by its form."""
    if name == ".npmrc":
        yield from _literal(_NPM, text, NPM)
    elif name == ".pypirc":
        yield from _literal(_PYPI, text, PYPI)
    elif name == ".netrc":
        yield from _literal(_NETRC, text, NETRC)
    if _KUBECONFIG.search(text) and "users" in text:
        yield from _literal(_KUBECONFIG_TOKEN, text, KUBECONFIG)
    if _REGISTRY_FILE.search(text):
        yield from registry_logins(text)


def registry_logins(text: str) -> Iterator[Entry]:
    """Yield the logins of a container client's configuration whose password is a literal."""
    for entry in _literal(_REGISTRY_LOGIN, text, REGISTRY):
        user, colon, password = (decode_base64(text[entry.start : entry.end]) or "").partition(":")
        if user and colon and not is_placeholder(password) and not is_reference(password):
            yield entry


def _literal(expression: re.Pattern[str], text: str, document: Document) -> Iterator[Entry]:
    for hit in expression.finditer(text):
        value = hit.group("secret")
        if not is_placeholder(value) and not is_reference(value):
            start, end = hit.span("secret")
            yield Entry(document, start, end, hit.group("key"), hit.groupdict().get("host") or "")


_SECRET_OBJECT = re.compile(r"^[\"']?kind[\"']?[ \t]*:[ \t]*[\"']?Secret\b", re.MULTILINE)
_ENCODED_ENTRY = re.compile(
    r"^[ \t]+(?P<key>[\w.\-]{1,253})[ \t]*:[ \t]*[\"']?(?P<secret>[A-Za-z0-9+/]{16,65536}={0,2})[\"']?[ \t\r]*$",
    re.MULTILINE,
)


def encoded_entries(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Yield the entries of Kubernetes Secrets that are base64 of text: start, end, key and the decoded text."""
    if not _SECRET_OBJECT.search(text):
        return
    for hit in _ENCODED_ENTRY.finditer(text):
        decoded = decode_base64(hit.group("secret"))
        if decoded is not None and (find_secrets(decoded) or next(registry_logins(decoded), None)):
            yield *hit.span("secret"), hit.group("key"), decoded
