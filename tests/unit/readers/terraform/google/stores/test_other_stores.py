"""Clusters of Memorystore and databases of Firestore."""

from __future__ import annotations

import pytest

from infraaudit.model import Datastore, FacetName, Survives, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import only


@pytest.mark.parametrize(
    ("written", "survives"),
    [
        ("replica_count: 1", Survives.ZONE),
        ("replica_count: 1, zone_distribution_config: [{mode: SINGLE_ZONE, zone: europe-west1-b}]", Survives.INSTANCE),
        ("replica_count: 0", Survives.NOTHING),
        ("replica_count: unknown(var.copies has no default)", None),
        ("shard_count: 3", None),
    ],
)
def test_what_a_cluster_survives(written: str, survives: Survives | None) -> None:
    store = only(f"google_redis_cluster.sessions: {{name: sessions, {written}}}\n", Datastore)
    assert store.failover is not None
    assert known_value(store.failover.survives) is survives
    assert (store.engine, known_value(store.port) if store.port else None) == ("redis", 6379)


def _facet(text: str, name: FacetName) -> object:
    facet = only(text, Datastore).facet(name)
    assert facet is not None
    return facet.holds if isinstance(facet.holds, Unknown) else facet.holds.value


def test_facets_of_a_cluster_that_says_nothing() -> None:
    text = "google_redis_cluster.sessions: {name: sessions}\n"
    assert _facet(text, FacetName.DELETION_PROTECTED) is True
    assert _facet(text, FacetName.ENCRYPTED_IN_TRANSIT) is False


@pytest.mark.parametrize(
    ("written", "protected", "backed_up"),
    [
        ("name: orders", True, False),
        ("deletion_policy: DELETE", False, False),
        ("deletion_policy: DELETE, delete_protection_state: DELETE_PROTECTION_ENABLED", True, False),
        ("point_in_time_recovery_enablement: POINT_IN_TIME_RECOVERY_ENABLED", True, True),
    ],
)
def test_a_database_of_firestore(written: str, *, protected: bool, backed_up: bool) -> None:
    text = f"google_firestore_database.orders: {{{written}}}\n"
    assert _facet(text, FacetName.DELETION_PROTECTED) is protected
    assert _facet(text, FacetName.BACKED_UP) is backed_up
    assert only(text, Datastore).failover is None


def test_a_schedule_copies_a_database_of_firestore() -> None:
    text = """\
google_firestore_database.orders: {name: orders}
google_firestore_backup_schedule.orders: {database: ref(google_firestore_database.orders.name)}
"""
    assert _facet(text, FacetName.BACKED_UP) is True


def test_a_switch_in_doubt_leaves_the_answer_open() -> None:
    text = "google_firestore_database.orders: {point_in_time_recovery_enablement: unknown(var.pitr has no default)}\n"
    assert isinstance(_facet(text, FacetName.BACKED_UP), Unknown)
