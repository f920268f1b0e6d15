"""The deployments of a root: by itself, one for each named set of inputs, and modules by themselves where asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.model import Datastore, Environment, Known, known_value
from infraaudit.readers.terraform.configuration.inputs import InputError, InputSet, TerraformInputs, settings_of
from infraaudit.readers.terraform.reader import read
from tests.unit.readers.terraform.trees import at, tree_of

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.readers.reading import Reading

MAIN = """\
variable "size" {
  type    = string
  default = "db.t4g.small"
}
resource "aws_db_instance" "main" {
  engine         = "postgres"
  engine_version = "${terraform.workspace}-15"
  instance_class = var.size
}
"""
FILES = {
    "app/main.tf": MAIN,
    "app/env/prod.tfvars": 'size = "db.r6g.large"\n',
    "other/main.tf": 'resource "aws_sqs_queue" "jobs" {}\n',
}


def _set(tmp_path: Path, name: str, *words: str, files: tuple[str, ...] = (), **rest: object) -> InputSet:
    settings = settings_of([*(tmp_path / file for file in files), *words], tmp_path)
    return InputSet(name=name, settings=settings, **rest)  # type: ignore[arg-type]


def _read(tmp_path: Path, *sets: InputSet, **rest: object) -> Reading:
    tree = tree_of(tmp_path, FILES)
    return read(tree, TerraformInputs(sets=sets, **rest))  # type: ignore[arg-type]


def _stores(reading: Reading) -> dict[str, Datastore]:
    return {each.deployment.id: each for each in reading.entities if isinstance(each, Datastore)}


def _size(store: Datastore) -> Known[str]:
    assert isinstance(store.instance_class, Known)
    return store.instance_class


def test_each_set_is_a_deployment_of_the_roots_that_declare_its_variables(tmp_path: Path) -> None:
    tree_of(tmp_path, FILES)
    prod = _set(tmp_path, "production", files=("app/env/prod.tfvars",), workspace="live")
    reading = _read(tmp_path, prod, _set(tmp_path, "dev", "size=0", workspace="dev"))
    stores = _stores(reading)
    assert list(stores) == ["terraform:app:production", "terraform:app:dev"]
    sizes = [_size(store) for store in stores.values()]
    assert [at(each.at)[:2] for each in sizes] == [("app/env/prod.tfvars", 1), ("app/main.tf", 1)]
    assert [step.what for step in sizes[1].at.trail] == ["var.size", "the set dev sets var.size"]
    assert [known_value(store.version) for store in stores.values() if store.version] == ["live-15", "dev-15"]
    assert [store.deployment.environment for store in stores.values()] == [
        Environment.PRODUCTION,
        Environment.NONPRODUCTION,
    ]
    assert "terraform:other" in {entity.deployment.id for entity in reading.entities}


def test_what_is_given_for_the_run_wins_over_every_set(tmp_path: Path) -> None:
    stores = _stores(_read(tmp_path, _set(tmp_path, "one", "size=1"), settings=(("size", "5"),), workspace="live"))
    (store,) = stores.values()
    assert [step.what for step in _size(store).at.trail] == ["var.size", "--var sets var.size"]


@pytest.mark.parametrize(
    ("base", "patterns", "folders"),
    [
        (".", ("app",), {"terraform:app:x", "terraform:other"}),
        (".", ("./o*", "app"), {"terraform:app:x", "terraform:other:x"}),
        ("infra", ("infra/other",), {"terraform:app", "terraform:other:x"}),
        ("infra", ("other",), {"terraform:app", "terraform:other"}),
        (".", (), {"terraform:app:x", "terraform:other:x"}),
    ],
)
def test_a_set_is_for_the_roots_that_it_names(
    tmp_path: Path, base: str, patterns: tuple[str, ...], folders: set[str]
) -> None:
    reading = _read(tmp_path, InputSet(name="x", workspace="x", roots=patterns, base=base))
    assert {entity.deployment.id for entity in reading.entities} == folders


def test_a_set_with_a_variable_that_nobody_declares_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no Terraform root declares the variable 'sise'"):
        _read(tmp_path, _set(tmp_path, "x", "sise=1"))


def test_a_file_may_set_what_nobody_declares_beside_what_somebody_does(tmp_path: Path) -> None:
    (tmp_path / "x.tfvars").write_text('size = "3"\nunused = true\n', encoding="utf-8")
    (store,) = _stores(_read(tmp_path, settings=settings_of([tmp_path / "x.tfvars"], tmp_path))).values()
    assert at(_size(store).at)[0] == "x.tfvars"


def test_of_values_and_files_the_later_wins(tmp_path: Path) -> None:
    file = tmp_path / "app/env/prod.tfvars"
    for order, path in (((file, "size=1"), "app/main.tf"), (("size=1", file), "app/env/prod.tfvars")):
        tree_of(tmp_path, FILES)
        (store,) = _stores(_read(tmp_path, settings=settings_of(order, tmp_path))).values()
        assert at(_size(store).at)[0] == path


def test_files_that_terraform_loads_by_itself_count_in_its_order(tmp_path: Path) -> None:
    loaded = ["terraform.tfvars", "terraform.tfvars.json", "a.auto.tfvars", "b.auto.tfvars.json", "c.auto.tfvars"]
    for count in range(1, len(loaded) + 1):
        for number, name in enumerate(loaded[:count]):
            text = f'{{"size": "{number}"}}' if name.endswith(".json") else f'size = "{number}"\n'
            (tmp_path / "app").mkdir(exist_ok=True)
            (tmp_path / "app" / name).write_text(text, encoding="utf-8")
        (store,) = _stores(_read(tmp_path)).values()
        assert at(_size(store).at)[0] == f"app/{loaded[count - 1]}"


def test_a_module_is_judged_through_its_callers_and_by_itself_where_that_is_asked_for(tmp_path: Path) -> None:
    files = {"main.tf": 'module "db" {\n  source = "./db"\n  size = 3\n}\n', "db/main.tf": MAIN}
    tree = tree_of(tmp_path, files)
    assert {each.address for each in read(tree).entities} == {"module.db.aws_db_instance.main"}
    stores = _stores(read(tree, TerraformInputs(standalone=True)))
    assert list(stores) == ["terraform:.", "terraform:db"]
    assert at(_size(stores["terraform:db"]).at) == ("db/main.tf", 3, 13)
