"""Certificates and issuers of cert-manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Certificate, Issuer, IssuerName, Known, Unknown
from infraaudit.readers.kubernetes.selection import known_texts
from infraaudit.readers.kubernetes.texts import literal

if TYPE_CHECKING:
    from infraaudit.model import Node, Value
    from infraaudit.readers.kubernetes.manifest import Manifest

_METHODS = ("acme", "ca", "selfSigned", "vault", "venafi")


def certificate_of(manifest: Manifest) -> Certificate:
    """Return a Certificate."""
    spec = manifest.body["spec"]
    names, complete = known_texts(spec["dnsNames"])
    common = literal(spec["commonName"])
    reference = spec["issuerRef"]
    return Certificate(
        **manifest.head,
        namespace=manifest.namespace,
        secret=_told(spec["secretName"], "the Secret that it is put into"),
        names=names if isinstance(common, Absent) else (*names, common),
        names_complete=complete,
        issuer=IssuerName(
            _or(reference["kind"], "Issuer"),
            _told(reference["name"], "its issuer"),
            _or(reference["group"], "cert-manager.io"),
            reference["name"].at,
        ),
    )


def _told(node: Node, what: str) -> Value[str]:
    written = literal(node)
    return Unknown(f"{what} is not written here", written.at) if isinstance(written, Absent) else written


def _or(node: Node, usual: str) -> Value[str]:
    written = literal(node)
    return Known(usual, written.at) if isinstance(written, Absent) else written


def issuer_entity_of(manifest: Manifest) -> Issuer:
    """Return an Issuer or ClusterIssuer."""
    spec = manifest.body["spec"]
    return Issuer(
        **manifest.head,
        namespace=manifest.namespace,
        cluster_wide=manifest.kind.startswith("Cluster"),
        method=next((name for name in _METHODS if not spec[name].is_absent), ""),
        server=literal(spec["acme"]["server"]),
    )
