"""Tests of the health check that an image brings along: where it is known, and where it cannot be."""

from __future__ import annotations

import pytest

from infraaudit.joins.healthchecks import join_healthchecks
from infraaudit.model import KUBERNETES, Absent, Container, Edge, EdgeKind, Estate, Image, Known, Probe, ProbeKind
from tests.builders import HERE, a_container, a_workload, absent, an_image, known, place, unknown

CHECK = Known(Probe(ProbeKind.EXEC, HERE), HERE)


def image_health(container: Container, image: Image | None = None) -> object:
    workload = a_workload(container)
    edges = [] if image is None else [Edge(EdgeKind.RUNS, container.key, image.key, "it is built", HERE)]
    estate = join_healthchecks(Estate.of_parts((workload, *([image] if image else [])), edges))
    return estate.of(Container)[0].image_health


@pytest.mark.parametrize("image", ["postgres:16", "docker.io/library/python:3.12", "redis"])
def test_an_official_image_brings_none(image: str) -> None:
    assert isinstance(image_health(a_container(image=known(image), readiness=absent())), Absent)


@pytest.mark.parametrize("image", ["shop/web:1", "registry.shop.example/postgres:16", "bitnami/postgresql:16", "web"])
def test_what_is_in_a_strangers_image_is_not_known(image: str) -> None:
    found = image_health(a_container(image=known(image)))
    assert getattr(found, "why", "") == f"whether the image {image} brings a HEALTHCHECK is not in the scan"


def test_an_image_that_cannot_be_told_and_one_that_is_not_found_are_unknown() -> None:
    assert getattr(image_health(a_container(image=unknown())), "why", "") == "var.x has no default"
    assert "not in the scan" in getattr(image_health(a_container(image=absent())), "why", "")


def test_the_check_of_the_dockerfile_counts() -> None:
    assert image_health(a_container(), an_image(healthcheck=CHECK)) is CHECK


def test_a_dockerfile_without_a_check_inherits_that_of_its_base() -> None:
    assert isinstance(image_health(a_container(), an_image(base="python:3.12")), Absent)
    assert isinstance(image_health(a_container(), an_image(base="scratch")), Absent)
    assert "shop/base" in getattr(image_health(a_container(), an_image(base="shop/base")), "why", "")


def test_a_check_that_the_service_switches_off_is_none_whatever_the_image_brings() -> None:
    off = Absent(place(line=9))
    disabled = a_container(readiness=off, health_disabled=True)
    assert image_health(disabled, an_image(healthcheck=CHECK)) is off


def test_an_image_that_takes_away_the_check_has_none_whatever_its_base_brings() -> None:
    off = Absent(place(line=4))
    image = an_image(base="shop/base", healthcheck=off, health_disabled=True)
    assert image_health(a_container(readiness=Absent(HERE)), image) is off


def test_a_platform_that_runs_no_check_of_an_image_is_left_alone() -> None:
    workload = a_workload(a_container(image=known("shop/web")), platform=KUBERNETES)
    assert join_healthchecks(Estate.of_parts((workload,))).of(Container)[0].image_health is None
