"""What Argo CD and Flux keep applied is judged as they deploy it, and what they take from elsewhere has a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Environment, Known, Release, Workload
from infraaudit.readers.delivery.reader import read
from infraaudit.readers.reading import UnitState
from infraaudit.source.file import find_files

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.readers.reading import Reading

OTHER = "https://git.example.com/x/other"
HERE = "https://git.example.com/shop/platform.git"
WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  template: {spec: {containers: [{name: web, image: 'shop/web:1'}]}}
"""
CHART = {
    "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
    "charts/web/values.yaml": "replicas: 1\nimage: {tag: '1'}\n",
    "charts/web/values-prod.yaml": "replicas: 3\n",
    "charts/web/templates/web.yaml": (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: '{{ .Release.Name }}'}\nspec:\n"
        "  replicas: {{ .Values.replicas }}\n"
        "  template: {spec: {containers: [{name: web, image: 'shop/web:{{ .Values.image.tag }}'}]}}\n"
    ),
}


def tree(root: Path, files: dict[str, str]) -> Reading:
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return read(find_files(root))


def application(name: str, source: str, namespace: str = "shop", repository: str = HERE) -> str:
    return (
        f"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}, namespace: argocd}}\nspec:\n"
        f"  destination: {{namespace: {namespace}, server: https://kubernetes.default.svc}}\n"
        f"  source:\n    repoURL: {repository}\n{source}"
    )


def workloads(reading: Reading) -> dict[str, tuple[object, str]]:
    """Return the copies and the image of each workload by its deployment and address."""
    return {
        f"{each.deployment.id} {each.address}": (
            each.replicas.value if isinstance(each.replicas, Known) else None,
            each.containers[0].image.value if isinstance(each.containers[0].image, Known) else "",
        )
        for each in reading.entities
        if isinstance(each, Workload)
    }


def rows(reading: Reading, state: UnitState) -> list[str]:
    return [f"{each.name}: {each.why}" for each in reading.units if each.kind == "release" and each.state is state]


def test_a_chart_is_judged_with_the_values_of_its_application_and_not_by_itself_too(tmp_path: Path) -> None:
    source = (
        "    path: charts/web\n    helm:\n      releaseName: shop\n      valueFiles: [values-prod.yaml]\n"
        "      values: |\n        image: {tag: '2'}\n"
        "      parameters: [{name: image.tag, value: '7', forceString: true}]\n"
    )
    found = tree(tmp_path, {**CHART, "apps/web.yaml": application("web-prod", source)})
    assert workloads(found) == {"argo-cd:charts/web:web-prod Deployment/shop/shop": (3, "shop/web:7")}
    assert rows(found, UnitState.RESOLVED) == [
        "Application/argocd/web-prod: it is followed to charts/web, which is judged as it is deployed by it"
    ]
    (release,) = [each for each in found.entities if isinstance(each, Release)]
    assert [each.folder for each in release.sources] == ["charts/web"]
    (environment,) = {each.deployment.environment for each in found.entities if isinstance(each, Workload)}
    assert environment is Environment.PRODUCTION


def test_each_application_of_a_chart_is_a_deployment(tmp_path: Path) -> None:
    objects = "".join(
        "---\n" + application(name, f"    path: charts/web\n    helm: {{valuesObject: {{replicas: {copies}}}}}\n")
        for name, copies in (("dev", 1), ("live", 4))
    )
    found = tree(tmp_path, {**CHART, "apps.yaml": objects})
    assert {key: copies for key, (copies, _) in workloads(found).items()} == {
        "argo-cd:charts/web:dev Deployment/shop/dev": 1,
        "argo-cd:charts/web:live Deployment/shop/live": 4,
    }


def test_an_overlay_is_built_as_its_application_applies_it(tmp_path: Path) -> None:
    source = (
        "    path: overlays/prod\n    kustomize:\n      namePrefix: eu-\n      images: ['shop/web=registry/web:9']\n"
        "      patches: [{target: {kind: Deployment}, patch: '[{op: replace, path: /spec/replicas, value: 5}]'}]\n"
    )
    files = {
        "base/kustomization.yaml": "resources: [web.yaml]\n",
        "base/web.yaml": WEB,
        "overlays/prod/kustomization.yaml": "resources: [../../base]\nreplicas: [{name: web, count: 2}]\n",
        "app.yaml": application("web", source),
    }
    assert workloads(tree(tmp_path, files)) == {
        "argo-cd:overlays/prod:web Deployment/shop/eu-web": (5, "registry/web:9")
    }


def test_plain_manifests_belong_to_the_application_that_takes_them(tmp_path: Path) -> None:
    files = {
        "k8s/web.yaml": WEB,
        "k8s/more/worker.yaml": WEB.replace("name: web}", "name: worker}"),
        "app.yaml": application("web", "    path: k8s\n"),
    }
    assert set(workloads(tree(tmp_path, files))) == {
        "argo-cd:k8s:web Deployment/shop/web",
        "kubernetes:k8s Deployment/default/worker",
    }
    files["app.yaml"] = application(
        "web", "    path: k8s\n    directory: {recurse: true, exclude: '{more/x*,none.yaml}'}\n"
    )
    assert set(workloads(tree(tmp_path, files))) == {
        "argo-cd:k8s:web Deployment/shop/web",
        "argo-cd:k8s:web Deployment/shop/worker",
    }


def test_applications_that_a_chart_makes_are_followed_in_their_turn(tmp_path: Path) -> None:
    child = application("{{ .Values.name }}", "    path: charts/web\n    helm: {valuesObject: {replicas: 6}}\n")
    files = {
        **CHART,
        "charts/apps/Chart.yaml": "apiVersion: v2\nname: apps\nversion: 0.1.0\n",
        "charts/apps/values.yaml": "name: none\n",
        "charts/apps/templates/web.yaml": child,
        "root.yaml": application("root", "    path: charts/apps\n    helm: {valuesObject: {name: web-live}}\n"),
    }
    found = tree(tmp_path, files)
    assert workloads(found) == {"argo-cd:charts/web:web-live Deployment/shop/web-live": (6, "shop/web:1")}


def test_what_stands_elsewhere_has_a_row_and_leaves_a_gap(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text(
        '[core]\n[remote "origin"]\n\turl = git@git.example.com:me/platform.git\n'
    )
    files = {
        **CHART,
        "a.yaml": application("other", "    path: charts/web\n", repository=OTHER.replace("//", "//user:hidden@")),
        "b.yaml": application("gone", "    path: charts/gone\n"),
        "c.yaml": application("packed", "    chart: redis\n", repository="https://charts.example.com"),
        "d.yaml": application("made", "    path: charts/web\n    plugin: {name: own}\n"),
        "e.yaml": application("lacking", "    path: charts/web\n    helm: {valueFiles: [values-none.yaml]}\n"),
    }
    found = tree(tmp_path, files)
    assert rows(found, UnitState.MISSING) == [
        f"Application/argocd/other: charts/web of {OTHER} is not in the scanned folder and is never fetched",
        f"Application/argocd/gone: charts/gone of {HERE} is not in the scanned folder",
        (
            "Application/argocd/packed: the chart redis of a repository of charts"
            " is not in the scanned folder and is never fetched"
        ),
        "Application/argocd/made: a plugin of Argo CD makes its objects, and that is never started",
        (
            "Application/argocd/lacking: the values file charts/web/values-none.yaml, which it names,"
            " is not in the scanned folder"
        ),
    ]
    assert len([each for each in found.problems if each.leaves_gap]) == 5
    assert set(workloads(found)) == {
        "helm:charts/web:values.yaml Deployment/default/release-name",
        "helm:charts/web:values-prod.yaml Deployment/default/release-name",
    }


def test_values_may_come_from_another_source_of_the_same_repository(tmp_path: Path) -> None:
    text = (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web, namespace: argocd}\nspec:\n"
        "  destination: {namespace: shop}\n  sources:\n"
        f"    - {{repoURL: {HERE}, path: charts/web, helm: {{valueFiles: [$here/env/prod.yaml]}}}}\n"
        f"    - {{repoURL: {HERE}, ref: here}}\n"
    )
    found = tree(tmp_path, {**CHART, "env/prod.yaml": "replicas: 8\n", "app.yaml": text})
    assert workloads(found) == {"argo-cd:charts/web:web Deployment/shop/web": (8, "shop/web:1")}


def application_set(generators: str, name: str, path: str) -> str:
    lines = application(name, f"    path: {path}\n").splitlines()[2:]
    body = "\n".join(f"    {line}" for line in lines)
    return (
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: all, namespace: argocd}\nspec:\n"
        f"  generators: {generators}\n  template:\n{body}\n"
    )


def test_an_application_set_makes_an_application_for_each_element_of_a_list(tmp_path: Path) -> None:
    elements = (
        "[{list: {elements: [{name: one, values: {copies: 2}}, {name: two, values: {copies: 3}}]}}, {clusters: {}}]"
    )
    text = application_set(elements, "'web-{{name}}'", "charts/web")
    text += "        helm: {parameters: [{name: replicas, value: '{{values.copies}}'}]}\n"
    found = tree(tmp_path, {**CHART, "set.yaml": text})
    assert {key: copies for key, (copies, _) in workloads(found).items()} == {
        "argo-cd:charts/web:web-one Deployment/shop/web-one": 2,
        "argo-cd:charts/web:web-two Deployment/shop/web-two": 3,
    }
    assert rows(found, UnitState.MISSING) == [
        "ApplicationSet/argocd/all: what its generator 'clusters' finds stands outside of the scanned folder"
    ]


def test_an_application_set_makes_an_application_for_each_folder_that_it_chooses(tmp_path: Path) -> None:
    git = f"[{{git: {{repoURL: {HERE}, directories: [{{path: teams/*}}, {{path: teams/old, exclude: true}}]}}}}]"
    text = application_set(git, "'{{ .path.basename }}'", "'{{ .path.path }}'")
    files = {"teams/a/web.yaml": WEB, "teams/old/web.yaml": WEB, "set.yaml": text}
    assert set(workloads(tree(tmp_path, files))) == {
        "argo-cd:teams/a:a Deployment/shop/web",
        "kubernetes:teams/old Deployment/default/web",
    }


def test_an_application_set_takes_values_from_files(tmp_path: Path) -> None:
    matrix = (
        f"[{{matrix: {{generators: [{{git: {{repoURL: {HERE}, files: [{{path: 'env/**/config.json'}}]}}}},"
        " {list: {elements: [{part: web}]}}]}}]"
    )
    text = application_set(matrix, "'{{part}}-{{ stage }}'", "charts/{{part}}")
    found = tree(tmp_path, {**CHART, "env/x/config.json": '{"stage": "prod"}', "set.yaml": text})
    assert set(workloads(found)) == {"argo-cd:charts/web:web-prod Deployment/shop/web-prod"}


FLUX = f"""\
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {{name: platform, namespace: flux-system}}
spec: {{url: {HERE}}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: apps, namespace: flux-system}}
spec:
  path: ./clusters/prod
  targetNamespace: shop
  sourceRef: {{kind: GitRepository, name: platform}}
"""
HELM_RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web}
spec:
  chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: platform, namespace: flux-system}}}
  values: {replicas: 4}
"""


def test_flux_applies_folders_and_the_releases_in_them(tmp_path: Path) -> None:
    files = {
        **CHART,
        "flux/all.yaml": FLUX,
        "clusters/prod/release.yaml": HELM_RELEASE,
        "clusters/prod/db/db.yaml": WEB,
    }
    assert workloads(tree(tmp_path, files)) == {
        "flux:clusters/prod:apps Deployment/shop/web": (1, "shop/web:1"),
        "flux:charts/web:web Deployment/shop/web": (4, "shop/web:1"),
    }


def test_values_that_a_cluster_holds_leave_open_what_they_may_set(tmp_path: Path) -> None:
    release = (
        HELM_RELEASE.replace("{replicas: 4}", "{image: {tag: '3'}}") + "  valuesFrom: [{kind: ConfigMap, name: more}]\n"
    )
    found = tree(tmp_path, {**CHART, "all.yaml": f"{FLUX}---\n{release}", "clusters/prod/none.yaml": WEB})
    found_workloads = {key: value for key, value in workloads(found).items() if key.startswith("flux:charts")}
    assert found_workloads == {"flux:charts/web:web Deployment/default/web": (None, "shop/web:3")}


def test_a_chart_of_a_repository_of_charts_is_never_fetched(tmp_path: Path) -> None:
    release = HELM_RELEASE.replace(
        "GitRepository, name: platform, namespace: flux-system", "HelmRepository, name: bitnami"
    )
    found = tree(tmp_path, {"all.yaml": release})
    assert rows(found, UnitState.MISSING) == [
        (
            "HelmRelease/default/web: what its HelmRepository bitnami brings"
            " is not in the scanned folder and is never fetched"
        )
    ]
