"""Whether a cluster follows the releases of its platform."""

from infraaudit.model import Absent, Cluster, Estate, Known, NodePool, known_value
from infraaudit.policy import (
    Effort,
    Exclusion,
    Finding,
    Findings,
    Place,
    Profile,
    Reason,
    Severity,
    by_default,
    policy,
)


def _may_upgrade(cluster: Cluster, _: Estate) -> Exclusion | None:
    if cluster.upgrades_itself is None:
        return Exclusion(Reason.MANAGED, "how its platform upgrades it is not read")
    return None


@policy(
    Severity.LOW,
    effort=Effort.MEDIUM,
    when=_may_upgrade,
    holds="clusters and their nodes follow the releases of the platform",
    equivalents=("CKV_GCP_10", "CKV_GCP_70", "CKV_AZURE_171", "AVD-GCP-0058", "GCP-0058"),
)
def cluster_upgrade_path_unmanaged(cluster: Cluster, estate: Estate) -> Findings:
    """A cluster or its nodes stay at their release until somebody moves them.

    Why: releases end after about a year. A cluster that nobody moves loses the fixes first and the support then, and
    the platform upgrades it at a moment that it chooses itself, over several releases at once.

    Fix: put the cluster on a release channel, leave auto_upgrade of its pools on, and write the window for it. Give an
    AKS cluster an automatic_upgrade_channel and a maintenance_window_auto_upgrade.

    Quiet when: the platform moves the cluster and its pools by itself, as it does unless it is told not to.

    See: GKE documentation, About release channels; AKS documentation, Automatically upgrade a cluster.
    """
    pools = [each for each in estate.in_deployment(cluster, NodePool) if known_value(each.cluster) == cluster.address]
    stays = [each for each in pools if isinstance(each.upgrades, Known) and not each.upgrades.value]
    own = cluster.upgrades_itself.settled() if cluster.upgrades_itself is not None else None
    if own is not None and not own.value:
        yield Finding(
            own.at,
            f"{cluster} is on no release channel, so nothing moves it to new releases{by_default(own)}",
            label="no channel",
            places=tuple(Place(each.upgrades.at, f"nor {each}") for each in stays if each.upgrades is not None),
        )
        return
    for pool in stays:
        if pool.upgrades is not None:
            yield Finding(
                pool.upgrades.at,
                f"the nodes of {pool} stay at their release while {cluster} moves on",
                label="upgrades are off",
                part=pool.address,
            )


def _moves_by_itself(cluster: Cluster, _: Estate) -> Exclusion | None:
    if cluster.window is None or cluster.upgrades_itself is None:
        return Exclusion(Reason.MANAGED, "when its platform upgrades it is not read")
    if not cluster.upgrades_itself.settled().value:
        return Exclusion(Reason.DESIGN, "nothing moves it to new releases")
    return None


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    when=_moves_by_itself,
    holds="clusters are upgraded at a time that their owner chose",
    profile=Profile.STRICT,
    insight=True,
)
def cluster_upgraded_at_any_time(cluster: Cluster) -> Findings:
    """The platform upgrades a cluster and its nodes whenever it likes.

    Why: every node is drained and replaced, on a Monday morning as likely as in the night. What does not bear the loss
    of a node goes away while everybody is at work.

    Fix: write a maintenance_policy with a window of at least four hours in which little is asked of it, and a
    maintenance_window_auto_upgrade of AKS.

    Quiet when: a window is written, or nothing upgrades the cluster by itself.

    See: GKE documentation, Maintenance windows and exclusions.
    """
    window = cluster.window.settled() if cluster.window is not None else None
    if isinstance(window, Absent):
        yield Finding(
            cluster.at,
            f"no window is written in which {cluster} may be upgraded",
            label="at any time",
        )
