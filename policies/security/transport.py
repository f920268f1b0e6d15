"""Whether data passes in connections that anybody on the way can read."""

from infraaudit.model import (
    Datastore,
    EdgeKind,
    Environment,
    Estate,
    Faceted,
    FacetName,
    FirewallRule,
    Known,
    ObjectStore,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Reason,
    Severity,
    at_most,
    by_default,
    policy,
)


def _has_a_switch(resource: Faceted, _: Estate) -> Exclusion | None:
    if resource.facet(FacetName.ENCRYPTED_IN_TRANSIT) is None:
        return Exclusion(Reason.MANAGED, "nothing is known of a switch that refuses plain text")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_has_a_switch,
    holds="stores refuse connections in plain text",
    equivalents=(
        "CKV2_AWS_49",
        "CKV2_AWS_69",
        "CKV_AWS_30",
        "CKV_AWS_81",
        "CKV_AWS_83",
        "CKV_AWS_202",
        "CKV_GCP_6",
        "CKV_GCP_97",
        "CKV_AZURE_91",
        "AVD-AWS-0046",
        "AVD-AWS-0051",
        "AVD-AWS-0073",
        "AWS-0046",
        "AWS-0051",
        "AWS-0073",
        "AVD-GCP-0015",
        "GCP-0015",
        "AZU-0020",
    ),
)
def datastore_transport_not_enforced(resource: Faceted, estate: Estate) -> Findings:
    """A store takes connections in plain text.

    Why: a client that does not ask for encryption gets none and does not notice: passwords and rows pass in the clear
    through everything between the two.

    Fix: switch it on at the server, so that a client cannot forget it: rds.force_ssl = 1, require_secure_transport =
    ON, transit_encryption_enabled = true, ssl_mode = "ENCRYPTED_ONLY".

    Quiet when: the server refuses plain text, by its settings or because its version does.

    See: Amazon RDS user guide, Using SSL/TLS; Cloud SQL, Configure SSL/TLS certificates.
    """
    facet = resource.facet(FacetName.ENCRYPTED_IN_TRANSIT)
    if facet is None:
        return
    encrypted = facet.holds.settled()
    if not encrypted.value:
        yield Finding(
            encrypted.at,
            f"{resource} {_does(resource)} connections in plain text{by_default(encrypted)}",
            label=f"{facet.setting} allows it" if encrypted.stated else f"{facet.setting} says nothing of it",
            factors=_weight(resource, estate),
        )


def _does(resource: Faceted) -> str:
    return "takes" if isinstance(resource, Datastore) else "opens"


def _weight(store: Faceted, estate: Estate) -> tuple[Factor, ...]:
    if not isinstance(store, Datastore):
        return (at_most(Severity.MEDIUM, "it moves data for a while, and nothing else connects by it"),)
    if isinstance(store, ObjectStore):
        return ()
    public = store.facet(FacetName.PUBLIC)
    if public is not None and isinstance(public.holds, Known) and public.holds.value:
        rules = estate.sources(store, EdgeKind.PROTECTS, FirewallRule)
        if store.firewalls == (store.address,) and store.firewalls_complete and not rules:
            return (at_most(Severity.LOW, "no rule in the scan admits anybody to its public address"),)
        return ()
    if store.deployment.environment is Environment.PRODUCTION:
        return (at_most(Severity.MEDIUM, "only who is in the private network can listen"),)
    return (at_most(Severity.LOW, "only who is in the private network can listen, and nothing says production"),)
