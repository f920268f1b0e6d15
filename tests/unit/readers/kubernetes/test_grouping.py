"""Which manifests are deployed together, and what tells their environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Environment
from tests.unit.readers.kubernetes.trees import deployment, deployments, read_paths

if TYPE_CHECKING:
    from pathlib import Path

WEB = "Deployment/default/web"
DB = "Deployment/default/db"
SPACES = ("shop-dev", "shop-prod", "shop-staging", "tools")


def test_components_below_a_folder_for_manifests_are_one_deployment(tmp_path: Path) -> None:
    reading = read_paths(
        tmp_path, {"k8s/apps/web/web.yaml": deployment("web"), "k8s/apps/db/db.yaml": deployment("db")}
    )
    assert deployments(reading) == {"kubernetes:k8s": [DB, WEB]}


def test_namespaces_of_several_environments_in_one_folder_are_deployments_of_their_own(tmp_path: Path) -> None:
    placed = {name: deployment("web").replace("{name: web}", f"{{name: web, namespace: {name}}}") for name in SPACES}
    role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: reader}\nrules: []\n"
    reading = read_paths(tmp_path, {"k8s/all.yaml": "---\n".join((*placed.values(), role))})
    assert deployments(reading) == {
        "kubernetes:k8s": ["Deployment/tools/web", "ClusterRole/default/reader"],
        "kubernetes:k8s:shop-dev": ["Deployment/shop-dev/web", "ClusterRole/default/reader"],
        "kubernetes:k8s:shop-prod": ["Deployment/shop-prod/web", "ClusterRole/default/reader"],
        "kubernetes:k8s:shop-staging": ["Deployment/shop-staging/web", "ClusterRole/default/reader"],
    }
    environments = {each.deployment.id: each.deployment.environment for each in reading.entities}
    assert environments["kubernetes:k8s:shop-prod"] is Environment.PRODUCTION
    assert environments["kubernetes:k8s:shop-staging"] is Environment.NONPRODUCTION
    assert environments["kubernetes:k8s"] is Environment.UNKNOWN


def test_namespaces_of_one_environment_stay_together(tmp_path: Path) -> None:
    texts = (deployment("web").replace("{name: web}", f"{{name: web, namespace: {name}-prod}}") for name in ("a", "b"))
    reading = read_paths(tmp_path, {"k8s/all.yaml": "---\n".join(texts)})
    assert list(deployments(reading)) == ["kubernetes:k8s"]


def test_unrelated_folders_stay_apart(tmp_path: Path) -> None:
    reading = read_paths(tmp_path, {"samples/a/web.yaml": deployment("web"), "samples/b/db.yaml": deployment("db")})
    assert deployments(reading) == {"kubernetes:samples/a": [WEB], "kubernetes:samples/b": [DB]}


def test_a_folder_with_manifests_takes_in_its_subfolders(tmp_path: Path) -> None:
    reading = read_paths(tmp_path, {"shop/web.yaml": deployment("web"), "shop/data/db.yaml": deployment("db")})
    assert deployments(reading) == {"kubernetes:shop": [WEB, DB]}


def test_the_root_takes_in_nothing_by_its_own_files(tmp_path: Path) -> None:
    reading = read_paths(tmp_path, {"web.yaml": deployment("web"), "other/db.yaml": deployment("db")})
    assert deployments(reading) == {"kubernetes:.": [WEB], "kubernetes:other": [DB]}


def test_the_same_objects_in_two_places_are_two_deployments(tmp_path: Path) -> None:
    reading = read_paths(
        tmp_path,
        {
            "deploy/one/web.yaml": deployment("web"),
            "deploy/two/web.yaml": deployment("web", spec="replicas: 2"),
            "deploy/db.yaml": deployment("db"),
        },
    )
    assert deployments(reading) == {
        "kubernetes:deploy": [DB],
        "kubernetes:deploy/one": [WEB],
        "kubernetes:deploy/two": [WEB],
    }


def test_a_copy_of_the_same_words_is_no_conflict(tmp_path: Path) -> None:
    reading = read_paths(
        tmp_path, {"k8s/a/web.yaml": deployment("web"), "k8s/b/web.yaml": f"# copy\n{deployment('web')}"}
    )
    assert deployments(reading) == {"kubernetes:k8s": [WEB]}


def test_files_of_one_folder_that_contradict_are_deployments_of_their_own(tmp_path: Path) -> None:
    reading = read_paths(
        tmp_path,
        {
            "shop/blue.yaml": deployment("web"),
            "shop/green.yaml": deployment("web", spec="replicas: 2"),
            "shop/db.yaml": deployment("db"),
        },
    )
    assert deployments(reading) == {
        "kubernetes:shop": [DB],
        "kubernetes:shop:blue.yaml": [WEB],
        "kubernetes:shop:green.yaml": [WEB],
    }


def test_environments_stay_apart_even_without_a_conflict(tmp_path: Path) -> None:
    reading = read_paths(
        tmp_path, {"k8s/staging/web.yaml": deployment("web"), "k8s/production/db.yaml": deployment("db")}
    )
    told = {each.deployment.id: each.deployment.environment for each in reading.entities}
    assert told == {
        "kubernetes:k8s/staging": Environment.NONPRODUCTION,
        "kubernetes:k8s/production": Environment.PRODUCTION,
    }


def test_a_namespace_tells_the_environment_before_the_path_does(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop-prod}\n"
    reading = read_paths(tmp_path, {"staging/a.yaml": text})
    assert reading.entities[0].deployment.environment is Environment.PRODUCTION


def test_what_a_kustomization_leaves_out_is_not_taken_in_by_its_folder(tmp_path: Path) -> None:
    reading = read_paths(
        tmp_path,
        {
            "k8s/kustomization.yaml": "resources: [web.yaml]\n",
            "k8s/web.yaml": deployment("web"),
            "k8s/other.yaml": deployment("other"),
            "k8s/spare/db.yaml": deployment("db"),
        },
    )
    assert deployments(reading) == {"kubernetes:k8s": ["Deployment/default/other"], "kubernetes:k8s/spare": [DB]}
