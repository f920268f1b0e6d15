"""As whom pods act, and what roles and bindings let them do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import (
    Absent,
    AccessBinding,
    AccessRole,
    AccessRule,
    AccessSubject,
    Known,
    ObjectReference,
    ServiceAccount,
    Unknown,
)
from infraaudit.readers.kubernetes.selection import known_texts
from infraaudit.readers.kubernetes.texts import labels_of, literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.kubernetes.manifest import Manifest

_CLOUD_IDENTITIES = (
    "eks.amazonaws.com/role-arn",
    "iam.gke.io/gcp-service-account",
    "azure.workload.identity/client-id",
)
_CLUSTER_WIDE = "Cluster"


def service_account_of(manifest: Manifest) -> ServiceAccount:
    """Return a ServiceAccount."""
    identities = [manifest.annotations[name] for name in _CLOUD_IDENTITIES]
    stated = next((node for node in identities if not node.is_absent), identities[0])
    return ServiceAccount(
        **manifest.head,
        namespace=manifest.namespace,
        automount_token=manifest.body["automountServiceAccountToken"].boolean(),
        cloud_identity=literal(stated),
        annotations=labels_of(manifest.annotations),
    )


def access_role_of(manifest: Manifest) -> AccessRole:
    """Return a Role or ClusterRole."""
    body = manifest.body
    return AccessRole(
        **manifest.head,
        namespace=manifest.namespace,
        cluster_wide=manifest.kind.startswith(_CLUSTER_WIDE),
        rules=tuple(_rule(each) for each in body["rules"].each()),
        complete=body["rules"].complete,
        aggregated=not body["aggregationRule"].is_absent,
        labels=labels_of(manifest.labels),
    )


def _rule(node: Node) -> AccessRule:
    lists = [
        known_texts(node[name]) for name in ("apiGroups", "resources", "verbs", "resourceNames", "nonResourceURLs")
    ]
    groups, resources, verbs, names, urls = (values for values, _ in lists)
    complete = node.complete and all(told for _, told in lists)
    return AccessRule(groups, resources, verbs, node.at, names, urls, complete=complete)


def access_binding_of(manifest: Manifest) -> AccessBinding:
    """Return a RoleBinding or ClusterRoleBinding."""
    body = manifest.body
    role = body["roleRef"]
    return AccessBinding(
        **manifest.head,
        namespace=manifest.namespace,
        cluster_wide=manifest.kind.startswith(_CLUSTER_WIDE),
        role_kind=_told(role["kind"], "the kind of the role"),
        role=_told(role["name"], "the role"),
        subjects=tuple(_subject(each) for each in body["subjects"].each()),
        complete=body["subjects"].complete,
        references=tuple(_role_reference(role)),
    )


def _role_reference(role: Node) -> Iterator[ObjectReference]:
    """Yield the role by which the binding is worth nothing where it is missing."""
    kind, name = literal(role["kind"]), literal(role["name"])
    if isinstance(kind, Known) and not isinstance(name, Absent):
        at = role["name"].at
        yield ObjectReference(
            kind=kind.value,
            name=name,
            key=Absent(at),
            optional=Known(value=False, at=at),
            use="the role that it gives",
            at=at,
        )


def _subject(node: Node) -> AccessSubject:
    kind, name = _told(node["kind"], "what is bound"), _told(node["name"], "who is bound")
    return AccessSubject(kind, name, literal(node["namespace"]), node["name"].at)


def _told(node: Node, what: str) -> Value[str]:
    written: Maybe[str] = literal(node)
    return Unknown(f"{what} is not written here", written.at) if isinstance(written, Absent) else written
