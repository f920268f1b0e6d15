"""The house keeps its floors: a room imports only what lies below, and neighbours do not know each other."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "infraaudit"

FLOORS = {
    "source": 1,
    "facts": 2,
    "model": 2,
    "readers": 3,
    "joins": 3,
    "analysis": 3,
    "policy": 4,
    "config": 5,
    "engine": 5,
    "audit": 6,
    "reports": 6,
    "cli": 7,
    "__main__": 8,
}
READER_FLOORS = {
    "credentials": 1,
    "dockerfile": 1,
    "pipelines": 1,
    "prometheus": 1,
    "compose": 2,
    "kubernetes": 2,
    "helm": 3,
    "kustomize": 4,
    "delivery": 5,
    "terraform": 5,
    "bake": 6,
}
"""Within the readers: services and objects keep files of monitoring, what holds Kubernetes objects in another writing
stands upon their lifting, Terraform, which installs charts, upon the rendering of these, and build definitions upon
the evaluation of Terraform's expressions, which are theirs as well."""


TERRAFORM_FLOORS = {
    "language": 1,
    "configuration": 2,
    "lifting": 3,
    "aws": 4,
    "azure": 4,
    "google": 4,
    "kubernetes": 4,
    "state": 4,
}
"""Within Terraform's reader: its language, what a root is made of, what lifts share, and the lifts of each platform."""


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
    return {name for name in found if name.startswith("infraaudit.")}


def _room(module: str) -> str:
    return module.split(".")[1]


MODULES = sorted(path for path in SOURCE.rglob("*.py") if path.parent != SOURCE or path.stem != "__init__")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_imports_lead_down(path: Path) -> None:
    here = path.relative_to(SOURCE).with_suffix("").parts
    for module in _imports(path):
        there = _room(module)
        if there == here[0]:
            continue
        assert FLOORS[there] < FLOORS[here[0]], f"{'.'.join(here)} imports {module}"


@pytest.mark.parametrize("path", sorted((SOURCE / "readers").rglob("*.py")), ids=lambda path: path.name)
def test_readers_know_only_readers_below(path: Path) -> None:
    here = path.relative_to(SOURCE / "readers").parts[0]
    for module in _imports(path):
        parts = module.split(".")
        if parts[1] != "readers" or parts[2] == here or parts[2] not in READER_FLOORS:
            continue
        assert READER_FLOORS[parts[2]] < READER_FLOORS.get(here, 0), f"{path.name} imports {module}"


def test_every_reader_has_its_floor() -> None:
    folders = {path.name for path in (SOURCE / "readers").iterdir() if (path / "__init__.py").is_file()}
    assert folders == set(READER_FLOORS)


@pytest.mark.parametrize("room", sorted(TERRAFORM_FLOORS))
def test_rooms_of_terraform_know_only_those_below(room: str) -> None:
    for path in sorted((SOURCE / "readers" / "terraform" / room).rglob("*.py")):
        for module in _imports(path):
            parts = module.split(".")
            if parts[1:3] != ["readers", "terraform"] or parts[3] == room:
                continue
            assert TERRAFORM_FLOORS.get(parts[3], 5) < TERRAFORM_FLOORS[room], f"{path.name} imports {module}"


def test_every_room_of_terraform_has_its_floor() -> None:
    folders = {path.parent.name for path in (SOURCE / "readers" / "terraform").glob("*/__init__.py")}
    assert folders == set(TERRAFORM_FLOORS)


def test_no_circle_of_modules() -> None:
    graph = {
        "infraaudit." + ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__"): _imports(
            path
        )
        for path in MODULES
    }
    done: set[str] = set()

    def visit(module: str, way: tuple[str, ...]) -> None:
        assert module not in way, " -> ".join((*way, module))
        if module not in done and module in graph:
            for other in sorted(graph[module]):
                visit(other, (*way, module))
            done.add(module)

    for module in sorted(graph):
        visit(module, ())


def test_values_are_made_without_a_subscript() -> None:
    # Python 3.11 cannot note the subscript on a frozen class with slots, and raises where mypy sees nothing wrong.
    subscripted = re.compile(r"\b(Known|Unknown)\[[^\]]*\]\(")
    folders = (SOURCE, SOURCE.parents[1] / "policies")
    found = [path for folder in folders for path in folder.rglob("*.py") if subscripted.search(path.read_text("utf-8"))]
    assert not found
