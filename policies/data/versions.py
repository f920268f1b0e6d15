"""Whether the image of a store can change the version under its data."""

from infraaudit.model import (
    Absent,
    DataClass,
    Datastore,
    EdgeKind,
    Environment,
    Estate,
    StorageKind,
    Workload,
    parse_image_reference,
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
    policy,
)

_TIED = {
    "postgres": "a new major version refuses the data directory of the old one",
    "mysql": "a new version upgrades the data directory, and there is no way back",
    "mongodb": "a new major version refuses data that is more than one version old",
    "elasticsearch": "a new major version refuses an index that is two versions old",
    "opensearch": "a new major version refuses an index that is two versions old",
    "rabbitmq": "a new major version refuses to start while feature flags of the old one are off",
}
"""Engines whose data belongs to a major version, and what happens when the next pull brings another one."""


def _has_image(store: Datastore, _: Estate) -> Exclusion | None:
    if store.managed or store.image is None or store.storage is None:
        return Exclusion(Reason.MANAGED, "no image decides its version")
    if store.engine not in _TIED:
        return Exclusion(Reason.MANAGED, "a newer version reads what an older one wrote")
    return None


def _keeps_data(store: Datastore, _: Estate) -> Exclusion | None:
    if store.data_class is DataClass.TRANSIENT or store.storage is None:
        return Exclusion(Reason.DESIGN, "it keeps nothing that should last")
    if store.storage.kind.settled().value is not StorageKind.COVERED:
        return Exclusion(Reason.DESIGN, "its data goes with the container, and each one starts anew")
    if store.deployment.environment is Environment.NONPRODUCTION:
        return Exclusion(Reason.DESIGN, f"a new version may be met there first: {store.deployment.evidence}")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(_has_image, _keeps_data),
    holds="images of stores name the major version that their data belongs to",
    insight=True,
)
def datastore_image_major_unpinned(store: Datastore, estate: Estate) -> Findings:
    """The image of a store does not name the major version that its data belongs to.

    Why: the next pull may bring another major version to a volume that the old one wrote, and the store does not
    start, or changes the data so that there is no way back.

    Fix: name at least the major version in the tag (postgres:17), and change it as a planned upgrade.

    Quiet when: a digest pins the image, or no volume keeps the data.

    See: PostgreSQL documentation, Upgrading a PostgreSQL Cluster.
    """
    if store.image is None or store.major is None:
        return
    image = store.image.settled()
    if isinstance(image, Absent) or parse_image_reference(image.value).digest is not None:
        return
    if isinstance(store.major.settled(), Absent):
        yield Finding(
            image.at,
            f"{store} runs {image.value} on a volume: {_TIED[store.engine]}",
            label="names no major version",
            factors=_weight(store, estate),
        )


def _weight(store: Datastore, estate: Estate) -> tuple[Factor, ...]:
    factors: list[Factor] = []
    if store.data_class is DataClass.DERIVED or store.engine == "rabbitmq":
        factors.append(at_most(Severity.MEDIUM, "what it holds can be had again"))
    on_one_host = any(carrier.platform.single_host for carrier in estate.sources(store, EdgeKind.RUNS, Workload))
    if on_one_host and store.deployment.environment is Environment.UNKNOWN:
        factors.append(at_most(Severity.MEDIUM, "only its owner pulls a Compose image, and nothing says production"))
    return tuple(factors)
