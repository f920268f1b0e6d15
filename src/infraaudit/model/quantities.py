"""Quantities as platforms write them, turned into the units of the model."""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, Decimal, DecimalException
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.source.yaml_tree import Scalar

_BINARY = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50, "Ei": 2**60}
_DECIMAL = {"k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15, "E": 10**18}
_SMALL = {"n": Decimal("1e-9"), "u": Decimal("1e-6"), "m": Decimal("1e-3")}
_KUBERNETES = re.compile(r"([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE])?")
_COMPOSE_BYTES = re.compile(r"([0-9.]+)\s*([kmgt]?)(?:i?b)?", re.IGNORECASE)
_PLAIN_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")
_WHOLE_NUMBER = re.compile(r"[0-9]+")
_LARGEST = 2**63
"""What the 64 bits of every platform's whole numbers end before."""

_GO_DURATION = re.compile(r"(?:([0-9.]+)h)?(?:([0-9.]+)m(?!s))?(?:([0-9.]+)s)?(?:([0-9.]+)ms)?(?:[0-9.]+[uµn]s)?")


def _kubernetes_quantity(scalar: Scalar) -> Decimal | None:
    match = _KUBERNETES.fullmatch(str(scalar).strip())
    if match is None or isinstance(scalar, bool):
        return None
    try:
        number = Decimal(match[1])
        unit = match[2] or ""
        quantity = number * (_SMALL.get(unit) or Decimal(_BINARY.get(unit) or _DECIMAL.get(unit) or 1))
    except DecimalException:
        return None
    return quantity if abs(quantity) < _LARGEST else None


def _rounded_up(quantity: Decimal) -> int:
    return int(quantity.to_integral_value(ROUND_CEILING))


def kubernetes_cpu(scalar: Scalar) -> int | None:
    """Return thousandths of a core from a Kubernetes quantity (``500m``, ``0.5``, ``2``), rounded up as it does."""
    quantity = _kubernetes_quantity(scalar)
    return None if quantity is None else _rounded_up(quantity * 1000)


def kubernetes_bytes(scalar: Scalar) -> int | None:
    """Return bytes from a Kubernetes quantity (``128Mi``, ``1e9``, ``1G``), rounded up as Kubernetes does."""
    quantity = _kubernetes_quantity(scalar)
    return None if quantity is None else _rounded_up(quantity)


def compose_bytes(scalar: Scalar) -> int | None:
    """Return bytes from a size as Compose writes it (``512m``, ``1gb``, ``1048576``); all units are binary."""
    match = _COMPOSE_BYTES.fullmatch(str(scalar).strip())
    if match is None or isinstance(scalar, bool):
        return None
    power = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}[match[2].lower()]
    try:
        return _bounded(float(match[1]) * 1024**power)
    except ValueError:
        return None


def _bounded(number: float | Decimal) -> int | None:
    """Return the whole part of a number, or ``None`` where no platform could hold it; infinity is such a number."""
    return int(number) if -_LARGEST < number < _LARGEST else None


def compose_cpu(scalar: Scalar) -> int | None:
    """Return thousandths of a core from a number of cores as Compose writes it (``"0.5"``, ``2``)."""
    text = str(scalar).strip()
    if isinstance(scalar, bool) or _PLAIN_NUMBER.fullmatch(text) is None:
        return None
    return _bounded(Decimal(text) * 1000)


def go_duration(scalar: Scalar) -> int | None:
    """Return whole seconds from a Go duration (``1m30s``, ``10s``, ``500ms``) or a bare number of seconds."""
    seconds = _go_seconds(scalar)
    return None if seconds is None else _bounded(seconds)


def go_milliseconds(scalar: Scalar) -> int | None:
    """Return whole milliseconds from what :func:`go_duration` reads."""
    seconds = _go_seconds(scalar)
    return None if seconds is None else _bounded(round(seconds * 1000, 3))


def _go_seconds(scalar: Scalar) -> float | None:
    if isinstance(scalar, bool) or scalar is None:
        return None
    if isinstance(scalar, int | float):
        return scalar
    text = scalar.strip()
    if _WHOLE_NUMBER.fullmatch(text):
        return float(text)
    match = _GO_DURATION.fullmatch(text)
    if not text or match is None:
        return None
    try:
        hours, minutes, seconds, milliseconds = (float(part or 0) for part in match.groups())
    except ValueError:
        return None
    return hours * 3600 + minutes * 60 + seconds + milliseconds / 1000
