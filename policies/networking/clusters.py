"""Who reaches the API of a cluster."""

from infraaudit.model import Absent, Cluster, ClusterKind, Estate, Known
from infraaudit.policy import Effort, Exclusion, Finding, Findings, Reason, Severity, by_default, policy

_WORLD = frozenset({"0.0.0.0/0", "::/0"})


def _has_endpoint(cluster: Cluster, _: Estate) -> Exclusion | None:
    if cluster.platform is ClusterKind.ECS or isinstance(cluster.endpoint_public, Absent):
        return Exclusion(Reason.MANAGED, "it has no API of its own")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_has_endpoint,
    holds="only known networks reach the API of a cluster",
    equivalents=(
        "CKV_AWS_38",
        "CKV_AWS_39",
        "CKV_GCP_18",
        "CKV_GCP_20",
        "CKV_GCP_25",
        "CKV_AZURE_6",
        "CKV_AZURE_115",
        "AVD-AWS-0040",
        "AVD-AWS-0041",
        "AVD-GCP-0053",
        "AVD-GCP-0061",
        "AVD-AZU-0041",
    ),
)
def cluster_endpoint_public(cluster: Cluster) -> Findings:
    """The whole internet reaches the API of a cluster.

    Why: whoever holds a leaked token or certificate can use it from anywhere, and a flaw of the API server is open to
    everybody. The login of the cloud still stands before it; nothing else does.

    Fix: make the endpoint private, or name the address ranges that may reach it.

    Quiet when: the endpoint is private, or only named ranges reach it.

    See: Amazon EKS user guide, Cluster API server endpoint; GKE documentation, authorized networks; AKS documentation,
    authorized IP ranges.
    """
    public = cluster.endpoint_public.settled()
    if isinstance(public, Absent) or not public.value:
        return
    world = next((each for each in cluster.endpoint_sources if isinstance(each, Known) and each.value in _WORLD), None)
    if world is None:
        for source in cluster.endpoint_sources:
            source.settled()
        return
    yield Finding(
        world.at,
        f"the whole internet reaches the API of {cluster}{by_default(world)}",
        label=world.value,
    )
