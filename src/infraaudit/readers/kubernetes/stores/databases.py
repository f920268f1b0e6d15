"""Lifts the databases that the operators CloudNativePG and Zalando's run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import (
    Absent,
    DataClass,
    Datastore,
    Facet,
    FacetName,
    Failover,
    Known,
    Survives,
    Unknown,
    default,
    known_value,
    parse_image_reference,
)
from infraaudit.model.node import as_integer

if TYPE_CHECKING:
    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.kubernetes.manifest import Manifest
    from infraaudit.readers.kubernetes.neighbours import Neighbours

_ONE = "CloudNativePG documentation, API Reference, Cluster, instances: 1"
_NO_COPIES = "CloudNativePG documentation, Backup: none unless it is configured"
_NO_DUMPS = "Postgres Operator documentation, Cluster manifest reference, enableLogicalBackup: false"


def cloudnative_of(manifest: Manifest, neighbours: Neighbours) -> Datastore:
    """Return a database of CloudNativePG."""
    spec = manifest.body["spec"]
    instances = spec["instances"].integer_or(1, _ONE)
    major = _major_of_image(spec["imageName"])
    backup = _backed_up(manifest, neighbours)
    return _store(manifest, Failover(instances.map(_survives), "instances"), backup, major)


def zalando_of(manifest: Manifest) -> Datastore:
    """Return a database of Zalando's operator. Its log may be archived by settings of the operator itself."""
    spec = manifest.body["spec"]
    instances = spec["numberOfInstances"].integer()
    survives: Value[Survives] = (
        Unknown("numberOfInstances is not written", instances.at)
        if isinstance(instances, Absent)
        else instances.map(_survives)
    )
    dumps = spec["enableLogicalBackup"].boolean_or(fallback=False, fact=_NO_DUMPS)
    if isinstance(dumps, Known) and not dumps.value:
        dumps = Unknown("the operator's own settings may archive the log of changes", dumps.at)
    return _store(manifest, Failover(survives, "numberOfInstances"), dumps, spec["postgresql"]["version"].integer())


def _store(manifest: Manifest, failover: Failover, backup: Value[bool], major: Maybe[int]) -> Datastore:
    return Datastore(
        address=manifest.address,
        kind=manifest.kind,
        name=manifest.name,
        at=manifest.at,
        deployment=manifest.deployment,
        engine="postgres",
        managed=False,
        data_class=DataClass.PRIMARY,
        failover=failover,
        facets=(Facet(FacetName.BACKED_UP, backup, "backup"),),
        major=major,
    )


def _survives(instances: int) -> Survives:
    return Survives.NOTHING if instances <= 1 else Survives.ZONE


def _major_of_image(node: Node) -> Maybe[int]:
    image = node.string()
    if not isinstance(image, Known):
        return Absent(image.at) if isinstance(image, Absent) else Unknown(image.why, image.at)
    number = as_integer((parse_image_reference(image.value).tag or "").partition(".")[0].partition("-")[0])
    return Absent(image.at) if number is None else Known(number, image.at)


def _backed_up(manifest: Manifest, neighbours: Neighbours) -> Value[bool]:
    """Return whether a cluster says where its copies go: itself, through a plugin, or by a schedule that names it."""
    spec = manifest.body["spec"]
    for node in (spec["backup"], spec["plugins"]):
        if node.is_unknown:
            return Unknown("whether it is backed up cannot be told", node.at)
        if not node.is_absent:
            return Known(value=True, at=node.at)
    for schedule in neighbours.beside(manifest, "ScheduledBackup"):
        name = schedule.body["spec"]["cluster"]["name"]
        if known_value(name.string()) == manifest.name:
            return Known(value=True, at=name.at)
    return default(value=False, at=manifest.at, fact=_NO_COPIES)
