"""What keeps strangers out of machines and apps: switches that clouds have for them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.model.compute.workload import Workload

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
    NO_PLAIN_FTP = "its files are not brought over plain FTP"
    NO_DEBUGGER = "nobody stops it from afar to look into it"


@dataclass(frozen=True, slots=True)
class MachineGuard:
    """One guard of a machine or an app. ``setting`` is the attribute that decides it, in the words of its format."""

    name: GuardName
    holds: Value[bool]
    setting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded(Workload):
    """A workload whose cloud has switches against strangers; ``guards`` are those that are read."""

    guards: tuple[MachineGuard, ...] = ()
