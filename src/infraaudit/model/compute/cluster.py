"""What containers are placed on: clusters and their pools of nodes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.model.facet import Faceted
from infraaudit.model.location import Placed

if TYPE_CHECKING:
    from infraaudit.model.compute.machine import MachineType
    from infraaudit.model.facet import Facet
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


class ClusterKind(StrEnum):
    """What kind of cluster it is."""

    EKS = "EKS"
    GKE = "GKE"
    AKS = "AKS"
    ECS = "ECS"
    OTHER = "other"


class PodAddresses(StrEnum):
    """Where pods take their addresses from: the subnets of their nodes, a range of its own, or an overlay."""

    SUBNETS = "the subnets of the nodes"
    RANGE = "a range of its own"
    OVERLAY = "an overlay network"


@dataclass(frozen=True, slots=True)
class OldAccess:
    """A way into the API of a cluster that its makers have left behind, and that is open.

    ``words`` say what it is, to be read after "lets in". ``everything`` tells that it goes around the permissions of
    the cluster.
    """

    words: str
    at: Span
    everything: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster(Placed, Faceted):
    """A cluster that runs containers.

    ``makes_nodes`` is true where nodes of a fitting size come by themselves (Autopilot, Auto Mode, Fargate), so that
    pools bound nothing. ``endpoint_public`` is whether the internet reaches its API, ``endpoint_sources`` the address
    ranges in CIDR notation that may then, each with its place; both are of no meaning for ECS. ``zonal`` is true
    where its control plane lives in one zone, ``promised`` where its platform answers for it with money, ``None`` where
    that is no choice. ``pod_range`` is the range of pods in CIDR notation, if it has one.
    ``version`` is the release that it runs, ``None`` where that is not read.
    ``upgrades_itself`` is whether the platform moves it to new releases, and ``window`` the time that is written for
    that, absent where it may happen at any time. ``enforces_policies`` is whether network policies have any effect,
    ``pod_identities`` whether pods can act as identities of the cloud of their own, ``node_addresses`` whether its
    nodes have addresses of the internet. ``metric_kinds`` are the metrics that it hands on, in the platform's words.
    ``backs_up`` is whether what copies its volumes and objects is installed, ``admits_any``
    whether it runs images that nobody vouches for. Each is ``None`` where that is not read. ``old_access`` are ways
    into it that should be closed, as far as they are written.
    ``session_log`` is where the commands are
    written down that people start in running copies, in the platform's word: ``NONE``, ``DEFAULT`` for the log group of
    the copy itself, ``OVERRIDE`` for a place of its own; ``None`` where the platform has no such setting.
    """

    platform: ClusterKind
    makes_nodes: Value[bool]
    endpoint_public: Maybe[bool]
    endpoint_sources: tuple[Value[str], ...] = ()
    endpoint_sources_complete: bool = True
    zonal: Maybe[bool] | None = None
    promised: Value[bool] | None = None
    pod_addresses: Maybe[PodAddresses] | None = None
    pod_range: Maybe[str] | None = None
    version: Maybe[str] | None = None
    upgrades_itself: Value[bool] | None = None
    window: Maybe[str] | None = None
    enforces_policies: Value[bool] | None = None
    pod_identities: Value[bool] | None = None
    node_addresses: Value[bool] | None = None
    metric_kinds: Value[tuple[str, ...]] | None = None
    backs_up: Value[bool] | None = None
    admits_any: Value[bool] | None = None
    old_access: tuple[OldAccess, ...] = ()
    session_log: Value[str] | None = None
    identifiers: tuple[str, ...] = ()
    facets: tuple[Facet, ...] = ()


@dataclass(frozen=True, slots=True)
class Taint:
    """A mark on nodes that keeps those pods away which do not tolerate it. ``effect`` is Kubernetes' own word."""

    key: str
    value: str
    effect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePool(Placed):
    """Nodes of one kind in a cluster.

    ``cluster`` is the address of the cluster, or its literal name. The counts are of all zones together: ``minimum``
    and ``maximum`` are what an autoscaler may choose between, absent where the number is fixed, and ``desired`` the
    number that is written. ``autoscaled`` is whether something may change the number. ``count_ignored`` is whether
    changes of the number that others make are left alone. ``machines`` are the types that a node may be of. ``labels``
    and ``taints`` are ``None`` where they cannot be told. ``pods_per_node`` is absent where the machine type decides
    it. ``cpu_limit`` and ``memory_limit`` bound all its nodes together, in thousandths of a core and in bytes.
    ``repairs`` is whether nodes that are not well are made anew, ``upgrades`` whether the platform moves them to new
    releases, ``hides_node`` whether its pods are kept from acting as the node. ``identity`` is as whom its nodes act:
    an address or literal name, absent for the one that the cloud makes for all machines. ``whole_cloud`` is whether
    nothing but its permissions bounds what that may be used for. Each is ``None`` where that is not read.
    """

    platform: ClusterKind
    cluster: Maybe[str]
    minimum: Maybe[int]
    maximum: Maybe[int]
    desired: Maybe[int]
    autoscaled: Value[bool]
    count_ignored: Value[bool]
    machines: tuple[Value[MachineType], ...]
    machines_complete: bool = True
    labels: tuple[tuple[str, str], ...] | None = ()
    taints: tuple[Taint, ...] | None = ()
    pods_per_node: Maybe[int]
    cpu_limit: Maybe[int] | None = None
    memory_limit: Maybe[int] | None = None
    repairs: Value[bool] | None = None
    upgrades: Value[bool] | None = None
    hides_node: Value[bool] | None = None
    identity: Maybe[str] | None = None
    whole_cloud: Value[bool] | None = None
