"""Whether data is left when a resource is deleted, on purpose or by mistake."""

from infraaudit.model import (
    BackupVault,
    DataClass,
    Datastore,
    Environment,
    Estate,
    Faceted,
    FacetName,
    Known,
    Weight,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Reason,
    Severity,
    at_most,
    by_default,
    passing_word,
    policy,
    raised,
)

_BUCKETS = frozenset({"s3", "gcs"})


def _leaves_copies(resource: Faceted, _: Estate) -> Exclusion | None:
    if resource.facet(FacetName.LAST_COPY) is None:
        return Exclusion(Reason.MANAGED, "its kind has no last copy that could be left out")
    return None


def _meant_to_stay(resource: Faceted, _: Estate) -> Exclusion | None:
    if resource.deployment.environment is Environment.NONPRODUCTION:
        return Exclusion(Reason.DESIGN, f"it is thrown away on purpose there: {resource.deployment.evidence}")
    passing = passing_word(f"{resource.address} {resource.at.path} {_place(resource)}")
    if passing:
        return Exclusion(Reason.DESIGN, f"its name or file says {passing}")
    return None


def _place(resource: Faceted) -> str:
    """Return the file that sets what becomes of a resource, which may be the caller's of its module."""
    facet = resource.facet(FacetName.LAST_COPY)
    return facet.holds.at.path if facet is not None else ""


def _worth_keeping(resource: Faceted, _: Estate) -> Exclusion | None:
    if not isinstance(resource, Datastore):
        return None
    if resource.replica:
        return Exclusion(Reason.DESIGN, "it is a replica, and its source keeps the data")
    if resource.data_class is DataClass.TRANSIENT:
        return Exclusion(Reason.DESIGN, "it keeps nothing that should last")
    if resource.data_class is DataClass.DERIVED and resource.engine not in _BUCKETS:
        return Exclusion(Reason.DESIGN, "what it holds can be rebuilt")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(_leaves_copies, _meant_to_stay, _worth_keeping),
    holds="what is destroyed leaves a last copy",
    insight=True,
)
def data_discarded_on_destroy(resource: Faceted) -> Findings:
    """The configuration orders deletion without a last copy.

    Why: a renamed resource, a changed identifier or a destroy in the wrong folder is enough, and the data is gone for
    good: the automatic backups of a database go with it.

    Fix: set skip_final_snapshot to false and name the final snapshot, name the final snapshot of a cache, and leave
    force_destroy away on whatever holds data.

    Quiet when: it is a replica, can be rebuilt, is not production, or is called ephemeral or a preview.

    See: Amazon RDS user guide, Deleting a DB instance.
    """
    facet = resource.facet(FacetName.LAST_COPY)
    if facet is None:
        return
    kept = facet.holds.settled()
    if not kept.value:
        yield Finding(
            kept.at,
            f"{resource} is destroyed without a last copy{by_default(kept)}",
            label=f"{facet.setting} orders it" if kept.stated else f"{facet.setting} is not set",
            factors=_weight(resource, facet.weight),
        )


def _weight(resource: Faceted, weight: Weight) -> tuple[Factor, ...]:
    if isinstance(resource, BackupVault):
        return ()
    if weight is not Weight.FULL:
        return (at_most(Severity.MEDIUM, f"{resource.kind} weighs less than a database"),)
    if not isinstance(resource, Datastore) or resource.engine not in _BUCKETS:
        return ()
    if resource.data_class is DataClass.DERIVED:
        return (at_most(Severity.LOW, "its name tells of logs or artifacts"),)
    return (at_most(Severity.MEDIUM, "the bucket has to be destroyed on purpose, its objects are what goes along"),)


def _can_be_guarded(store: Datastore, _: Estate) -> Exclusion | None:
    facet = store.facet(FacetName.DELETION_PROTECTED)
    if facet is None:
        return Exclusion(Reason.MANAGED, "its platform has no guard against deletion")
    if facet.weight is not Weight.FULL and store.deployment.environment is not Environment.PRODUCTION:
        return Exclusion(Reason.DESIGN, "its platform keeps what was deleted for days, and nothing says production")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=(_can_be_guarded, _meant_to_stay, _worth_keeping),
    holds="stores are guarded against deletion",
    equivalents=(
        "CKV_AWS_139",
        "CKV_AWS_293",
        "CKV2_AWS_58",
        "AVD-AWS-0177",
        "AVD-AWS-0343",
        "AWS-0177",
        "AWS-0343",
    ),
)
def deletion_protection_off(store: Datastore) -> Findings:
    """Nothing stops the deletion of a store.

    Why: one wrong plan, a renamed resource or a click in the console removes the store, and everything that needs it
    stands still until it is restored.

    Fix: switch the platform's guard on: deletion_protection = true, deletion_protection_enabled of a table, an
    azurerm_management_lock on the store or its group.

    Quiet when: it is a replica, can be rebuilt, or is not production.

    See: Amazon RDS user guide, Deletion protection; Cloud SQL, Prevent deletion of an instance.
    """
    facet = store.facet(FacetName.DELETION_PROTECTED)
    if facet is None:
        return
    guarded = facet.holds.settled()
    if not guarded.value:
        yield Finding(
            guarded.at,
            f"nothing stops the deletion of {store}{by_default(guarded)}",
            label=f"{facet.setting} is off" if guarded.stated else f"{facet.setting} is not set",
            factors=_guard_weight(store, facet.weight),
        )


def _guard_weight(store: Datastore, weight: Weight) -> tuple[Factor, ...]:
    if weight is Weight.LEAST:
        return (at_most(Severity.LOW, "its platform keeps the backups of a deleted store for some days"),)
    if weight is not Weight.FULL:
        return (at_most(Severity.LOW, "a deleted table can be had back for days where its recovery is on"),)
    copy = store.facet(FacetName.LAST_COPY)
    if copy is not None and isinstance(copy.holds, Known) and not copy.holds.value:
        return (raised(f"{copy.setting} leaves no last copy either"),)
    return ()


_REFUSING = frozenset({"s3", "gcs"})
"""Stores that are not destroyed while anything is in them."""


def _may_be_destroyed(store: Datastore, _: Estate) -> Exclusion | None:
    if store.guarded is None:
        return Exclusion(Reason.MANAGED, "nothing in its configuration could refuse to destroy it")
    if store.renewed is not None:
        return None
    if store.engine in _REFUSING:
        return Exclusion(Reason.PLATFORM, "it is not destroyed while anything is in it")
    if store.facet(FacetName.DELETION_PROTECTED) is not None:
        return Exclusion(Reason.PLATFORM, "its platform has a guard against deletion, which another policy looks for")
    if store.deployment.environment is not Environment.PRODUCTION:
        return Exclusion(Reason.DESIGN, "nothing says production")
    return None


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    when=(_may_be_destroyed, _meant_to_stay, _worth_keeping),
    holds="a plan cannot replace a store by mistake",
    insight=True,
)
def stateful_resource_without_destroy_guard(store: Datastore) -> Findings:
    """An apply may destroy a store and make an empty one in its place.

    Why: a renamed resource or a changed attribute that cannot be changed in place is enough. One that is made from the
    newest snapshot is made anew with every snapshot, and what was written since is gone.

    Fix: set prevent_destroy under lifecycle, list snapshot_identifier among ignore_changes, and switch the platform's
    own guard on where there is one.

    Quiet when: the configuration refuses to destroy it, its platform has a guard of its own, or nothing says
    production; one that is made from the newest snapshot is told wherever its data has to last.

    See: Terraform documentation, The lifecycle meta-argument, prevent_destroy.
    """
    if store.guarded is None or store.guarded.settled().value:
        return
    if store.renewed is not None:
        renewed = store.renewed.settled()
        if renewed.value:
            yield Finding(
                renewed.at,
                f"{store} is made anew, without what came later, as soon as there is a newer snapshot",
                label="the newest snapshot, looked up with each apply",
                factors=(raised("the next snapshot is enough"),),
                part="snapshot",
            )
        return
    yield Finding(
        store.at,
        f"nothing in the configuration keeps an apply from replacing {store}",
        label="prevent_destroy is not set" if not store.guarded.settled().stated else "prevent_destroy is off",
    )
