from __future__ import annotations

import pytest

from infraaudit.model import Absent, Known, MachineImage, Service, Unknown, VirtualMachines, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

ZONAL, REGIONAL = "google_compute_instance_group_manager", "google_compute_region_instance_group_manager"


@pytest.mark.parametrize(
    ("type_", "more", "strategy", "away", "surge"),
    [
        (ZONAL, "zone: a", "Opportunistic", "1", None),
        (ZONAL, "zone: a, update_policy: [{type: PROACTIVE}]", "RollingUpdate", "1", "1"),
        (
            ZONAL,
            "zone: a, update_policy: [{type: PROACTIVE, max_surge_percent: 20, max_unavailable_fixed: 0}]",
            "RollingUpdate",
            "0",
            "20%",
        ),
        (REGIONAL, "update_policy: [{type: PROACTIVE}]", "RollingUpdate", "3", "3"),
        (REGIONAL, "distribution_policy_zones: [a, b], update_policy: [{type: PROACTIVE}]", "RollingUpdate", "2", "2"),
    ],
)
def test_how_a_group_goes_over_to_a_new_template(
    type_: str, more: str, strategy: str, away: str, surge: str | None
) -> None:
    group = only(f"{type_}.web: {{{more}}}\n", VirtualMachines)
    assert group.rollout is not None
    assert known_value(group.rollout.strategy) == strategy
    assert known_value(group.rollout.max_unavailable) == away
    assert known_value(group.surge) == surge


def test_a_kind_of_update_that_cannot_be_told_leaves_the_surge_open() -> None:
    group = only(f"{ZONAL}.web: {{update_policy: [{{type: unknown(var.type has no default)}}]}}\n", VirtualMachines)
    assert isinstance(group.surge, Unknown)


@pytest.mark.parametrize(
    ("body", "sticky"),
    [
        ("{}", None),
        ("{session_affinity: NONE}", False),
        ("{session_affinity: CLIENT_IP_PORT_PROTO}", False),
        ("{session_affinity: HTTP_COOKIE}", True),
        ("{session_affinity: CLIENT_IP, protocol: UDP}", None),
    ],
)
def test_whether_a_backend_service_keeps_clients(body: str, sticky: bool | None) -> None:  # noqa: FBT001 - a case
    service = only(f"google_compute_backend_service.web: {body}\n", Service)
    assert service.sticky is not None
    assert known_value(service.sticky) is sticky


def test_whether_a_backend_service_leaves_failing_copies_out() -> None:
    classic = only("google_compute_backend_service.web: {outlier_detection: [{interval: 5}]}\n", Service)
    assert classic.ejects is None
    managed = "google_compute_backend_service.web: {load_balancing_scheme: EXTERNAL_MANAGED"
    assert isinstance(only(managed + "}\n", Service).ejects, Absent)
    assert isinstance(only(managed + ", outlier_detection: [{interval: 5}]}\n", Service).ejects, Known)
    unknown = "google_compute_region_backend_service.web: {load_balancing_scheme: unknown(var.scheme has no default)}\n"
    assert isinstance(only(unknown, Service).ejects, Unknown)


IMAGES = """\
data.google_compute_image.newest: {family: debian-12}
data.google_compute_image.pinned: {name: debian-12-v1}
google_compute_instance.one:
  boot_disk: [{initialize_params: [{image: ref(data.google_compute_image.newest.self_link)}]}]
google_compute_instance_template.many:
  disk: [{source_image: ref(data.google_compute_image.newest.self_link)}]
"""


def test_images_that_are_looked_up() -> None:
    newest, pinned = lifted(IMAGES, MachineImage)
    assert (known_value(newest.newest), known_value(pinned.newest)) == (True, False)
    assert [(use.address, known_value(use.replaced)) for use in newest.users] == [
        ("google_compute_instance.one", True),
        ("google_compute_instance_template.many", False),
    ]
