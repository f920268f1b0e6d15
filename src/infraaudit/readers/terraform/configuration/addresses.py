"""Addresses of instances as Terraform writes them."""

from __future__ import annotations

import re

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "${": "$${", "%{": "%%{"}


def instance_suffix(key: str) -> str:
    """Return what stands behind the address of an instance under a key of ``for_each``."""
    for plain, escaped in _ESCAPES.items():
        key = key.replace(plain, escaped)
    return f'["{key}"]'


_INDEX = re.compile(r'\[(?:\d+|"(?:[^"\\]|\\.)*")\]$')


def without_index(address: str) -> str:
    """Return the address of a whole resource: that of an instance without the index at its end."""
    return _INDEX.sub("", address)


_NUMBER = re.compile(r'(\["(?:[^"\\]|\\.)*"\])|\[\d+\]')


def without_numbers(address: str) -> str:
    """Return an address without the numbers of every ``count`` in it; the keys of ``for_each`` stay."""
    return _NUMBER.sub(lambda found: found[1] or "", address)
