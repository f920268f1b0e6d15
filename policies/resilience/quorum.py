"""Whether the members of a store can lose one of them."""

import re

from infraaudit.model import Datastore, EdgeKind, Estate, Known, Workload
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
    least_copies,
    operand,
    policy,
    settled_within,
)

_BY_MAJORITY = {
    "etcd": "etcd",
    "zookeeper": "ZooKeeper",
    "rabbitmq": "RabbitMQ",
    "nats": "NATS JetStream",
    "elasticsearch": "Elasticsearch",
    "opensearch": "OpenSearch",
    "mongodb": "MongoDB",
    "consul": "Consul",
}
_FEWEST = 3
_ROLES = ("ELASTICSEARCH_NODE_ROLES", "OPENSEARCH_NODE_ROLES", "node.roles")
_VOTING = frozenset({"master", "cluster_manager"})


def _decides_by_majority(store: Datastore, estate: Estate) -> Exclusion | None:
    if store.engine not in _BY_MAJORITY:
        return Exclusion(Reason.MANAGED, f"{store.engine} does not decide by the majority of its members")
    carriers = _members(store, estate)
    if store.voters is not None:
        return None
    if not carriers:
        return Exclusion(Reason.PLATFORM, "the provider counts its members")
    if not carriers[0].stateful:
        return Exclusion(Reason.DESIGN, "its copies are no members of one store")
    return None


def _votes(store: Datastore, estate: Estate) -> Exclusion | None:
    """Rule out nodes that only keep data, take it in or pass requests on: no majority is made of them."""
    for carrier in _members(store, estate):
        written = (container.variable(name) for container in carrier.containers for name in _ROLES)
        for roles in (each.value.settled() for each in written if each is not None):
            if isinstance(roles, Known) and _VOTING.isdisjoint(re.split(r"[\s,]+", roles.value)):
                return Exclusion(Reason.ROLE, f"its nodes have the roles {roles.value or 'of none'}, and no vote")
    return None


def _members(store: Datastore, estate: Estate) -> tuple[Workload, ...]:
    return estate.sources(store, EdgeKind.RUNS, Workload)


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=(_decides_by_majority, _votes),
    holds="stores that decide by majority can lose a member",
    equivalents=("CKV_AWS_318", "CKV2_AWS_59"),
)
def quorum_cannot_survive_one_loss(store: Datastore, estate: Estate) -> Findings:
    """A store that decides by majority has two members, or an even number of them.

    Why: of two members both are needed for a majority, so that two fail more often than one. A fourth member adds
    nothing to what three can lose.

    Fix: run three members over three zones, or five.

    Quiet when: one member runs, which no other policy here takes for a cluster, the number is odd, or the roles of its
    nodes give them no vote.

    See: etcd documentation, FAQ, Why an odd number of cluster members; RabbitMQ documentation, Clustering.
    """
    if store.voters is not None:
        voters = store.voters.settled()
        if isinstance(voters, Known) and voters.value % 2 == 0:
            yield _even(store, voters)
        return
    workload = _members(store, estate)[0]
    members = settled_within(least_copies(workload, estate), f"{_FEWEST} members can lose one of them")
    if members.value == 0 or members.value % 2:
        return
    majority = members.value // 2 + 1
    lost = members.value - majority
    yield Finding(
        members.at,
        f"{_BY_MAJORITY[store.engine]} of {workload} has {members.value} members{by_default(members)}, of which "
        f"{majority} must live: it can lose {lost or 'none'}, as {members.value - 1} could",
        label=f"a majority of {members.value} is {majority}",
        places=(Place(store.at, f"each member is {store.engine}"),),
        operands=(operand("members", members),),
        sum=f"{members.value} - {majority} = {lost}"
        + (" < 1" if lost < 1 else f" = {members.value - 1} - {majority - 1}"),
        factors=_weight(members),
    )


def _even(store: Datastore, voters: Known[int]) -> Finding:
    """Return that the nodes that decide for a store are as many as cannot be halved."""
    majority = voters.value // 2 + 1
    return Finding(
        voters.at,
        f"{voters.value} nodes decide for {store}, of which {majority} must live: it can lose "
        f"{voters.value - majority or 'none'}, as {voters.value - 1} could",
        label=f"a majority of {voters.value} is {majority}",
        operands=(operand("nodes that decide", voters),),
        sum=f"{voters.value} - {majority} = {voters.value - majority}",
        factors=_weight(voters),
    )


def _weight(members: Known[int]) -> tuple[Factor, ...]:
    if members.value > _FEWEST:
        return (at_most(Severity.LOW, "one member too many costs money, but no data"),)
    return ()
