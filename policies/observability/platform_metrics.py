"""Whether platforms hand on what they measure."""

from infraaudit.model import Cluster, Estate
from infraaudit.policy import Effort, Exclusion, Finding, Findings, Reason, Severity, by_default, policy

_OF_THE_SYSTEM = "SYSTEM_COMPONENTS"


def _measures(cluster: Cluster, _: Estate) -> Exclusion | None:
    if cluster.metric_kinds is None:
        return Exclusion(Reason.MANAGED, "which metrics it hands on is not read")
    return None


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    when=_measures,
    holds="clusters hand on the metrics of their system",
    equivalents=("CKV_GCP_8", "AVD-GCP-0052", "GCP-0052"),
)
def platform_metrics_off(cluster: Cluster) -> Findings:
    """A cluster does not hand on the metrics of its system.

    Why: nobody sees nodes fill up, pods that wait for room or a control plane that is slow, and an alarm on these never
    fires.

    Fix: leave monitoring_config with SYSTEM_COMPONENTS, and monitoring_service as it is.

    Quiet when: the metrics are handed on, as they are unless that is switched off.

    See: GKE documentation, Configure metrics collection.
    """
    if cluster.metric_kinds is None:
        return
    kinds = cluster.metric_kinds.settled()
    if _OF_THE_SYSTEM not in kinds.value:
        yield Finding(
            kinds.at,
            f"{cluster} hands on no metrics of its system{by_default(kinds)}",
            label="switched off" if not kinds.value else f"only {', '.join(kinds.value)}",
        )
