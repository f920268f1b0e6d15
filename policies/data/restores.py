"""Whether copies bring back what is needed: tested, from another place, and up to the moment before the mistake."""

from infraaudit.model import (
    Absent,
    BackupPlan,
    BucketRole,
    Cluster,
    DataClass,
    Datastore,
    EdgeKind,
    Environment,
    Estate,
    FacetName,
    Known,
    Objective,
    ObjectStore,
    RestoreTest,
    Unknown,
    UnsettledError,
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
    by_default,
    in_a_row,
    policy,
    raised,
)

_DAY = 86400
_PRECIOUS = frozenset({"ledger", "ledgers", "order", "orders", "payment", "payments", "billing", "invoice", "invoices"})
_MOST_NAMED = 3


def _worth_keeping(store: Datastore, _: Estate) -> Exclusion | None:
    if store.replica:
        return Exclusion(Reason.DESIGN, "it is a replica, and its source is copied")
    if store.data_class is not DataClass.PRIMARY:
        return Exclusion(Reason.DESIGN, "what it holds can be had again")
    return None


def _in_production(store: Datastore, _: Estate) -> Exclusion | None:
    if store.deployment.environment is Environment.NONPRODUCTION:
        return Exclusion(Reason.DESIGN, f"a mistake costs little there: {store.deployment.evidence}")
    return None


def _reaches_moments(store: Datastore, _: Estate) -> Exclusion | None:
    if not store.elsewhere and (store.recovery is None or not store.recovery.finer):
        return Exclusion(Reason.PLATFORM, "its platform has no switch by which every moment can be had back")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=(_reaches_moments, _worth_keeping, _in_production),
    holds="stores can be brought back to the moment before a mistake",
    equivalents=("CKV_AWS_165", "CKV2_GCP_20"),
)
def no_point_in_time_recovery(store: Datastore) -> Findings:
    """A store can be brought back to last night at best.

    Why: what was written since the last copy is lost with the mistake: up to a day of orders. A replica in another
    region has its own switch, and is not covered by that of the table.

    Fix: switch recovery to a point in time on: point_in_time_recovery of a table and of each of its replicas,
    point_in_time_recovery_enabled or binary_log_enabled of Cloud SQL.

    Quiet when: no copies are made at all, which is another finding, or it is a replica, derived or not production.

    See: Amazon DynamoDB developer guide, Point-in-time recovery; Cloud SQL, Use point-in-time recovery.
    """
    for number, replica in enumerate(store.elsewhere, start=1):
        finer = replica.finer.settled()
        if not finer.value:
            region = replica.region.value if isinstance(replica.region, Known) else "another region"
            yield Finding(
                finer.at,
                f"the replica of {store} in {region} cannot be brought back to a moment{by_default(finer)}",
                label="it has a switch of its own",
                part=f"replica {number}",
            )
    recovery = store.recovery
    if recovery is None or not recovery.finer:
        return
    interval = recovery.interval.settled()
    if isinstance(interval, Known) and interval.value >= _DAY:
        yield Finding(
            interval.at,
            f"{store} can be brought back to its last copy only, which is up to {interval.value / 3600:g} hours old",
            label=f"{recovery.finer} is off",
            factors=_promised(store, interval.value),
            part="moments",
        )


def _promised(store: Datastore, interval: int) -> tuple[Factor, ...]:
    words = {word for name in (store.name, *store.identifiers) for word in name.lower().replace("-", "_").split("_")}
    precious = sorted(words & _PRECIOUS)
    if precious:
        return (raised(f"its name tells of {precious[0]}"),)
    objective = store.objective
    if objective is not None and isinstance(objective.point, Known) and objective.point.value < interval:
        return (raised("less may be lost by its tag"),)
    return ()


def _copies_stores(plan: BackupPlan, estate: Estate) -> Exclusion | None:
    if plan.deployment.environment is Environment.NONPRODUCTION:
        return Exclusion(Reason.DESIGN, f"its copies may be worthless: {plan.deployment.evidence}")
    if not _primary(plan, estate) and not estate.targets(plan, EdgeKind.PROTECTS, Cluster):
        if not plan.complete:
            raise UnsettledError(Unknown(f"what {plan} copies cannot all be told", plan.at))
        return Exclusion(Reason.ROLE, "nothing that has to last is seen to be copied by it")
    return None


def _primary(plan: BackupPlan, estate: Estate) -> list[Datastore]:
    stores = estate.targets(plan, EdgeKind.PROTECTS, Datastore)
    return [each for each in stores if each.data_class is DataClass.PRIMARY and not each.replica]


@policy(
    Severity.LOW,
    effort=Effort.MEDIUM,
    when=_copies_stores,
    holds="copies are restored by a clock, to see whether that works",
    insight=True,
)
def no_restore_test(plan: BackupPlan, estate: Estate) -> Findings:
    """Copies are made, and nothing ever restores one.

    Why: that a copy cannot be read, that a key is missing or that it takes a day is found out on the day on which it is
    needed. When was the last restore?

    Fix: add a plan that tests restores (aws_backup_restore_testing_plan with a selection for each kind), or a job that
    restores the last copy into a scratch instance and looks at it. For clusters of GKE write the plan of the restore
    down (google_gke_backup_restore_plan) and start it now and then.

    Quiet when: any plan of these files tests restores of stores, or of clusters where those are copied, or it is not
    production.

    See: AWS Backup developer guide, Restore testing; AWS Well-Architected REL09-BP04.
    """
    stores, clusters = _primary(plan, estate), estate.targets(plan, EdgeKind.PROTECTS, Cluster)
    if any(clusters if test.of_clusters else stores for test in estate.of(RestoreTest)):
        return
    copied = [*stores, *clusters]
    names = in_a_row([str(each) for each in copied[:_MOST_NAMED]])
    more = f" and {len(copied) - _MOST_NAMED} more" if len(copied) > _MOST_NAMED else ""
    promised = any(each.objective is not None and isinstance(each.objective.time, Known) for each in stores)
    yield Finding(
        plan.at,
        f"{plan} copies {names}{more}, and nothing in these files ever restores a copy",
        label="when was the last restore?",
        places=tuple(Place(each.at, f"{each} is copied") for each in copied[:_MOST_NAMED]),
        factors=(raised("a time until it is back was promised by a tag"),) if promised else (),
    )


def _says_where_its_copies_go(store: Datastore, _: Estate) -> Exclusion | None:
    if store.copied_away is None:
        return Exclusion(Reason.MANAGED, "where its platform brings copies is not read")
    if store.deployment.environment is not Environment.PRODUCTION:
        return Exclusion(Reason.DESIGN, "nothing says production, and copies may go away from another account")
    if isinstance(store, ObjectStore):
        kept = store.role is BucketRole.BACKUP
        return None if kept else Exclusion(Reason.ROLE, f"its name tells of {store.role}")
    facet = store.facet(FacetName.BACKED_UP)
    if facet is not None and not facet.holds.settled().value:
        return Exclusion(Reason.DESIGN, "no copies are made, which is another finding")
    return None


@policy(
    Severity.LOW,
    effort=Effort.MEDIUM,
    when=(_says_where_its_copies_go, _worth_keeping),
    holds="a copy of what counts lies in another region or account",
    insight=True,
)
def no_offsite_backup_copy(store: Datastore, estate: Estate) -> Findings:
    """All copies of a store lie in one region and one account.

    Why: who takes over the account, or a region that is away for days, takes the data and its copies at once.

    Fix: let a rule of the plan copy to a vault in another region or account (copy_action), or switch the replication of
    automated backups, a global cluster or a replica on.

    Quiet when: nothing says production, it can be had again, or copies go anywhere else.

    See: AWS Backup developer guide, Creating backup copies across AWS Regions; AWS Well-Architected REL13-BP02.
    """
    if store.copied_away is None or store.copied_away.settled().value:
        return
    for plan in estate.sources(store, EdgeKind.PROTECTS, BackupPlan):
        if any(rule.copies for rule in plan.rules):
            return
    for plan in estate.in_deployment(store, BackupPlan):
        if not plan.complete and any(rule.copies for rule in plan.rules):
            raise UnsettledError(Unknown(f"{plan} may copy it to another place", plan.at))
    says = f"every copy of {store} lies in the region and account of the original"
    yield Finding(
        store.at,
        f"{store} holds copies, and lies with them in one region" if isinstance(store, ObjectStore) else says,
        label="no copy goes anywhere else",
        factors=_declared(store.objective),
    )


def _declared(objective: Objective | None) -> tuple[Factor, ...]:
    if objective is None or (isinstance(objective.point, Absent) and isinstance(objective.time, Absent)):
        return ()
    return (raised("its recovery was promised by a tag"),)
