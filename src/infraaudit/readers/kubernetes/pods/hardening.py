"""The security settings of containers and pods, those of the pod handed down to its containers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import (
    Absent,
    Capabilities,
    Hardening,
    Known,
    LinuxOptions,
    PodHardening,
    SecurityModule,
)
from infraaudit.readers.kubernetes.selection import known_texts
from infraaudit.readers.kubernetes.texts import literal

if TYPE_CHECKING:
    from infraaudit.model import Node

_ARMOR_ANNOTATION = "container.apparmor.security.beta.kubernetes.io/"
_ARMOR_WORDS = {"runtime/default": "RuntimeDefault", "unconfined": "Unconfined"}


def hardening_of(container: Node, pod: Node, annotations: Node) -> Hardening:
    """Return what holds for a container: its own settings before those of its pod."""
    own, shared = container["securityContext"], pod["securityContext"]
    return Hardening(
        user=_first(own, shared, "runAsUser").integer(),
        group=_first(own, shared, "runAsGroup").integer(),
        run_as_non_root=_first(own, shared, "runAsNonRoot").boolean(),
        escalation=own["allowPrivilegeEscalation"].boolean(),
        read_only_root=own["readOnlyRootFilesystem"].boolean(),
        capabilities=_capabilities(own["capabilities"]),
        seccomp=_module(_first(own, shared, "seccompProfile")),
        app_armor=_app_armor(container, _first(own, shared, "appArmorProfile"), annotations),
        linux_options=_linux_options(_first(own, shared, "seLinuxOptions")),
        proc_mount=literal(own["procMount"]),
        host_process=_windows(own, shared).boolean(),
        at=own.key_at or own.at,
    )


def _first(own: Node, shared: Node, field: str) -> Node:
    return shared[field] if own[field].is_absent and not shared[field].is_absent else own[field]


def _windows(own: Node, shared: Node) -> Node:
    return _first(own["windowsOptions"], shared["windowsOptions"], "hostProcess")


def _capabilities(node: Node) -> Capabilities:
    added, added_complete = known_texts(node["add"])
    dropped, dropped_complete = known_texts(node["drop"])
    return Capabilities(
        tuple(each.map(_capability) for each in added),
        tuple(each.map(_capability) for each in dropped),
        complete=node.complete and added_complete and dropped_complete,
    )


def _capability(word: str) -> str:
    return word.upper().removeprefix("CAP_")


def _module(node: Node) -> SecurityModule:
    return SecurityModule(literal(node["type"]), node.key_at or node.at, literal(node["localhostProfile"]))


def _app_armor(container: Node, field: Node, annotations: Node) -> SecurityModule:
    """Return the profile of AppArmor: the field before the annotation of older releases."""
    name = container["name"].string()
    old = annotations[f"{_ARMOR_ANNOTATION}{name.value}"] if isinstance(name, Known) else annotations
    if not field.is_absent or not old.is_scalar:
        return _module(field)
    return SecurityModule(literal(old).map(_armor_word), old.key_at or old.at)


def _armor_word(written: str) -> str:
    return _ARMOR_WORDS.get(written, "Localhost")


def _linux_options(node: Node) -> LinuxOptions:
    return LinuxOptions(literal(node["type"]), literal(node["user"]), literal(node["role"]), node.key_at or node.at)


def pod_hardening_of(pod: Node) -> PodHardening:
    """Return what a pod shares with its machine and among its containers."""
    names = [each["name"] for each in pod["securityContext"]["sysctls"].each()]
    controls = tuple(value for node in names if not isinstance(value := literal(node), Absent))
    process_ids = fact("defaults", "kubernetes.host_process_ids")
    messages = fact("defaults", "kubernetes.host_messages")
    users = fact("defaults", "kubernetes.host_users")
    sharing = fact("defaults", "kubernetes.share_process_ids")
    return PodHardening(
        host_process_ids=pod["hostPID"].boolean_or(process_ids.value, process_ids.words),
        host_messages=pod["hostIPC"].boolean_or(messages.value, messages.words),
        user_namespace=pod["hostUsers"].boolean_or(users.value, users.words).map(lambda shared: not shared),
        shares_process_ids=pod["shareProcessNamespace"].boolean_or(sharing.value, sharing.words),
        file_group=pod["securityContext"]["fsGroup"].integer(),
        system_controls=controls,
        system_controls_complete=pod["securityContext"]["sysctls"].complete,
        automount_token=pod["automountServiceAccountToken"].boolean(),
        at=pod["securityContext"].key_at or pod.at,
        windows=_is_windows(pod),
    )


def _is_windows(pod: Node) -> bool:
    stated = (literal(pod["os"]["name"]), literal(pod["nodeSelector"]["kubernetes.io/os"]))
    return any(isinstance(each, Known) and each.value == "windows" for each in stated)
