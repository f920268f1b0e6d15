"""The address that a platform itself gives to what it runs, beside the gateways that lead there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAddress(Entity):
    """The address of one function or service that nobody has to make, such as its ``run.app`` or function URL.

    ``of`` is the address of the workload that answers there. ``reached`` is whether the internet gets to it, and
    ``asks`` what the platform asks of a caller before the program is started, in its own word (``iam``), absent where
    everybody may call. ``setting`` names what decides who gets to it. ``door`` is the address of the gateway by which
    the platform itself leads there, empty where it is none.
    """

    of: str
    reached: Value[bool]
    asks: Maybe[str]
    setting: str
    door: str = ""
