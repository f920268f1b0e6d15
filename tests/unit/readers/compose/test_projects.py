"""Which files are Compose files, which belong together, and what the ledger says of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.model import Environment, Unknown, Workload, known_value
from infraaudit.readers.reading import FileState
from infraaudit.source.problem import ProblemKind
from tests.unit.readers.compose.projects import reading_of, services_of

if TYPE_CHECKING:
    from pathlib import Path

WEB = "services:\n  web:\n    image: web:1\n"


def _images(folder: Path, files: dict[str, str]) -> dict[str, str | None]:
    return {name: known_value(each.containers[0].image) for name, each in services_of(folder, files).items()}


def test_the_client_sets_the_name_of_the_project(tmp_path: Path) -> None:
    web = "services:\n  web:\n    image: ${COMPOSE_PROJECT_NAME:-fallback}\n"
    files = {"a/compose.yaml": f"name: shop\n{web}", "b/compose.yaml": web, "c/compose.yaml": web}
    files["c/.env"] = "COMPOSE_PROJECT_NAME=named\n"
    services = services_of(tmp_path, files)
    images = {name: services[f"compose:{name} web"].containers[0].image for name in "abc"}

    assert {name: known_value(image) for name, image in images.items()} == {"a": "shop", "b": None, "c": "named"}
    assert isinstance(images["b"], Unknown)
    assert "name of the folder" in images["b"].why


# -- which files ---------------------------------------------------------------------------------------------


def test_files_are_found_by_name_and_by_what_they_hold(tmp_path: Path) -> None:
    names = ("compose.yml", "a/docker-compose.prod.yaml", "b/compose-x.yml", "c/stack.yaml", "d/web.docker-compose.yml")
    others = {
        "values.yaml": "services:\n  web:\n    port: 80\n",
        "k8s.yaml": "apiVersion: v1\nservices:\n  web: {image: a}\n",
        "list.yml": "services: [a]\n",
    }
    reading = reading_of(tmp_path, {**dict.fromkeys(names, WEB), **others})

    assert {row.path for row in reading.files} == set(names)
    assert len(reading.entities) == len(names)


def test_every_file_that_was_read_has_one_row(tmp_path: Path) -> None:
    reading = reading_of(
        tmp_path,
        {
            "compose.yaml": "services:\n  web:\n    image: a:${TAG}\n    env_file: [web.env, web.env]\n",
            "compose.override.yaml": WEB,
            ".env": "TAG=1\n",
            "web.env": "A=1\n",
            "unused.env": "B=1\n",
            "broken/compose.yaml": "services:\n  web: [\n",
            "filled/compose.yaml": "services:\n  {% if x %}\n  web: {}\n",
            "quoted/compose.yaml": 'services:\n  web:\n    image: "{{ registry }}/web"\n',
            "docker-compose.yml.j2": "services:\n",
        },
    )

    assert [(row.path, row.format, row.state) for row in reading.files] == [
        (".env", "env", FileState.PARSED),
        ("broken/compose.yaml", "compose", FileState.FAILED),
        ("compose.override.yaml", "compose", FileState.PARSED),
        ("compose.yaml", "compose", FileState.PARSED),
        ("docker-compose.yml.j2", "compose", FileState.SKIPPED),
        ("filled/compose.yaml", "compose", FileState.FAILED),
        ("quoted/compose.yaml", "compose", FileState.PARTLY),
        ("web.env", "env", FileState.PARSED),
    ]
    assert [problem.kind for problem in reading.problems if problem.at.path != "broken/compose.yaml"] == [
        ProblemKind.NOT_RENDERED,
        ProblemKind.NOT_RENDERED,
    ]


def test_a_template_of_swarm_is_none_of_ours(tmp_path: Path) -> None:
    text = 'services:\n  web:\n    image: a\n    hostname: "{{.Node.Hostname}}"\n'

    assert reading_of(tmp_path, {"compose.yaml": text}).files[0].state is FileState.PARSED


@pytest.mark.parametrize(
    "text", ["", "[]", "services: text", "services: {web: text}", "version: '3'", "services:\n  web:\n"]
)
def test_a_file_without_services_does_no_harm(tmp_path: Path, text: str) -> None:
    reading = reading_of(tmp_path, {"compose.yaml": text})

    assert reading.entities == ()
    assert [row.path for row in reading.files] == ["compose.yaml"]


# -- which belong together -----------------------------------------------------------------------------------


def test_the_base_is_judged_alone_and_with_its_override(tmp_path: Path) -> None:
    override = "services:\n  web:\n    command: dev\n  mail:\n    image: mail:1\n"
    found = services_of(tmp_path, {"docker-compose.yml": WEB, "docker-compose.override.yml": override})

    local = {name: each.deployment.local for name, each in found.items()}
    assert local == {
        "compose:. web": False,
        "compose:.:docker-compose.override.yml web": True,
        "compose:.:docker-compose.override.yml mail": True,
    }


def test_a_partial_file_is_merged_over_the_base(tmp_path: Path) -> None:
    part = "services:\n  web:\n    restart: always\n"

    assert _images(tmp_path, {"compose.yaml": WEB, "compose.prod.yaml": part}) == {
        "compose:. web": "web:1",
        "compose:.:compose.prod.yaml web": "web:1",
    }


def test_a_whole_file_stands_alone(tmp_path: Path) -> None:
    whole = "services:\n  api:\n    image: api:1\n"

    assert _images(tmp_path, {"compose.yaml": WEB, "compose.prod.yaml": whole}) == {
        "compose:. web": "web:1",
        "compose:.:compose.prod.yaml api": "api:1",
    }


def test_the_name_of_a_file_tells_its_environment(tmp_path: Path) -> None:
    found = services_of(tmp_path, {"compose.prod.yaml": WEB, "compose.dev.yaml": WEB, "compose.yaml": WEB})
    told = {name: (each.deployment.environment, each.deployment.local) for name, each in found.items()}

    assert told == {
        "compose:.:compose.prod.yaml web": (Environment.PRODUCTION, False),
        "compose:.:compose.dev.yaml web": (Environment.NONPRODUCTION, True),
        "compose:. web": (Environment.UNKNOWN, False),
    }


@pytest.mark.parametrize(
    ("volume", "local"),
    [
        ("./app:/srv", True),
        ("./app/src:/srv/src", True),
        ("./app:/srv:ro", False),
        ("./app:/etc/app", False),
        ("./app/settings.toml:/srv/settings.toml", False),
        ("./app/data:/data", False),
        ("./other:/other", False),
        ("app:/srv", False),
    ],
)
def test_a_mount_of_the_source_tells_local_development(tmp_path: Path, volume: str, local: bool) -> None:  # noqa: FBT001 - a parameter of the test
    text = f"services:\n  web:\n    build: ./app\n    volumes:\n      - {volume}\n"
    files = {"compose.yaml": text, "app/src/main.py": "", "app/settings.toml": "", "other/x": ""}

    assert services_of(tmp_path, files)["compose:. web"].deployment.local is local


@pytest.mark.parametrize("folder", [".devcontainer", "web/.devcontainer", ".ci"])
def test_what_a_tool_starts_for_an_editor_or_for_tests_is_no_deployment_for_users(tmp_path: Path, folder: str) -> None:
    found = services_of(tmp_path, {f"{folder}/compose.yaml": WEB, "devcontainer/compose.yaml": WEB})
    assert {name: each.deployment.local for name, each in found.items()} == {
        f"compose:{folder} web": True,
        "compose:devcontainer web": False,
    }


# -- extends and include -------------------------------------------------------------------------------------


def test_a_file_of_templates_is_no_project_of_its_own(tmp_path: Path) -> None:
    files = {
        "compose.yaml": "services:\n  web:\n    extends: {service: base, file: common.yaml}\n",
        "common.yaml": "services:\n  base:\n    image: base:1\n",
    }

    assert _images(tmp_path, files) == {"compose:. web": "base:1"}


def test_an_included_file_is_no_project_of_its_own(tmp_path: Path) -> None:
    files = {"compose.yaml": "include: [db/compose.yaml]\n" + WEB, "db/compose.yaml": "services:\n  db: {image: pg}\n"}

    assert _images(tmp_path, files) == {"compose:. db": "pg", "compose:. web": "web:1"}


def test_the_place_of_an_extended_value_is_in_its_own_file(tmp_path: Path) -> None:
    files = {
        "compose.yaml": "services:\n  web:\n    extends: {service: base, file: common/c.yaml}\n",
        "common/c.yaml": "services:\n  base:\n    image: base:1\n",
    }

    assert str(services_of(tmp_path, files)["compose:. web"].containers[0].image.at) == "common/c.yaml:3:12"


@pytest.mark.parametrize(
    "extends",
    ["gone", "{service: gone}", "{service: a, file: gone.yaml}", "{service: a, file: ../../etc/passwd}", "web", "loop"],
)
def test_what_cannot_be_extended_is_reported_and_leaves_values_unknown(tmp_path: Path, extends: str) -> None:
    text = f"services:\n  web:\n    extends: {extends}\n  loop:\n    extends: web\n"
    reading = reading_of(tmp_path, {"compose.yaml": text})

    assert reading.files[0].state is FileState.PARTLY
    assert {problem.kind for problem in reading.problems} == {ProblemKind.UNSUPPORTED}
    workloads = [each for each in reading.entities if isinstance(each, Workload)]
    assert {each.name for each in workloads} == {"web", "loop"}
    assert all(isinstance(each.containers[0].image, Unknown) for each in workloads)


@pytest.mark.parametrize("include", ["gone.yaml", "oci://registry/x", "compose.yaml", "../above/compose.yaml"])
def test_what_cannot_be_included_is_reported(tmp_path: Path, include: str) -> None:
    reading = reading_of(tmp_path, {"compose.yaml": f"include: [{include}]\n{WEB}"})

    assert [each.name for each in reading.entities] == ["web"]
    assert reading.files[0].state is FileState.PARTLY
