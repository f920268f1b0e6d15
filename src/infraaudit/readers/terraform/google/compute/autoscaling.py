"""Lifts what scales the managed groups of Compute Engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, Autoscaler, Known, MetricKind, ScalingMetric, Unknown
from infraaudit.readers.terraform.google.compute.machines import MANAGED
from infraaudit.readers.terraform.lifting.arguments import argument, block, blocks, first
from infraaudit.readers.terraform.lifting.pointing import behind, certain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resources

_TYPES = ("google_compute_autoscaler", "google_compute_region_autoscaler")
_POLICY = "autoscaling_policy"


def lift_autoscalers(resources: Resources) -> Iterator[Autoscaler]:
    """Lift zonal and regional autoscalers unless they are switched off."""
    for resource in resources.of_type(*_TYPES):
        policy = block(resource, _POLICY)
        if policy["mode"].content == "OFF":
            continue
        node = argument(resource, "target")
        group = behind(resources, node, *MANAGED)
        known: Value[str] = certain(resources, node, "it names no target")
        yield Autoscaler(
            **resource.head,
            target=known if group is None else Known(group.address, node.at),
            minimum=_bound(policy, "min_replicas"),
            maximum=_bound(policy, "max_replicas"),
            metrics=tuple(_metrics(policy)),
            metrics_complete=not policy.is_unknown,
        )


def _bound(policy: Node, name: str) -> Value[int]:
    written = policy[name].integer()
    return Unknown(f"{name} is not written", written.at) if isinstance(written, Absent) else written


def _metrics(policy: Node) -> Iterator[ScalingMetric]:
    cpu = first(policy["cpu_utilization"])
    if cpu.is_mapping:
        yield ScalingMetric(
            MetricKind.UTILIZATION, cpu.key_at or cpu.at, resource="cpu", target=_percent(cpu["target"])
        )
    for name in ("load_balancing_utilization", "metric"):
        for each in blocks(policy[name])[0]:
            yield ScalingMetric(MetricKind.EXTERNAL, each.key_at or each.at)


def _percent(node: Node) -> Maybe[int]:
    """Return a share of one as a percentage."""
    if isinstance(node.content, int | float) and not isinstance(node.content, bool):
        return Known(round(node.content * 100), node.at)
    return Absent(node.at) if node.is_absent else Unknown("the target cannot be told", node.at)
