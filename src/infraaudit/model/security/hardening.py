"""How far a container and its pod are kept from the machine that they run on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a container may do beyond its user's rights: added to and dropped from the usual set, in upper case."""

    added: tuple[Value[str], ...] = ()
    dropped: tuple[Value[str], ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class SecurityModule:
    """The profile of a security module: ``kind`` as the platform writes it (``RuntimeDefault``, ``Unconfined``)."""

    kind: Maybe[str]
    at: Span
    profile: Maybe[str] | None = None


@dataclass(frozen=True, slots=True)
class LinuxOptions:
    """The labels of SELinux that are asked for."""

    type: Maybe[str]
    user: Maybe[str]
    role: Maybe[str]
    at: Span


@dataclass(frozen=True, slots=True)
class Hardening:
    """The security settings that hold for one container, those of its pod included where it states none of its own.

    ``user`` and ``group`` are numbers. What nobody states is absent: the image decides on the user, and the platform
    on the rest.
    """

    user: Maybe[int]
    group: Maybe[int]
    run_as_non_root: Maybe[bool]
    escalation: Maybe[bool]
    read_only_root: Maybe[bool]
    capabilities: Capabilities
    seccomp: SecurityModule
    app_armor: SecurityModule
    linux_options: LinuxOptions
    proc_mount: Maybe[str]
    host_process: Maybe[bool]
    at: Span


@dataclass(frozen=True, slots=True)
class PodHardening:
    """What a pod as a whole shares with its machine, and what it lets its own containers share.

    ``user_namespace`` tells that users of the pod are other ones on the machine. ``file_group`` owns the volumes.
    ``system_controls`` are the names of the kernel's settings that it changes. ``automount_token`` says whether the
    credential of its service account is mounted, as far as the pod itself says.
    """

    host_process_ids: Value[bool]
    host_messages: Value[bool]
    user_namespace: Value[bool]
    shares_process_ids: Value[bool]
    file_group: Maybe[int]
    system_controls: tuple[Value[str], ...]
    system_controls_complete: bool
    automount_token: Maybe[bool]
    at: Span
    windows: bool = False
