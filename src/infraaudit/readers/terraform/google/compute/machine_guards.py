"""Tells what guards a machine of Compute Engine, and as whom its programs act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, GuardName, Known, MachineGuard, Unknown, default
from infraaudit.readers.terraform.google.defaults import TABLE
from infraaudit.readers.terraform.lifting.arguments import argument, block, reason
from infraaudit.readers.terraform.lifting.pointing import pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_WHOLE = ("cloud-platform", "https://www.googleapis.com/auth/cloud-platform")
_BY_DEFAULT = "-compute@developer.gserviceaccount.com"


@dataclass(frozen=True, slots=True)
class _Switch:
    """One guard: where it is written, and whether switching that on takes the guard away."""

    name: GuardName
    path: str
    turns_off: bool = False


_SWITCHES = (
    _Switch(GuardName.NO_CONSOLE, "metadata/serial-port-enable", turns_off=True),
    _Switch(GuardName.OWN_PACKETS, "can_ip_forward", turns_off=True),
    _Switch(GuardName.OWN_KEYS, "metadata/block-project-ssh-keys"),
    _Switch(GuardName.ACCOUNTS, "metadata/enable-oslogin"),
    _Switch(GuardName.MEASURED_BOOT, "shielded_instance_config.enable_vtpm"),
    _Switch(GuardName.MEASURED_BOOT, "shielded_instance_config.enable_integrity_monitoring"),
)


def guards_of(resource: Resource) -> Iterator[MachineGuard]:
    """Yield the guards of a machine or template. The keys of its metadata have hyphens and stand behind a slash."""
    for switch in _SWITCHES:
        before, _, key = switch.path.partition("/")
        node = argument(resource, before)
        node = node[key] if key else node
        written = node.boolean()
        if isinstance(written, Absent):
            stated = fact(TABLE, f"google_compute_instance.{key or before}")
            holds: Value[bool] = default(bool(stated.value), resource.at, stated.words)
        elif switch.turns_off:
            holds = written.map(_is_not)
        else:
            holds = written
        yield MachineGuard(switch.name, holds, key or before)


def _is_not(answer: bool) -> bool:  # noqa: FBT001 - it is the value itself
    return not answer


@dataclass(frozen=True, slots=True)
class Acting:
    """As whom the programs of a machine act: the fields of the same names of ``VirtualMachines``."""

    identity: Maybe[str]
    shared_identity: Value[bool]
    whole_cloud: Value[bool]


def acting_of(resource: Resource, resources: Resources) -> Acting:
    """Return as whom the programs act: without a block as nobody, without an account as that of all machines."""
    node = block(resource, "service_account")
    if node.is_unknown:
        doubt: Unknown[bool] = Unknown(reason(node), node.at)
        return Acting(Unknown(reason(node), node.at), doubt, doubt)
    if node.is_absent:
        no = Known(value=False, at=resource.at)
        return Acting(Absent(resource.at), no, no)
    at = node.key_at or node.at
    email = pointed(resources, node["email"])
    shared: Value[bool]
    if isinstance(email, Absent):
        stated = fact(TABLE, "google_compute_instance.service_account")
        shared = default(bool(stated.value), at, stated.words)
        email = default("the default service account of Compute Engine", at, stated.words)
    else:
        shared = email.map(_is_shared)
    return Acting(email, shared, whole_cloud(node["scopes"]))


def whole_cloud(scopes: Node) -> Value[bool]:
    """Return whether the scopes bound nothing."""
    wide = next((each for each in scopes.each() if each.content in _WHOLE), None)
    if wide is not None:
        return Known(value=True, at=wide.at)
    if not scopes.complete or any(not each.is_scalar for each in scopes.each()):
        return Unknown("its scopes cannot all be told", scopes.at)
    return Known(value=False, at=scopes.at)


def _is_shared(email: str) -> bool:
    return email.endswith(_BY_DEFAULT)
