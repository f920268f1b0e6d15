"""What guards a whole account, whoever makes what in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Value


class GuardrailKind(StrEnum):
    """What a guard does."""

    THREATS = "looks for intruders"
    CHANGES = "keeps account of how resources were set up"
    FINDINGS = "brings findings together"
    ACCESS = "looks for what others may reach"
    DISKS = "encrypts every new disk"
    BUCKETS = "keeps all buckets from being public"
    METADATA = "asks machines for a token before they read their metadata"
    PASSWORDS = "says how passwords have to be"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardrail(Entity):
    """A setting of an account that holds for everything in it. ``enabled`` is whether it is in force."""

    guards: GuardrailKind
    enabled: Value[bool]
