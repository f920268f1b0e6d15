"""Which deployments describe one system, and which components they have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.analysis.components import landscapes
from infraaudit.audit import Settings, audit
from infraaudit.reports.landscape import landscape_lines
from infraaudit.reports.style import Style
from tests.golden.outputs import TODAY

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.model import Estate

QUEUE = 'resource "aws_dynamodb_table" "jobs" {{\n  name = "{0}-jobs"\n}}\n'


def manifest(name: str, namespace: str, copies: int) -> str:
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: {namespace}}}\n"
        f"spec:\n  replicas: {copies}\n  selector: {{matchLabels: {{app: {name}}}}}\n"
        f"  template:\n    metadata: {{labels: {{app: {name}}}}}\n"
        f'    spec: {{containers: [{{name: {name}, image: "example.org/{name}:1"}}]}}\n'
    )


def estate_of(root: Path, files: dict[str, str]) -> Estate:
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return audit(root, Settings(today=TODAY, packs=())).estate


def told(estate: Estate) -> dict[str, list[list[str]]]:
    """Return of each system the addresses of its components, each with the deployment that it stands in."""
    return {
        each.name: [[f"{one.deployment.id} {one.address}" for one in part.members] for part in each.components]
        for each in landscapes(estate)
    }


@pytest.mark.parametrize(
    ("one", "other", "name"),
    [
        ("k8s/production", "k8s/staging", "k8s"),
        ("prod/k8s", "dev/k8s", "k8s"),
    ],
)
def test_folders_that_differ_in_the_word_for_their_environment_are_one_system(
    tmp_path: Path, one: str, other: str, name: str
) -> None:
    estate = estate_of(
        tmp_path, {f"{one}/web.yaml": manifest("web", "shop", 3), f"{other}/web.yaml": manifest("web", "shop", 1)}
    )
    assert list(told(estate)) == [f"kubernetes:{name}"]


def test_a_component_is_found_again_in_a_namespace_with_the_word_of_its_environment(tmp_path: Path) -> None:
    files = {
        "prod/web.yaml": manifest("web", "shop-prod", 3),
        "dev/web.yaml": manifest("web", "shop-dev", 1) + "---\n" + manifest("mail", "shop-dev", 1),
    }
    assert told(estate_of(tmp_path, files)) == {
        "kubernetes:.": [["kubernetes:dev Deployment/shop-dev/web", "kubernetes:prod Deployment/shop-prod/web"]],
    }


def test_roots_of_terraform_and_their_stores_are_told_side_by_side(tmp_path: Path) -> None:
    estate = estate_of(tmp_path, {f"infra/{word}/main.tf": QUEUE.format(word) for word in ("dev", "prod")})
    assert told(estate) == {
        "terraform:infra": [
            ["terraform:infra/dev aws_dynamodb_table.jobs", "terraform:infra/prod aws_dynamodb_table.jobs"],
        ],
    }


def test_the_system_for_users_may_have_no_word_where_the_others_have_one(tmp_path: Path) -> None:
    estate = estate_of(tmp_path, {f"infra/{name}/main.tf": QUEUE.format(name) for name in ("jobs", "jobs-staging")})
    assert list(told(estate)) == ["terraform:infra/jobs"]


def test_other_systems_have_nothing_in_common_though_a_name_is_the_same(tmp_path: Path) -> None:
    service = "services:\n  db:\n    image: postgres:17\n"
    assert told(estate_of(tmp_path, {"shop/compose.yaml": service, "wiki/compose.yaml": service})) == {}


def test_each_deployment_has_a_column(tmp_path: Path) -> None:
    files = {
        "k8s/prod/web.yaml": manifest("web", "shop", 3) + "---\n" + manifest("jobs", "shop", 2),
        "k8s/staging/web.yaml": manifest("web", "shop", 1),
        "k8s/dev/web.yaml": manifest("web", "shop", 1) + "---\n" + manifest("jobs", "shop", 1),
    }
    estate = estate_of(tmp_path, files)
    (landscape,) = landscapes(estate)
    assert list(landscape_lines(landscape, estate, Style(80, colour=False, source_width=80))) == [
        "Side by side: kubernetes:k8s",
        "  component        dev  prod  staging",
        "  Deployment jobs  1    2     -",
        "  Deployment web   1    3     1",
    ]
