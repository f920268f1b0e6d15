"""What keeps strangers out of a machine, and its boot honest: switches that clouds have for virtual machines."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.model.values import Value


class GuardName(StrEnum):
    """What a guard keeps true."""

    NO_PASSWORDS = "nobody comes in by SSH with a password"
    NO_CONSOLE = "its serial console is closed"
    OWN_PACKETS = "it passes on no packets of others"
    OWN_KEYS = "keys of the whole project do not open it"
    ACCOUNTS = "people come in with accounts of the cloud"
    MEASURED_BOOT = "its boot is measured"


@dataclass(frozen=True, slots=True)
class MachineGuard:
    """One guard of a machine. ``setting`` is the attribute that decides it, in the words of its format."""

    name: GuardName
    holds: Value[bool]
    setting: str
