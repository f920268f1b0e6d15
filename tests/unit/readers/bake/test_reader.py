"""What build definitions build: targets with all that they inherit, and under which names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.audit import Settings, audit
from infraaudit.model import BuildTarget, Container, EdgeKind, Image, Unknown, known_value
from infraaudit.readers.bake.reader import read
from infraaudit.source.file import find_files

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.readers.reading import Reading

from datetime import date

DEFINITION = """
variable "REGISTRY" { default = "registry.example.com/shop" }
variable "TAG" { default = "1.4.0" }
variable "COMMIT" {}

group "default" { targets = ["web", "worker"] }

target "_common" {
  args      = { PYTHON_VERSION = "3.13", MODE = "common" }
  platforms = ["linux/amd64", "linux/arm64"]
  context   = "app"
}

target "web" {
  inherits = ["_common"]
  target   = "web"
  tags     = ["${REGISTRY}/web:${TAG}", "${REGISTRY}/web:${COMMIT}"]
  args     = { MODE = "web" }
}

target "worker" {
  inherits   = ["web"]
  dockerfile = "worker.Dockerfile"
  tags       = ["${REGISTRY}/worker:${TAG == "" ? "latest" : TAG}"]
  platforms  = ["linux/amd64"]
}

target "tool" {
  name    = "tool-${version}"
  matrix  = { version = ["3.12", "3.13"] }
  context = "https://github.com/example/tool.git"
  tags    = ["tool:${version}"]
}

target "inline" {
  dockerfile-inline = "FROM alpine:3.23"
}
"""


def reading_of(folder: Path, **files: str) -> Reading:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".").replace("_dash_", "-")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read(find_files(folder))


def targets_of(reading: Reading) -> dict[str, BuildTarget]:
    return {each.name: each for each in reading.entities if isinstance(each, BuildTarget)}


def test_targets_with_what_they_inherit(tmp_path: Path) -> None:
    targets = targets_of(reading_of(tmp_path, ci__docker_dash_bake_dot_hcl=DEFINITION))
    assert sorted(targets) == ["inline", "tool-3.12", "tool-3.13", "web", "worker"]
    web, worker = targets["web"], targets["worker"]
    assert (known_value(web.context), known_value(web.file), known_value(web.stage)) == (
        "ci/app",
        "ci/app/Dockerfile",
        "web",
    )
    assert [known_value(tag) for tag in web.tags] == ["registry.example.com/shop/web:1.4.0", None]
    assert {name: known_value(value) for name, value in web.arguments} == {"PYTHON_VERSION": "3.13", "MODE": "web"}
    assert [known_value(each) for each in web.platforms or ()] == ["linux/amd64", "linux/arm64"]
    assert known_value(worker.file) == "ci/app/worker.Dockerfile"
    assert [known_value(tag) for tag in worker.tags] == ["registry.example.com/shop/worker:1.4.0"]
    assert [known_value(each) for each in worker.platforms or ()] == ["linux/amd64"]
    assert worker.groups == ("default",)


def test_an_unset_variable_is_unknown_and_named(tmp_path: Path) -> None:
    tag = targets_of(reading_of(tmp_path, docker_dash_bake_dot_hcl=DEFINITION))["web"].tags[1]
    assert isinstance(tag, Unknown)
    assert "COMMIT has no default" in tag.why


def test_a_matrix_and_what_is_not_in_the_tree(tmp_path: Path) -> None:
    targets = targets_of(reading_of(tmp_path, docker_dash_bake_dot_hcl=DEFINITION))
    assert [known_value(tag) for tag in targets["tool-3.12"].tags] == ["tool:3.12"]
    assert known_value(targets["tool-3.12"].context) is None
    assert known_value(targets["inline"].file) is None


def test_an_override_wins_attribute_by_attribute(tmp_path: Path) -> None:
    override = 'target "web" {\n  tags = ["local/web"]\n}\n'
    reading = reading_of(tmp_path, docker_dash_bake_dot_hcl=DEFINITION, docker_dash_bake_dot_override_dot_hcl=override)
    web = targets_of(reading)["web"]
    assert [known_value(tag) for tag in web.tags] == ["local/web"]
    assert known_value(web.stage) == "web"


def test_json_says_the_same(tmp_path: Path) -> None:
    text = '{"variable": {"TAG": {"default": "2"}}, "target": {"web": {"context": "app", "tags": ["web:${TAG}"]}}}'
    web = targets_of(reading_of(tmp_path, docker_dash_bake_dot_json=text))["web"]
    assert ([known_value(tag) for tag in web.tags], known_value(web.file)) == (["web:2"], "app/Dockerfile")


def test_a_broken_file_is_reported_and_keeps_its_sound_targets(tmp_path: Path) -> None:
    reading = reading_of(tmp_path, docker_dash_bake_dot_hcl='target "a" {\n  tags = [\n}\ntarget "b" {\n}\n')
    assert reading.problems
    assert reading.files[0].why
    assert "b" in targets_of(reading)


def test_a_circle_of_inheritance_ends(tmp_path: Path) -> None:
    text = 'target "a" { inherits = ["b"] }\ntarget "b" { inherits = ["a"] }\n'
    assert sorted(targets_of(reading_of(tmp_path, docker_dash_bake_dot_hcl=text))) == ["a", "b"]


def test_the_names_of_a_definition_tie_manifests_to_stages(tmp_path: Path) -> None:
    dockerfile = 'FROM python:3.13 AS web\nCMD ["gunicorn", "a:b"]\nFROM web AS tests\nCMD ["pytest"]\n'
    manifest = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\nspec:\n  template:\n    spec:\n"
        "      containers:\n        - {name: shop, image: registry.example.com/shop/web:9.9.9}\n"
    )
    reading_of(tmp_path, docker_dash_bake_dot_hcl=DEFINITION, app__Dockerfile=dockerfile, k8s__shop_dot_yaml=manifest)
    estate = audit(tmp_path, Settings(today=date(2026, 8, 1))).estate
    (container,) = estate.of(Container)
    (image,) = estate.targets(container, EdgeKind.RUNS, Image)
    assert (image.file, image.stage) == ("app/Dockerfile", "web")
    (edge,) = estate.edges_from(container, EdgeKind.RUNS)
    assert (
        edge.evidence
        == "the image shop/web has the name that a build in the tree gives to what it makes, app/Dockerfile"
    )
