"""Invented secrets, put together when a test runs so that no file holds anything that looks like one."""

from __future__ import annotations

import base64
import hashlib
import string
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ALPHABETS = {
    "hex": "0123456789abcdef",
    "digits": string.digits,
    "upper": string.ascii_uppercase + string.digits,
    "letters": string.ascii_letters,
    "alnum": string.ascii_letters + string.digits,
    "word": string.ascii_letters + string.digits,
    "base64": string.ascii_letters + string.digits + "+",
    "base32": string.ascii_uppercase + "234567",
    "bech32": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
}


def random_text(kind: str, length: int, seed: str = "") -> str:
    alphabet = ALPHABETS[kind]
    stream = b"".join(hashlib.sha256(f"{kind}{seed}{block}".encode()).digest() for block in range(length // 32 + 1))
    return "".join(alphabet[byte % len(alphabet)] for byte in stream[:length])


def filled(piece: str, seed: str = "") -> str:
    """Return a piece of a recipe: ``hex:32`` becomes 32 such characters, anything else stays."""
    kind, colon, length = piece.partition(":")
    return random_text(kind, int(length), seed) if colon and kind in ALPHABETS and length.isdigit() else piece


def written(pieces: Sequence[str], seed: str = "") -> str:
    return "".join(filled(piece, f"{seed}{number}") for number, piece in enumerate(pieces))


def private_key(label: str = "RSA ", *, seed: str = "", line_end: str = "\n", length: int = 600) -> str:
    body = random_text("alnum", length, seed)
    lines = [body[start : start + 64] for start in range(0, length, 64)]
    dashes = "-" * 5
    begin, end = f"{dashes}BEGIN {label}PRIVATE KEY{dashes}", f"{dashes}END {label}PRIVATE KEY{dashes}"
    return line_end.join([begin, *lines, end])


def web_token(claims: str, seed: str = "") -> str:
    parts = ('{"alg":"HS256","typ":"JWT"}', claims)
    encoded = [base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, random_text("alnum", 43, seed)])


def leaks(secret: str, shown: str, size: int = 6) -> bool:
    return any(secret[start : start + size] in shown for start in range(len(secret) - size + 1))
