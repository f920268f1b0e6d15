"""What networks are made of before anybody has chosen, and whether the rules inside of a cluster have any effect."""

import re

from infraaudit.model import Cluster, Entity, Estate, Known, Network, NetworkPolicy
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    at_most,
    by_default,
    policy,
)

_ENFORCERS = re.compile(r"(?<![a-z])(calico|tigera|cilium|antrea|weave)(?![a-z])")


def _may_be_automatic(network: Network, _: Estate) -> Exclusion | None:
    if network.makes_subnets is None:
        return Exclusion(Reason.MANAGED, "its cloud makes no subnets by itself")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.MEDIUM,
    when=_may_be_automatic,
    holds="networks have the subnets that were chosen for them",
    equivalents=("CKV_GCP_27", "AVD-GCP-0010", "GCP-0010"),
)
def network_with_automatic_subnets(network: Network) -> Findings:
    """A network has the subnets that the cloud makes in every region by itself.

    Why: the ranges are the same in every such network, so it can never be joined with another one, and what starts in a
    region by mistake finds a network there.

    Fix: write auto_create_subnetworks = false, and the subnets that are needed.

    Quiet when: the subnets are chosen.

    See: Google Cloud VPC documentation, Considerations for auto mode VPC networks.
    """
    if network.makes_subnets is None:
        return
    automatic = network.makes_subnets.settled()
    if automatic.value:
        yield Finding(
            automatic.at,
            f"{network} gets a subnet in every region by itself{by_default(automatic)}",
            label="auto_create_subnetworks" if automatic.stated else "auto_create_subnetworks is not set",
            factors=_weight(network),
        )


def _weight(network: Network) -> tuple[Factor, ...]:
    if "default" in network.identifiers:
        return ()
    return (at_most(Severity.LOW, "it is a network of its own, and not the default one"),)


def _has_rules(cluster: Cluster, estate: Estate) -> Exclusion | None:
    if cluster.enforces_policies is None:
        return Exclusion(Reason.MANAGED, "whether it enforces network policies is not read")
    if not estate.in_deployment(cluster, NetworkPolicy):
        return Exclusion(Reason.ROLE, "no network policy is deployed together with it")
    if len(estate.in_deployment(cluster, Cluster)) > 1:
        return Exclusion(Reason.MANAGED, "which of several clusters the network policies are for is not told")
    other = next((each for each in estate.in_deployment(cluster, Entity) if _ENFORCERS.search(each.name.lower())), None)
    if other is not None:
        return Exclusion(Reason.PLATFORM, f"{other} enforces them")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_has_rules,
    holds="network policies have effect in the clusters that they are deployed to",
    equivalents=("CKV_GCP_12", "CKV_AZURE_7", "AVD-GCP-0056", "AVD-AZU-0043"),
    insight=True,
)
def network_policy_not_enforced(cluster: Cluster, estate: Estate) -> Findings:
    """Network policies are deployed to a cluster that does not enforce them.

    Why: they are taken in without a word and change nothing: every pod reaches every other one, while everybody
    believes that the database is shut off.

    Fix: for GKE, datapath_provider = "ADVANCED_DATAPATH"; for EKS, enableNetworkPolicy of the add-on vpc-cni; for AKS,
    network_policy = "cilium".

    Quiet when: the platform enforces them, or something that does is installed together with them.

    See: GKE documentation, GKE Dataplane V2.
    """
    enforced = cluster.enforces_policies.settled() if cluster.enforces_policies is not None else None
    if isinstance(enforced, Known) and not enforced.value:
        rules = estate.in_deployment(cluster, NetworkPolicy)
        yield Finding(
            enforced.at,
            f"{cluster} enforces none of the network policies that are deployed to it{by_default(enforced)}",
            label="no data plane that knows them",
            places=tuple(Place(each.at, f"{each} has no effect") for each in rules[:2]),
        )
