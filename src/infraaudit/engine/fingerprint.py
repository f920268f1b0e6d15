"""The identity of a finding over time: it survives moved lines, renamed files and another order."""

from __future__ import annotations

from hashlib import blake2b


def fingerprint(policy: str, address: str, part: str) -> str:
    """Return 16 hexadecimal digits from what a finding is about: never from a line, a file name or a secret."""
    digest = blake2b(digest_size=8)
    for piece in (policy, address, part):
        digest.update(piece.encode(errors="backslashreplace"))
        digest.update(b"\0")
    return digest.hexdigest()
