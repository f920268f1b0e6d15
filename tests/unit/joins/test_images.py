"""Which image of the tree a container runs, and what shell an image has."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from infraaudit.audit import Settings, audit
from infraaudit.joins.images import join_images
from infraaudit.model import (
    BuildStep,
    Container,
    CopiedFile,
    Deployment,
    EdgeKind,
    Estate,
    Image,
    ShellKind,
    known_value,
)
from tests.builders import HERE, a_container, a_workload, an_image, known, place, unknown

if TYPE_CHECKING:
    from pathlib import Path


def joined(containers: list[Container], images: list[Image]) -> Estate:
    return join_images(Estate.of_parts([*(a_workload(each) for each in containers), *images]))


def files_run(estate: Estate, name: str = "web") -> list[str]:
    container = next(each for each in estate.of(Container) if each.name == name)
    return [f"{image.file}:{image.stage}" for image in estate.targets(container, EdgeKind.RUNS, Image)]


class TestBuiltByCompose:
    def test_the_final_stage_of_its_dockerfile(self) -> None:
        builder = an_image("api/Dockerfile", address="builder", stage="builder", final=False)
        estate = joined([a_container(build_context=known("api"))], [builder, an_image("api/Dockerfile")])
        assert files_run(estate) == ["api/Dockerfile:final"]

    def test_the_target_stage(self) -> None:
        builder = an_image("api/Dockerfile", address="builder", stage="builder", final=False)
        container = a_container(build_context=known("api"), build_target=known("Builder"))
        assert files_run(joined([container], [builder, an_image("api/Dockerfile")])) == ["api/Dockerfile:builder"]

    @pytest.mark.parametrize("target", [known("missing"), unknown("TARGET is not set")])
    def test_a_target_that_cannot_be_found_is_not_guessed(self, target: object) -> None:
        container = a_container(build_context=known("."), build_target=target)
        assert files_run(joined([container], [an_image()])) == []

    def test_a_file_that_is_named(self) -> None:
        container = a_container(build_context=known("api"), build_file=known("docker/api.Dockerfile"))
        images = [an_image("api/Dockerfile"), an_image("docker/api.Dockerfile")]
        assert files_run(joined([container], images)) == ["docker/api.Dockerfile:final"]

    def test_a_build_that_cannot_be_told_is_not_guessed(self) -> None:
        container = a_container(image=known("shop"), build_context=known(""))
        for other in (replace(container, build_context=unknown()), replace(container, build_file=unknown())):
            assert files_run(joined([other], [an_image()])) == []

    def test_the_edge_stands_at_the_file_and_says_so(self) -> None:
        at = place("compose.yaml", 9, 7, 3)
        estate = joined([a_container(build_context=known("api", at))], [an_image("api/Dockerfile")])
        [runs] = [edge for edge in estate.edges if edge.kind is EdgeKind.RUNS]
        assert (runs.at, runs.evidence) == (at, "container web is built from api/Dockerfile")
        assert [edge.kind for edge in estate.edges] == [EdgeKind.BUILDS, EdgeKind.RUNS]


class TestFoundByName:
    def test_the_name_that_compose_gives(self) -> None:
        built = a_container("api", image=known("acme/shop:dev"), build_context=known("src"))
        other = a_container(image=known("registry.example.com/acme/shop:1.4"))
        assert files_run(joined([built, other], [an_image("src/Dockerfile")])) == ["src/Dockerfile:final"]

    def test_one_name_for_two_stages_is_not_guessed(self) -> None:
        first = a_container("first", image=known("one/shop"), build_context=known("a"))
        second = a_container("second", image=known("two/shop"), build_context=known("b"))
        images = [an_image("a/Dockerfile"), an_image("b/Dockerfile")]
        assert files_run(joined([first, second, a_container(image=known("three/shop"))], images)) == []

    def test_the_whole_name_decides_between_two(self) -> None:
        first = a_container("first", image=known("one/shop"), build_context=known("a"))
        second = a_container("second", image=known("two/shop"), build_context=known("b"))
        images = [an_image("a/Dockerfile"), an_image("b/Dockerfile")]
        assert files_run(joined([first, second, a_container(image=known("two/shop:7"))], images)) == [
            "b/Dockerfile:final"
        ]

    def test_a_build_for_development_lends_its_bare_name_to_nobody(self) -> None:
        local = Deployment("compose:dev", ".", local=True)
        built = a_container("api", image=known("shop"), build_context=known(""), deployment=local)
        estate = joined([built, a_container(image=known("ghcr.io/acme/shop"))], [an_image()])
        assert files_run(estate) == []

    @pytest.mark.parametrize(
        ("reference", "file"),
        [
            ("gcr.io/x/cartservice:v1", "src/cartservice/Dockerfile"),
            ("cartservice", "src/cartservice/src/Dockerfile"),
            ("cart-service@sha256:" + "0" * 64, "cart_service/Dockerfile"),
        ],
    )
    def test_the_folder_of_the_only_dockerfile(self, reference: str, file: str) -> None:
        images = [an_image(file), an_image("src/other/Dockerfile")]
        assert files_run(joined([a_container(image=known(reference))], images)) == [f"{file}:final"]

    def test_two_folders_of_one_name_are_not_guessed(self) -> None:
        images = [an_image("a/cart/Dockerfile"), an_image("b/cart/Dockerfile")]
        assert files_run(joined([a_container(image=known("acme/cart"))], images)) == []

    def test_two_dockerfiles_in_one_folder_are_not_guessed(self) -> None:
        images = [an_image("cart/Dockerfile"), an_image("cart/Dockerfile.dev")]
        assert files_run(joined([a_container(image=known("acme/cart"))], images)) == []

    @pytest.mark.parametrize("reference", ["redis:7", "bitnami/redis", "nginx"])
    def test_a_well_known_image_is_not_taken_for_a_folder(self, reference: str) -> None:
        images = [an_image("redis/Dockerfile"), an_image("nginx/Dockerfile")]
        assert files_run(joined([a_container(image=known(reference))], images)) == []

    def test_braces_in_a_reference_do_no_harm(self) -> None:
        assert files_run(joined([a_container(image=known("{x}/cart"))], [an_image("cart/Dockerfile")])) == [
            "cart/Dockerfile:final"
        ]

    def test_an_unknown_image_runs_nothing(self) -> None:
        assert files_run(joined([a_container(image=unknown())], [an_image("cart/Dockerfile")])) == []


@pytest.mark.parametrize(
    ("base", "shell"),
    [
        ("python:3.12-slim", ShellKind.DASH),
        ("python:3.12", ShellKind.DASH),
        ("docker.io/library/python:3.12-alpine3.20", ShellKind.ASH),
        ("public.ecr.aws/docker/library/node:22", ShellKind.DASH),
        ("nginx:alpine", ShellKind.ASH),
        ("alpine", ShellKind.ASH),
        ("registry.access.redhat.com/ubi9/ubi-minimal:9.4", ShellKind.BASH),
        ("amazonlinux:2023", ShellKind.BASH),
        ("nvidia/cuda:12.4.1-base-ubuntu22.04", ShellKind.DASH),
        ("gcr.io/distroless/static-debian12", ShellKind.NONE),
        ("gcr.io/distroless/static-debian12:debug", ShellKind.ASH),
        ("scratch", ShellKind.NONE),
        ("cgr.dev/chainguard/python:latest-dev", ShellKind.UNKNOWN),
        ("python@sha256:" + "0" * 64, ShellKind.UNKNOWN),
        ("acme/python:3.12-slim", ShellKind.UNKNOWN),
        ("acme/base", ShellKind.UNKNOWN),
        (None, ShellKind.UNKNOWN),
    ],
)
def test_the_shell_of_a_base_image(base: str | None, shell: ShellKind) -> None:
    [image] = joined([], [an_image(base=base)]).of(Image)
    assert image.shell is shell


def test_a_shell_that_is_known_already_stays() -> None:
    [image] = joined([], [an_image(base="python:3.12", shell=ShellKind.BASH)]).of(Image)
    assert image.shell is ShellKind.BASH


@pytest.mark.parametrize(
    "brought",
    [
        an_image(base="scratch", copies=(CopiedFile("/bin/", "/bin/", HERE, "tools"),)),
        an_image(base="scratch", copies=(CopiedFile("/", "/", HERE, "rootfs"),)),
        an_image(base="debian:12", steps=(BuildStep("RUN", "ln -sf /bin/bash /bin/sh", HERE),)),
    ],
)
def test_a_build_may_bring_another_shell(brought: Image) -> None:
    [image] = joined([], [brought]).of(Image)
    assert image.shell is ShellKind.UNKNOWN


@pytest.mark.parametrize(
    ("passed", "base"),
    [("3.13", None), ("3.8", "python:3.8-slim"), ("${VERSION}", None), (None, "python:3.8-slim")],
)
def test_an_argument_that_a_build_passes_decides_on_the_base(
    tmp_path: Path, passed: str | None, base: str | None
) -> None:
    (tmp_path / "Dockerfile").write_text("ARG PYTHON=3.8\nFROM python:${PYTHON}-slim\n", encoding="utf-8")
    arguments = f"      args: {{PYTHON: '{passed}'}}\n" if passed is not None else ""
    compose = f"services:\n  web:\n    build:\n      context: .\n{arguments}"
    (tmp_path / "compose.yaml").write_text(compose, encoding="utf-8")
    (image,) = audit(tmp_path, Settings(today=date(2026, 8, 1))).estate.of(Image)
    assert known_value(image.base) == base


@pytest.mark.parametrize(
    ("base", "written", "user", "ports"),
    [
        ("memcached:1.6", None, "memcache", [11211]),
        ("memcached:1.6", "app", "app", [11211]),
        ("acme/api:1", None, None, []),
        (None, None, None, []),
    ],
)
def test_user_and_ports_are_those_of_the_base_unless_written(
    base: str | None, written: str | None, user: str | None, ports: list[int]
) -> None:
    image = an_image(base=base)
    if written is not None:
        image = replace(image, user=known(written))
    [found] = joined([], [image]).of(Image)
    assert known_value(found.user) == user
    assert [known_value(port.number) for port in found.exposed] == ports
