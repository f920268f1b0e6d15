"""A helm that the user allows fills what our renderer leaves open; it gets a copy, an empty home and no way out."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

import pytest

from infraaudit.model import Known, Unknown, Workload
from infraaudit.readers.helm.inputs import GivenValues, HelmInputs
from infraaudit.readers.helm.reader import read
from infraaudit.readers.reading import Reading, UnitState
from infraaudit.source.file import find_files
from tests.unit.readers.helm.ledger import charts_of

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: {{ REPLICAS }}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: "example.com/web:1"}]}
"""
PRINTED = "---\n# Source: shop/templates/web.yaml\n" + WEB.replace("{{ REPLICAS }}", "3")


def helm(folder: Path, script: str) -> str:
    """Write a program that stands for helm; it may use what POSIX has built into the shell, for PATH is empty."""
    program = folder / "bin" / "helm"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{dedent(script)}", encoding="utf-8")
    program.chmod(0o755)
    return str(program)


def printing(folder: Path, text: str = PRINTED) -> str:
    (folder / "printed.yaml").write_text(text, encoding="utf-8")
    return helm(folder, f"while IFS= read -r line; do echo \"$line\"; done < '{folder}/printed.yaml'\n")


def scanned(root: Path, replicas: str, inputs: HelmInputs, **more: str) -> Reading:
    files = {
        "Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
        "values.yaml": "copies: 2\n",
        "templates/web.yaml": WEB.replace("REPLICAS", replicas),
        **more,
    }
    for path, text in files.items():
        target = root / "c" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return read(find_files(root), inputs)


def replicas_of(reading: Reading) -> object:
    (found,) = (each for each in reading.entities if isinstance(each, Workload))
    value = found.replicas
    return value.value if isinstance(value, Known) else value


UNEVALUATED = "buildCustomThing 3"


def test_helm_fills_what_is_not_evaluated_here_at_our_place(tmp_path: Path) -> None:
    reading = scanned(tmp_path / "tree", UNEVALUATED, HelmInputs(client=printing(tmp_path)))
    (found,) = (each for each in reading.entities if isinstance(each, Workload))
    assert isinstance(found.replicas, Known)
    assert (found.replicas.value, str(found.replicas.at)) == (3, "c/templates/web.yaml:6:13")
    assert charts_of(reading)[0].why == "what is not evaluated here was taken from helm"


def test_helm_is_not_started_unless_it_is_allowed_and_needed(tmp_path: Path) -> None:
    started = tmp_path / "started"
    client = helm(tmp_path, f"echo yes > '{started}'\n")
    scanned(tmp_path / "a", ".Values.copies", HelmInputs(client=client))
    assert isinstance(replicas_of(scanned(tmp_path / "b", UNEVALUATED, HelmInputs())), Unknown)
    assert not started.exists()


def test_helm_renders_what_we_cannot_render(tmp_path: Path) -> None:
    deep = "{{ range 900 }}{{ range 900 }}x{{ end }}{{ end }}"
    reading = scanned(tmp_path / "tree", deep, HelmInputs(client=printing(tmp_path)))
    assert replicas_of(reading) == 3
    (unit,) = charts_of(reading)
    assert unit.state is UnitState.RESOLVED
    assert unit.why.startswith("rendered by helm")


def test_what_helm_makes_anew_stays_unknown(tmp_path: Path) -> None:
    (tmp_path / "count").write_text("1", encoding="utf-8")
    script = f"""
        read -r number < '{tmp_path}/count'
        echo "${{number}}1" > '{tmp_path}/count'
        echo '{json.dumps({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}})[:-1]},'
        echo '"spec": {{"replicas": '$number', "template": {{"spec": {{"containers": [{{"name": "main"}}]}}}}}}}}'
        """
    reading = scanned(tmp_path / "tree", UNEVALUATED, HelmInputs(client=helm(tmp_path, script)))
    assert isinstance(replicas_of(reading), Unknown)


@pytest.mark.parametrize("script", ["exit 3\n", "echo '{'\n", "kill -9 $$\n"])
def test_a_helm_that_fails_leaves_what_we_have(tmp_path: Path, script: str) -> None:
    reading = scanned(tmp_path / "tree", UNEVALUATED, HelmInputs(client=helm(tmp_path, script)))
    assert [unit.state for unit in charts_of(reading)] == [UnitState.RESOLVED]


def test_helm_gets_a_copy_an_empty_home_and_no_way_out(tmp_path: Path) -> None:
    told = tmp_path / "told"
    script = f"""
        {{ echo "$HOME|$HELM_PLUGINS|$KUBECONFIG|$PATH|$HTTPS_PROXY|$SECRET_OF_THE_USER"; echo "$@"
          for each in "$3"/* "$3"/templates/*; do echo "${{each#$3/}}"; done; }} > '{told}'
        exit 1
        """
    tree = tmp_path / "tree"
    (tmp_path / "outside.txt").write_text("secret", encoding="utf-8")
    (tree / "c").mkdir(parents=True)
    (tree / "c" / "link.txt").symlink_to(tmp_path / "outside.txt")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECRET_OF_THE_USER", "value")
        scanned(tree, UNEVALUATED, HelmInputs(client=helm(tmp_path, script)))
    environment, command, *files = told.read_text(encoding="utf-8").splitlines()
    home, plugins, cluster, path, proxy, secret = environment.split("|")
    assert not any(Path(each).exists() for each in (home, plugins, cluster))
    assert (path, proxy, secret) == ("", "http://127.0.0.1:9", "")
    assert command.startswith("template release-name ")
    assert str(tree) not in command
    assert files == ["Chart.yaml", "templates", "values.yaml", "templates/web.yaml"]


def test_values_that_the_configuration_names_are_a_deployment(tmp_path: Path) -> None:
    given = GivenValues(chart="c", values=("env/base.yaml", "env/prod.yaml"))
    root = tmp_path / "tree"
    (root / "env").mkdir(parents=True)
    (root / "env" / "base.yaml").write_text("copies: 4\nname: base\n", encoding="utf-8")
    (root / "env" / "prod.yaml").write_text("copies: 6\n", encoding="utf-8")
    reading = scanned(root, ".Values.copies", HelmInputs(deployments=(given,)))
    found = {each.deployment.id: each.replicas for each in reading.entities if isinstance(each, Workload)}
    assert str(found["helm:c:env/base.yaml + env/prod.yaml"].at) == "env/prod.yaml:1:9"
    assert {row.path for row in reading.files} >= {"env/base.yaml", "env/prod.yaml"}


def test_values_for_a_chart_that_is_not_there_are_a_gap(tmp_path: Path) -> None:
    given = GivenValues(chart="other", values=("values.yaml",))
    reading = scanned(tmp_path / "tree", "1", HelmInputs(deployments=(given,)))
    assert (charts_of(reading)[-1].name, charts_of(reading)[-1].state) == ("other", UnitState.FAILED)
