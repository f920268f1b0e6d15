from __future__ import annotations

import pytest

from infraaudit.model import DataClass, Datastore, FacetName, RestoreTest, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

SCHEDULE = "google_compute_resource_policy.nightly: {name: nightly, snapshot_schedule_policy: [{schedule: []}]}\n"
MACHINE = "google_compute_instance.web: {name: web, attached_disk: [{source: ref(google_compute_disk.data.id)}]}\n"
ATTACHED = "google_compute_disk_resource_policy_attachment.a"
TIED = "google_backup_dr_backup_plan_association.a"


def copied(text: str) -> object:
    (disk,) = (each for each in lifted(text, Datastore) if each.address == "google_compute_disk.data")
    facet = disk.facet(FacetName.BACKED_UP)
    assert facet is not None
    return facet.holds if isinstance(facet.holds, Unknown) else facet.holds.value


@pytest.mark.parametrize(
    "text",
    [
        "google_compute_disk.data: {resource_policies: [ref(google_compute_resource_policy.nightly.id)]}\n" + SCHEDULE,
        "google_compute_disk.data: {name: data}\n" + ATTACHED + ": {name: nightly, disk: data}\n" + SCHEDULE,
        "google_compute_disk.data: {name: data}\n"
        + MACHINE
        + TIED
        + ": {resource: ref(google_compute_instance.web.id)}\n",
        "google_compute_disk.data: {name: data}\n"
        "google_compute_instance.web: {name: web}\n"
        "google_compute_attached_disk.a: {disk: ref(google_compute_disk.data.id), instance: web}\n"
        + TIED
        + ": {resource: projects/shop/zones/a/instances/web}\n",
    ],
)
def test_a_disk_is_copied_by_a_schedule_or_with_its_machine(text: str) -> None:
    assert copied(text) is True


def test_a_disk_that_nothing_names_is_not_copied() -> None:
    assert copied("google_compute_disk.data: {name: data}\n" + SCHEDULE) is False


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("google_compute_disk.data: {resource_policies: [nightly]}\n", "it names a policy that is not in the scan"),
        (
            f"google_compute_disk.data: {{name: data}}\n{ATTACHED}: {{disk: unknown(var.disk has no default)}}\n",
            "what google_compute_disk_resource_policy_attachment.a is for cannot be told",
        ),
    ],
)
def test_what_may_copy_a_disk_leaves_it_open(text: str, why: str) -> None:
    found = copied(text)
    assert isinstance(found, Unknown)
    assert why in found.why


def test_the_system_of_a_machine_is_not_asked_for_copies_and_a_regional_disk_not_for_its_zone() -> None:
    system = only("google_compute_disk.db: {name: db, image: debian-cloud/debian-12}\n", Datastore)
    assert {each.name for each in system.facets} == {FacetName.ENCRYPTED_AT_REST}
    database = only("google_compute_disk.data: {name: postgres-data}\n", Datastore)
    zone = database.facet(FacetName.ONE_ZONE)
    assert zone is not None
    assert known_value(zone.holds) is True
    regional = only("google_compute_region_disk.data: {name: postgres-data}\n", Datastore)
    assert regional.facet(FacetName.ONE_ZONE) is None


def test_a_local_disk_keeps_nothing_and_a_secondary_one_is_a_replica() -> None:
    assert only("google_compute_disk.x: {type: local-ssd}\n", Datastore).data_class is DataClass.TRANSIENT
    replica = only("google_compute_disk.x: {async_primary_disk: [{disk: ref(google_compute_disk.y.id)}]}\n", Datastore)
    assert replica.replica


@pytest.mark.parametrize(
    ("tier", "alone"), [("BASIC_HDD", True), ("ZONAL", True), ("REGIONAL", False), ("ENTERPRISE", False)]
)
def test_the_tier_of_a_file_server_tells_its_zones(tier: str, alone: bool) -> None:  # noqa: FBT001 - a case
    facet = only(f"google_filestore_instance.x: {{tier: {tier}}}\n", Datastore).facet(FacetName.ONE_ZONE)
    assert facet is not None
    assert known_value(facet.holds) is alone


def test_a_restore_plan_brings_back_clusters() -> None:
    plan = only("google_gke_backup_restore_plan.x: {name: x}\n", RestoreTest)
    assert plan.of_clusters
    assert isinstance(plan.interval, Unknown)
