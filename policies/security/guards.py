"""What keeps strangers out of machines and clusters, and as whom they act."""

import re

from infraaudit.model import (
    Cluster,
    Estate,
    Guarded,
    GuardName,
    Identity,
    Known,
    MachineGuard,
    Maybe,
    NodePool,
    Permission,
    Placed,
    Unknown,
    UnsettledError,
    Value,
    VirtualMachines,
    Workload,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    at_least,
    at_most,
    by_default,
    held_by,
    in_a_row,
    policy,
)

_WORDS = {
    GuardName.NO_PASSWORDS: "takes passwords over SSH",
    GuardName.NO_CONSOLE: "opens its serial console to whoever has a key",
    GuardName.OWN_PACKETS: "passes on packets of others",
    GuardName.OWN_KEYS: "takes the SSH keys of the whole project",
    GuardName.ACCOUNTS: "lets people in by keys in its metadata",
    GuardName.MEASURED_BOOT: "does not measure its boot",
    GuardName.NO_PLAIN_FTP: "takes files over plain FTP",
    GuardName.NO_DEBUGGER: "lets a debugger in from afar",
}
_ROUTES = re.compile(
    r"(?<![a-z])(nat|nva|vpn|openvpn|wireguard|router|gateway|gw|firewall|proxy|appliance|squid)(?![a-z])"
)


def _has_guards(machines: Guarded, _: Estate) -> Exclusion | None:
    return None if machines.guards else Exclusion(Reason.MANAGED, "what guards it is not read")


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    when=_has_guards,
    holds="the guards of machines and apps are left on",
    equivalents=(
        "CKV_GCP_32",
        "CKV_GCP_33",
        "CKV_GCP_34",
        "CKV_GCP_35",
        "CKV_GCP_36",
        "CKV_GCP_39",
        "CKV_AZURE_72",
        "CKV_AZURE_78",
        "CKV_AZURE_155",
        "AVD-GCP-0030",
        "AVD-GCP-0032",
        "AVD-GCP-0036",
        "AVD-GCP-0041",
        "AVD-GCP-0043",
        "AVD-GCP-0045",
        "AVD-GCP-0067",
    ),
)
def serverless_and_vm_hardening(machines: Guarded) -> Findings:
    """A guard of a machine or an app is switched off.

    Why: each of them closes a way in that is seldom needed: the serial console goes around firewalls, a key of the
    project opens every machine of it, a machine that passes on packets of others hides where they come from.

    Fix: leave serial-port-enable and can_ip_forward off, OS Login and the measured boot on, and keys of the project
    blocked; refuse passwords over SSH. For an app, ftps_state = "Disabled" and no remote_debugging_enabled.

    Quiet when: nothing is written, or a machine that passes on packets is called a router, a NAT or a VPN.

    See: CIS Google Cloud Platform Foundation Benchmark, section 4.
    """
    off = [each for each in machines.guards if _is_off(each, machines)]
    if off:
        words = list(dict.fromkeys(_WORDS[each.name] for each in off))
        yield Finding(
            off[0].holds.at,
            f"{machines} {in_a_row(words)}",
            label=f"{off[0].setting} decides it",
            places=tuple(Place(each.holds.at, f"{each.setting} decides it") for each in off[1:]),
            factors=_weight(off, machines),
        )
    for guard in machines.guards:
        guard.holds.settled()


def _is_off(guard: MachineGuard, machines: Guarded) -> bool:
    """Whether somebody has switched a guard off; what a platform leaves off is no choice of this machine."""
    if not isinstance(guard.holds, Known) or guard.holds.value or not guard.holds.stated:
        return False
    return guard.name is not GuardName.OWN_PACKETS or not _ROUTES.search(machines.name.lower().replace("_", "-"))


def _weight(off: list[MachineGuard], machines: Guarded) -> tuple[Factor, ...]:
    if any(each.name is GuardName.NO_DEBUGGER for each in off):
        return (at_least(Severity.MEDIUM, "whoever gets in reads the memory of the program"),)
    if not any(each.name is GuardName.NO_PASSWORDS for each in off):
        return ()
    if isinstance(machines, VirtualMachines) and isinstance(machines.public, Known) and machines.public.value:
        return (at_least(Severity.HIGH, "the internet may try passwords"),)
    return (at_least(Severity.MEDIUM, "passwords can be tried"),)


def _is_known_to_act(placed: Placed, _: Estate) -> Exclusion | None:
    if isinstance(placed, Cluster):
        return None
    if not isinstance(placed, Workload) or placed.shared_identity is None:
        return Exclusion(Reason.MANAGED, "as whom it acts is not read")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_is_known_to_act,
    holds="machines and services act as identities of their own, and clusters let in by roles alone",
    equivalents=(
        "CKV_GCP_7",
        "CKV_GCP_13",
        "CKV_GCP_30",
        "CKV_GCP_31",
        "AVD-GCP-0044",
        "AVD-GCP-0050",
        "AVD-GCP-0062",
        "AVD-GCP-0064",
    ),
)
def default_or_legacy_cloud_identity(placed: Placed) -> Findings:
    """Something acts as its whole project, or a cluster keeps a way in of the past.

    Why: the default account of a project often may do nearly everything in it, so one machine that is taken over is
    enough. Attribute-based access and client certificates go around the roles of a cluster.

    Fix: give each kind of machine, service and function an account of its own with the roles that it needs; switch
    enable_legacy_abac and client certificates off.

    Quiet when: the scopes of a machine bound what its account may be used for, or nothing is attached at all.

    See: GKE documentation, Harden your cluster security; Compute Engine documentation, Service accounts; Cloud Run
    documentation, Service identity.
    """
    if isinstance(placed, Cluster):
        for way in placed.old_access:
            yield Finding(
                way.at,
                f"{placed} lets in {way.words}",
                label="a way of the past",
                factors=(at_least(Severity.HIGH, "it goes around the permissions of the cluster"),)
                if way.everything
                else (at_most(Severity.LOW, "who has it was given it"),),
                part=way.words,
            )
        return
    if not isinstance(placed, Workload) or placed.shared_identity is None:
        return
    if not isinstance(placed, VirtualMachines):
        yield from _of_the_project(placed, placed.shared_identity)
        return
    if placed.whole_cloud is None:
        return
    shared, whole = placed.shared_identity, placed.whole_cloud
    if any(isinstance(each, Known) and not each.value for each in (shared, whole)):
        return
    for each in (shared, whole):
        if isinstance(each, Unknown):
            each.settled()
    yield Finding(
        whole.at,
        f"{placed} acts as the default service account, and no scope bounds what it may be used for",
        label="every API of the cloud",
        places=(Place(shared.at, "the account of all machines"),),
    )


def _of_the_project(workload: Workload, shared: Value[bool]) -> Findings:
    """Yield that a service acts as the default account of its project, which no scope bounds there."""
    answer = shared.settled()
    if answer.value:
        yield Finding(
            answer.at,
            f"{workload} acts as the default service account of its project{by_default(answer)}",
            label="the account of everything in the project",
            factors=(at_most(Severity.LOW, "what the account may do is not in the scan"),),
        )


def _is_read(pool: NodePool, _: Estate) -> Exclusion | None:
    if pool.hides_node is None or (pool.whole_cloud is None and pool.identity is None):
        return Exclusion(Reason.MANAGED, "as whom its pods can act is not read")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.MEDIUM,
    when=_is_read,
    holds="pods cannot act as the node that they run on",
    equivalents=("CKV_GCP_69", "CKV2_GCP_1", "AVD-GCP-0057", "GCP-0057"),
    insight=True,
)
def node_identity_inherited_by_pods(pool: NodePool, estate: Estate) -> Findings:
    """Every pod can act as its node, which may do more than nodes need.

    Why: a flaw in one program is enough to get the key of the node from its metadata, and with it whatever the account
    of all machines may do: read buckets, secrets and images of the whole project.

    Fix: in GKE switch workload_identity_config on, let pools answer pods as themselves (GKE_METADATA), and give nodes
    an account of their own with the few roles that they need. In EKS give programs roles of their own by Pod Identity,
    set http_put_response_hop_limit = 1, and take from the role of the nodes what programs needed.

    Quiet when: pods are answered as themselves, the nodes hold no more than nodes need, or scopes bound it.

    See: GKE documentation, Harden your cluster security; Amazon EKS best practices guide, Identity and Access
    Management, Restrict access to the instance profile assigned to the worker node.
    """
    if pool.hides_node is None or pool.identity is None:
        return
    if pool.whole_cloud is None:
        yield from _by_role(pool, pool.hides_node, pool.identity, estate)
        return
    if isinstance(pool.identity, Known):
        return
    hidden, whole = pool.hides_node, pool.whole_cloud
    if (isinstance(hidden, Known) and hidden.value) or (isinstance(whole, Known) and not whole.value):
        return
    pool.identity.settled()
    hidden.settled()
    whole.settled()
    yield Finding(
        whole.at,
        f"every pod of {pool} can act as the default service account, with every API of the cloud",
        label="no scope bounds it",
        places=(Place(hidden.at, "and pods are answered as their node"),),
    )


_OF_NODES = frozenset(
    {
        "AmazonEKSWorkerNodePolicy",
        "AmazonEKSWorkerNodeMinimalPolicy",
        "AmazonEKS_CNI_Policy",
        "AmazonEC2ContainerRegistryReadOnly",
        "AmazonEC2ContainerRegistryPullOnly",
        "AmazonSSMManagedInstanceCore",
        "CloudWatchAgentServerPolicy",
    }
)
"""What nodes of EKS need, and their agents."""


def _by_role(pool: NodePool, hides: Value[bool], named: Maybe[str], estate: Estate) -> Findings:
    """Find what the role of nodes holds beyond the needs of nodes, where pods are answered as their node."""
    role = estate.beside(pool, named.value, Identity) if isinstance(named, Known) else None
    if isinstance(hides, Known) and hides.value:
        return
    if role is None:
        raise UnsettledError(Unknown(f"the role of the nodes of {pool} is not in the scan", pool.at))
    more = [each for each in held_by(role, estate) if _is_beyond_nodes(each)]
    if more:
        hidden = hides.settled()
        others = f" and {len(more) - 1} more" if len(more) > 1 else ""
        yield Finding(
            more[0].at,
            f"every pod of {pool} can act as {role}, which holds {more[0]}{others} beyond what nodes need",
            label="for the nodes, and so for every pod",
            places=(
                Place(hidden.at, "pods are answered as their node" + by_default(hidden)),
                Place(pool.at, "the nodes"),
            ),
        )


def _is_beyond_nodes(permission: Permission) -> bool:
    if permission.boundary:
        return False
    granted = permission.granted
    if isinstance(granted, Known):
        return granted.value not in _OF_NODES
    return any(each.allows for each in permission.statements)
