"""Tells how the throughput of Spanner and Bigtable is bought: a fixed number of nodes, or one that follows the load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Known, Share, Throughput, Unknown, known_value
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, is_present, may_be_present

if TYPE_CHECKING:
    from infraaudit.model import Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource


def throughput_of(resource: Resource) -> Throughput | None:
    """Return how a store buys its throughput; ``None`` for kinds that do not buy it by the node."""
    if resource.type == "google_spanner_instance":
        return _of_spanner(resource)
    return _of_bigtable(resource) if resource.type == "google_bigtable_instance" else None


def _of_spanner(instance: Resource) -> Throughput:
    for name, unit in (("num_nodes", "node"), ("processing_units", "processing unit")):
        written = argument(instance, name)
        if may_be_present(written):
            scaled = _scaled(argument(instance, "autoscaling_config"))
            shares = (Share("work of the instance", written.integer(), scaled),)
            return Throughput(Known(value=True, at=written.at), name, unit, shares)
    config = argument(instance, "autoscaling_config")
    return Throughput(Known(value=False, at=config.at), "autoscaling_config", "node")


def _of_bigtable(instance: Resource) -> Throughput:
    members, complete = blocks(instance.body["cluster"])
    shares = tuple(
        Share(
            f"work of cluster {_name(each, number)}", each["num_nodes"].integer(), _scaled(each["autoscaling_config"])
        )
        for number, each in enumerate(members)
        if not each["num_nodes"].is_absent
    )
    at = members[0].key_at or members[0].at if members else instance.at
    return Throughput(Known(value=bool(shares), at=at), "num_nodes", "node", shares, complete=complete)


def _name(cluster: Node, number: int) -> str:
    return f"work of cluster {known_value(cluster['cluster_id'].string()) or number}"


def _scaled(config: Node) -> Value[bool]:
    if config.is_unknown or config.open:
        return Unknown("whether the number follows the load cannot be told", config.at)
    return Known(value=is_present(config), at=config.at)
