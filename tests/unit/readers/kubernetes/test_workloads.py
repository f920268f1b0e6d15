"""What a pod template says about copies, rollouts and what selects them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.model import Absent, Known, Unknown, Workload
from tests.unit.readers.kubernetes.trees import deployment, only, read_files

if TYPE_CHECKING:
    from pathlib import Path

POD = "containers: [{name: app, image: app}]"


def workload(root: Path, text: str) -> Workload:
    return only(read_files(root, a=text), Workload)


def of_kind(kind: str, version: str, spec: str) -> str:
    return f"apiVersion: {version}\nkind: {kind}\nmetadata:\n  name: a\nspec: {spec}\n"


def test_stated_values_know_their_exact_place(tmp_path: Path) -> None:
    text = """\
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
          namespace: shop
        spec:
          replicas: 3
          strategy:
            rollingUpdate:
              maxSurge: 1
          template:
            metadata:
              labels: {app: web, tier: "1"}
            spec:
              terminationGracePeriodSeconds: 45
              hostNetwork: true
              containers: []
        """
    found = workload(tmp_path, text)
    assert found.address == "Deployment/shop/web"
    assert (found.at.start_line, found.at.start_column, found.at.end_column) == (4, 9, 12)
    assert isinstance(found.replicas, Known)
    assert (found.replicas.value, found.replicas.stated) == (3, True)
    assert (found.replicas.at.start_line, found.replicas.at.start_column) == (7, 13)
    assert isinstance(found.surge, Known)
    assert found.surge.value == "1"
    assert isinstance(found.stop_grace, Known)
    assert found.stop_grace.value == 45
    assert isinstance(found.host_network, Known)
    assert found.host_network.value is True
    assert found.labels == (("app", "web"), ("tier", "1"))


def test_defaults_are_not_stated_and_name_their_fact(tmp_path: Path) -> None:
    found = workload(tmp_path, deployment("web"))
    for value, expected in ((found.replicas, 1), (found.surge, "25%"), (found.stop_grace, 30)):
        assert isinstance(value, Known)
        assert (value.value, value.stated) == (expected, False)
        assert value.fact


def test_copies_that_another_program_fills_in_are_unknown(tmp_path: Path) -> None:
    found = workload(tmp_path, deployment("web", spec="replicas: '${REPLICAS}'"))
    assert isinstance(found.replicas, Unknown)


def test_recreation_has_no_surge(tmp_path: Path) -> None:
    found = workload(tmp_path, deployment("web", spec="strategy: {type: Recreate}"))
    assert found.recreate
    assert isinstance(found.surge, Known)
    assert found.surge.value == "0"


@pytest.mark.parametrize(
    ("kind", "version", "spec", "copies", "once", "per_node", "stateful"),
    [
        ("StatefulSet", "apps/v1", f"{{template: {{spec: {{{POD}}}}}}}", 1, False, False, True),
        ("DaemonSet", "apps/v1", f"{{template: {{spec: {{{POD}}}}}}}", None, False, True, False),
        ("ReplicationController", "v1", f"{{replicas: 2, template: {{spec: {{{POD}}}}}}}", 2, False, False, False),
        ("Job", "batch/v1", f"{{parallelism: 4, template: {{spec: {{{POD}}}}}}}", 4, True, False, False),
        ("CronJob", "batch/v1", f"{{jobTemplate: {{spec: {{template: {{spec: {{{POD}}}}}}}}}}}", 1, True, False, False),
        ("Pod", "v1", f"{{{POD}}}", 1, False, False, False),
        ("Rollout", "argoproj.io/v1alpha1", f"{{template: {{spec: {{{POD}}}}}}}", 1, False, False, False),
        ("Service", "serving.knative.dev/v1", f"{{template: {{spec: {{{POD}}}}}}}", None, False, False, False),
    ],
)
def test_each_kind_runs_its_own_number_of_copies(  # noqa: PLR0913, PLR0917 - a table of kinds
    tmp_path: Path,
    kind: str,
    version: str,
    spec: str,
    copies: int | None,
    once: bool,  # noqa: FBT001 - a column of the table
    per_node: bool,  # noqa: FBT001 - a column of the table
    stateful: bool,  # noqa: FBT001 - a column of the table
) -> None:
    found = workload(tmp_path, of_kind(kind, version, spec))
    assert found.kind == kind
    assert (found.replicas.value if isinstance(found.replicas, Known) else None) == copies
    assert (found.runs_once, found.per_node, found.stateful) == (once, per_node, stateful)
    assert [each.address for each in found.containers] == [f"{kind}/default/a[app]"]


def test_a_bare_pod_is_never_rolled_out(tmp_path: Path) -> None:
    assert isinstance(workload(tmp_path, of_kind("Pod", "v1", f"{{{POD}}}")).surge, Absent)


def test_labels_that_a_template_fills_in_cannot_be_told(tmp_path: Path) -> None:
    text = of_kind("Pod", "v1", f"{{{POD}}}").replace("  name: a\n", "  name: a\n  labels: {app: '{{ x }}'}\n")
    assert workload(tmp_path, text).labels is None


@pytest.mark.parametrize(("mode", "reason"), [("ReadWriteOnce", "an exclusive volume"), ("ReadWriteMany", "")])
def test_one_copy_is_right_on_an_exclusive_volume(tmp_path: Path, mode: str, reason: str) -> None:
    pod = f"{POD}, volumes: [{{name: data, persistentVolumeClaim: {{claimName: data}}}}]"
    claim = (
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\n"
        f"spec: {{accessModes: [{mode}], resources: {{requests: {{storage: 1Gi}}}}}}\n"
    )
    text = f"{claim}---\n{deployment('web', pod, 'strategy: {type: Recreate}')}"
    assert workload(tmp_path, text).single_by_design.startswith(reason)
    assert bool(workload(tmp_path, text).single_by_design) is bool(reason)


@pytest.mark.parametrize(
    ("argument", "elects"), [("--leader-elect", True), ("--leader-elect=true", True), ("--leader-elect=false", False)]
)
def test_leader_election_says_why_one_copy_works(tmp_path: Path, argument: str, elects: bool) -> None:  # noqa: FBT001
    text = deployment("web", f"containers: [{{name: a, image: a, args: ['{argument}']}}]")
    assert (workload(tmp_path, text).single_by_design == "leader election") is elects


def test_sidecars_are_containers_and_other_init_containers_are_not(tmp_path: Path) -> None:
    pod = f"{POD}, initContainers: [{{name: proxy, image: p, restartPolicy: Always}}, {{name: setup, image: s}}]"
    found = workload(tmp_path, deployment("web", pod))
    assert [each.name for each in found.containers] == ["app", "proxy"]
    assert [each.name for each in found.init_containers] == ["setup"]
