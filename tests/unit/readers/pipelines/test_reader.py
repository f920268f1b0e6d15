"""What pipelines push and write, in each of the ways in which people write it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.model import Absent, Known, Pipeline, TagForm, Unknown, known_value
from infraaudit.readers.pipelines.reader import read
from infraaudit.source.file import find_files

if TYPE_CHECKING:
    from pathlib import Path

GITHUB = ".github/workflows/build.yaml"
GITLAB = ".gitlab-ci.yml"


def pipeline(folder: Path, text: str, path: str = GITHUB, **others: str) -> Pipeline:
    for name, content in {path: text, **others}.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
    found = [each for each in read(find_files(folder)).entities if isinstance(each, Pipeline) and each.name == path]
    assert len(found) == 1
    return found[0]


def steps(*lines: str) -> str:
    return "jobs:\n  build:\n    steps:\n" + "".join(f"      - {line}\n" for line in lines)


def pushed(found: Pipeline) -> list[tuple[str | None, str | None, TagForm]]:
    return [(known_value(each.repository), known_value(each.tag), each.form) for each in found.pushes]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("docker push shop/web:4.2", ("shop/web", "4.2", TagForm.FIXED)),
        ("docker push shop/web", ("shop/web", "latest", TagForm.FIXED)),
        ("podman push registry.shop.example:5000/web:4.2", ("registry.shop.example:5000/web", "4.2", TagForm.FIXED)),
        ("docker push shop/web:${{ github.sha }}", ("shop/web", None, TagForm.COMMIT)),
        ("docker push shop/web:$GITHUB_SHA", ("shop/web", None, TagForm.COMMIT)),
        ("docker push shop/web:${GITHUB_SHA::7}", ("shop/web", None, TagForm.COMMIT)),
        ("docker push shop/web:$(git rev-parse --short HEAD)", ("shop/web", None, TagForm.COMMIT)),
        ("docker push shop/web:${{ github.ref_name }}", ("shop/web", None, TagForm.COMPUTED)),
        ("docker push shop/web:$(date +%s)", ("shop/web", None, TagForm.COMPUTED)),
        ("docker push shop/web:v-$GITHUB_SHA", ("shop/web", None, TagForm.COMPUTED)),
        ("docker push ghcr.io/${{ github.repository }}:4.2", (None, "4.2", TagForm.FIXED)),
        ("docker buildx build --push -t shop/web:4.2 .", ("shop/web", "4.2", TagForm.FIXED)),
        ("TAG=4.2; docker push shop/web:$TAG", ("shop/web", "4.2", TagForm.FIXED)),
        ("if true; then docker push shop/web:4.2; fi", ("shop/web", "4.2", TagForm.FIXED)),
        ("/kaniko/executor --destination=shop/web:4.2", ("shop/web", "4.2", TagForm.FIXED)),
    ],
)
def test_a_command_pushes(command: str, expected: tuple[str, str, TagForm], tmp_path: Path) -> None:
    assert pushed(pipeline(tmp_path, steps(f"run: '{command}'"))) == [expected]


@pytest.mark.parametrize("command", ["docker build -t shop/web:4.2 .", "docker pull shop/web:4.2", "echo docker push"])
def test_what_pushes_nothing(command: str, tmp_path: Path) -> None:
    assert not pipeline(tmp_path, steps(f"run: {command}")).pushes


def test_the_action_pushes_what_a_step_before_described(tmp_path: Path) -> None:
    text = """
env:
  IMAGE: shop/web
jobs:
  build:
    steps:
      - id: meta
        uses: docker/metadata-action@v5
        with:
          images: ${{ env.IMAGE }}
          tags: |
            type=raw,value=latest
            type=semver,pattern={{version}}
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: ${{ steps.meta.outputs.tags }}
"""
    expected = [("shop/web", "latest", TagForm.FIXED), ("shop/web", None, TagForm.COMPUTED)]
    assert pushed(pipeline(tmp_path, text)) == expected


@pytest.mark.parametrize(
    "line",
    [
        "run: kustomize edit set image web=shop/web:4.2",
        "run: kubectl set image deployment/web web=shop/web:4.2",
        "run: helm upgrade web ./chart --set image.tag=4.2",
        "run: sed -i s/TAG/4.2/ k8s/web.yaml",
        "run: terraform apply -var image_tag=4.2",
        "uses: aws-actions/amazon-ecs-render-task-definition@v1",
    ],
)
def test_a_step_writes_the_tag(line: str, tmp_path: Path) -> None:
    assert isinstance(pipeline(tmp_path, steps(line)).writes, Known)


@pytest.mark.parametrize(
    "line",
    [
        "run: ./deploy.sh",
        "run: make deploy",
        "uses: somebody/deploys@v1",
        "uses: ./.github/actions/missing",
        "{ uses: actions/checkout@v4, with: { repository: shop/gitops } }",
        "{ run: 'print(1)', shell: python }",
        "run: 'echo \"'",
    ],
)
def test_a_step_may_write_the_tag(line: str, tmp_path: Path) -> None:
    assert isinstance(pipeline(tmp_path, steps(line)).writes, Unknown)


@pytest.mark.parametrize(
    "line", ["uses: actions/checkout@v4", "run: kubectl apply -f k8s", "run: pytest -q", "uses: docker/login-action@v3"]
)
def test_a_step_writes_nothing(line: str, tmp_path: Path) -> None:
    assert isinstance(pipeline(tmp_path, steps(line)).writes, Absent)


def test_an_action_of_the_tree_is_read(tmp_path: Path) -> None:
    action = "runs:\n  using: composite\n  steps:\n    - run: docker push shop/web:4.2\n      shell: bash\n"
    others = {".github/actions/push/action.yml": action}
    found = pipeline(tmp_path, steps("uses: ./.github/actions/push"), GITHUB, **others)
    assert pushed(found) == [("shop/web", "4.2", TagForm.FIXED)]
    assert isinstance(found.writes, Absent)


def test_a_workflow_that_is_called_elsewhere_may_write(tmp_path: Path) -> None:
    text = "jobs:\n  deploy:\n    uses: shop/workflows/.github/workflows/deploy.yml@v1\n"
    assert isinstance(pipeline(tmp_path, text).writes, Unknown)


def test_a_job_of_gitlab_knows_the_variables_above_it(tmp_path: Path) -> None:
    text = """
variables:
  IMAGE: shop/web
push:
  variables:
    TAG: "4.2"
  script:
    - docker push $IMAGE:$TAG
    - docker push $IMAGE:$CI_COMMIT_SHORT_SHA
    - docker push $CI_REGISTRY_IMAGE:4.2
"""
    assert pushed(pipeline(tmp_path, text, GITLAB)) == [
        ("shop/web", "4.2", TagForm.FIXED),
        ("shop/web", None, TagForm.COMMIT),
        (None, "4.2", TagForm.FIXED),
    ]


@pytest.mark.parametrize("text", ["include: other.yml\n", "deploy:\n  trigger: shop/gitops\n"])
def test_what_gitlab_takes_from_elsewhere_may_write(text: str, tmp_path: Path) -> None:
    assert isinstance(pipeline(tmp_path, text, GITLAB).writes, Unknown)


@pytest.mark.parametrize("path", ["Jenkinsfile", ".circleci/config.yml", "renovate.json", "ops/cloudbuild.yaml"])
def test_a_definition_that_is_not_read_may_write(path: str, tmp_path: Path) -> None:
    assert isinstance(pipeline(tmp_path, "{}", path).writes, Unknown)


def test_a_restart_is_seen(tmp_path: Path) -> None:
    assert isinstance(pipeline(tmp_path, steps("run: kubectl rollout restart deployment/web")).restarts, Known)
