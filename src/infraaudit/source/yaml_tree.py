"""The YAML tree: nodes that know their spans, and the dialects in which programs read them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.source.span import Span

Scalar = str | int | float | bool | None


class Dialect(Enum):
    """Which program will read the file, for programs disagree on what a plain scalar means."""

    CORE = auto()
    """YAML 1.2 core schema: Compose."""

    KUBERNETES = auto()
    """What ``sigs.k8s.io/yaml`` makes of it, as kubectl and Helm do: the booleans of YAML 1.1, the numbers of Go."""

    KUSTOMIZE = auto()
    """What ``kyaml`` makes of it: the booleans of YAML 1.2, the numbers of Go, and dates as times."""


@dataclass(frozen=True, slots=True)
class YamlScalar:
    """A scalar as written: its text after unquoting, and whether it was plain."""

    text: str
    plain: bool
    tag: str | None
    at: Span


@dataclass(frozen=True, slots=True)
class YamlSequence:
    """A list of nodes."""

    items: tuple[YamlNode, ...]
    tag: str | None
    at: Span


@dataclass(frozen=True, slots=True)
class YamlMapping:
    """Pairs in the order written; a key may be any node, and a duplicate stays in the list."""

    pairs: tuple[tuple[YamlNode, YamlNode], ...]
    tag: str | None
    at: Span


YamlNode = YamlScalar | YamlSequence | YamlMapping
