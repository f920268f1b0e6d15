"""The certificates of a gateway's doors, and who is asked to make those that are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, IssuerName, Known, TlsBinding, Unknown, known_value
from infraaudit.readers.kubernetes.selection import known_texts
from infraaudit.readers.kubernetes.texts import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node
    from infraaudit.readers.kubernetes.manifest import Manifest

_ISSUER = "cert-manager.io/issuer"
_CLUSTER_ISSUER = "cert-manager.io/cluster-issuer"
_KIND = "cert-manager.io/issuer-kind"
_GROUP = "cert-manager.io/issuer-group"
_BY_DEFAULT = "kubernetes.io/tls-acme"
_CERT_MANAGER = "cert-manager.io"


def ingress_bindings(manifest: Manifest) -> Iterator[TlsBinding]:
    """Yield the certificates that an Ingress names."""
    for each in manifest.body["spec"]["tls"].each():
        hosts, complete = known_texts(each["hosts"])
        secret = each["secretName"]
        at = each.at if secret.is_absent else secret.at
        yield TlsBinding(hosts, literal(secret), at, manifest.namespace, complete=complete)


def listener_bindings(listeners: Node) -> Iterator[TlsBinding]:
    """Yield the certificates that the listeners of a Gateway name."""
    for listener in listeners.each():
        host = literal(listener["hostname"])
        hosts = () if isinstance(host, Absent) else (host,)
        for each in listener["tls"]["certificateRefs"].each():
            if (known_value(literal(each["kind"])) or "Secret") == "Secret":
                namespace = known_value(literal(each["namespace"])) or ""
                yield TlsBinding(hosts, literal(each["name"]), each["name"].at, namespace)


def issuer_of(manifest: Manifest) -> Maybe[IssuerName]:
    """Return the issuer that annotations ask for, with the kinds that cert-manager takes where none is written."""
    annotations = manifest.annotations
    for annotation, usual in ((_CLUSTER_ISSUER, "ClusterIssuer"), (_ISSUER, "Issuer")):
        name = literal(annotations[annotation])
        if not isinstance(name, Absent):
            kind, group = literal(annotations[_KIND]), literal(annotations[_GROUP])
            issuer = IssuerName(
                Known(usual, name.at) if isinstance(kind, Absent) or usual != "Issuer" else kind,
                name,
                Known(_CERT_MANAGER, name.at) if isinstance(group, Absent) else group,
                name.at,
            )
            return Known(issuer, name.at)
    by_default = annotations[_BY_DEFAULT].boolean()
    if isinstance(by_default, Known) and by_default.value:
        return Unknown("it asks for the default issuer of cert-manager, which is set where that runs", by_default.at)
    return (
        Unknown(by_default.why, by_default.at)
        if isinstance(by_default, Unknown)
        else Absent(annotations.key_at or annotations.at)
    )
