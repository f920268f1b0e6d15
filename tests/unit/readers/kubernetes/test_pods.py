"""What a pod says of where it runs, how it stops, what it may do and what it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.model import Absent, HookKind, Known, Unknown, Workload, known_value
from tests.unit.readers.kubernetes.trees import all_of, deployment, only, read_files

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.model import Container, Hardening, StopHook


def workload(root: Path, pod: str = "", spec: str = "") -> Workload:
    extra = f", {pod}" if pod else ""
    text = deployment("web", f"containers: [{{name: app, image: app}}]{extra}", spec)
    return only(read_files(root, web=text), Workload)


def container(root: Path, body: str, pod: str = "") -> Container:
    extra = f", {pod}" if pod else ""
    return only(
        read_files(root, web=deployment("web", f"containers: [{{name: app, image: app, {body}}}]{extra}")), Workload
    ).containers[0]


def test_affinity_keeps_hard_and_soft_and_for_and_against_apart(tmp_path: Path) -> None:
    term = "{topologyKey: zone, labelSelector: {matchLabels: {app: web}}}"
    found = workload(
        tmp_path,
        "affinity: {podAntiAffinity: {"
        f"requiredDuringSchedulingIgnoredDuringExecution: [{term}],"
        f"preferredDuringSchedulingIgnoredDuringExecution: [{{weight: 1, podAffinityTerm: {term}}}]}},"
        f"podAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: [{{topologyKey: host}}]}}}}",
    )
    assert found.placement is not None
    assert [(each.apart, each.required, known_value(each.topology_key)) for each in found.placement.pods] == [
        (False, True, "host"),
        (True, True, "zone"),
        (True, False, "zone"),
    ]
    without, written, _ = found.placement.pods
    assert isinstance(without.selector, Absent)
    assert isinstance(written.selector, Known)
    assert written.selector.value.selects((("app", "web"),))
    assert found.placement.complete


def test_spread_node_choice_and_tolerations(tmp_path: Path) -> None:
    found = workload(
        tmp_path,
        "nodeSelector: {disk: ssd}, tolerations: [{key: spot, operator: Exists, effect: NoSchedule}],"
        "topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule,"
        "labelSelector: {matchExpressions: [{key: app, operator: In, values: [web, api]}]}}],"
        "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
        '[{matchExpressions: [{key: cores, operator: Gt, values: ["4"]}]}]}}}',
    ).placement
    assert found is not None
    (constraint,), (node,), (toleration,) = found.spread, found.nodes, found.tolerations
    assert found.node_selector == (("disk", "ssd"),)
    assert (known_value(constraint.max_skew), known_value(constraint.required)) == (1, True)
    assert isinstance(constraint.selector, Known)
    assert constraint.selector.value.selects((("app", "api"),))
    assert not constraint.selector.value.selects(())
    assert isinstance(node.selector, Known)
    assert node.selector.value.selects((("cores", "8"),))
    assert not node.selector.value.selects((("cores", "4"),))
    assert (toleration.key, toleration.operator, toleration.effect) == ("spot", "Exists", "NoSchedule")


def test_a_placeholder_in_a_selector_leaves_it_untold(tmp_path: Path) -> None:
    found = workload(tmp_path, 'topologySpreadConstraints: [{labelSelector: {matchLabels: {app: "${NAME}"}}}]')
    assert found.placement is not None
    assert isinstance(found.placement.spread[0].selector, Unknown)


def test_a_rollout_has_the_defaults_of_its_kind(tmp_path: Path) -> None:
    found = workload(tmp_path, spec="minReadySeconds: 5, strategy: {rollingUpdate: {maxSurge: 2}}").rollout
    assert found is not None
    assert (known_value(found.strategy), known_value(found.max_unavailable), known_value(found.max_surge)) == (
        "RollingUpdate",
        "25%",
        "2",
    )
    assert (known_value(found.min_ready), known_value(found.progress_deadline)) == (5, 600)


def test_recreation_knows_no_numbers(tmp_path: Path) -> None:
    found = workload(tmp_path, spec="strategy: {type: Recreate}").rollout
    assert found is not None
    assert isinstance(found.max_unavailable, Absent)
    assert isinstance(found.max_surge, Absent)


def test_the_rollout_of_argo_tells_its_analysis(tmp_path: Path) -> None:
    text = (
        "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: web}\nspec:\n"
        "  template: {spec: {containers: [{name: app, image: app}]}}\n"
        "  strategy: {canary: {maxSurge: 1, steps: [{setWeight: 20}, {analysis: {templates: []}}]}}\n"
    )
    found = only(read_files(tmp_path, web=text), Workload)
    assert found.rollout is not None
    assert (known_value(found.rollout.strategy), found.rollout.auto_stop) == ("Canary", "an analysis")


def test_jobs_and_their_clock(tmp_path: Path) -> None:
    text = (
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: night}\nspec:\n"
        "  schedule: '0 3 * * *'\n  concurrencyPolicy: Forbid\n"
        "  jobTemplate: {spec: {ttlSecondsAfterFinished: 60, template: "
        "{spec: {restartPolicy: Never, containers: [{name: app, image: app}]}}}}\n"
    )
    found = only(read_files(tmp_path, night=text), Workload)
    assert found.schedule is not None
    assert known_value(found.schedule.cron) == "0 3 * * *"
    assert known_value(found.schedule.concurrency) == "Forbid"
    assert (known_value(found.schedule.backoff_limit), known_value(found.schedule.keep_finished)) == (6, 60)
    assert known_value(found.schedule.restart) == "Never"
    assert isinstance(found.schedule.starting_deadline, Absent)


def hook(root: Path, written: str) -> StopHook:
    found = container(root, f"lifecycle: {{preStop: {written}}}").stop_hook
    assert isinstance(found, Known)
    return found.value


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("{sleep: {seconds: 7}}", 7),
        ("{exec: {command: [sleep, '10']}}", 10),
        ("{exec: {command: [/bin/sleep, 2m]}}", 120),
        ("{exec: {command: [/bin/sh, -c, 'sleep 5; nginx -s quit']}}", 5),
        ("{exec: {command: [bash, -c, 'touch /tmp/x && sleep 3 && sleep 4']}}", 7),
    ],
)
def test_how_long_a_stop_hook_waits(tmp_path: Path, written: str, seconds: int) -> None:
    assert known_value(hook(tmp_path, written).delay) == seconds


@pytest.mark.parametrize(
    "written",
    ["{exec: {command: [/drain]}}", "{httpGet: {path: /quit, port: 80}}", "{exec: {command: [sh, -c, 'sleep $WAIT']}}"],
)
def test_how_long_another_hook_takes_is_not_told(tmp_path: Path, written: str) -> None:
    assert isinstance(hook(tmp_path, written).delay, Unknown)


def test_a_request_as_stop_hook(tmp_path: Path) -> None:
    assert hook(tmp_path, "{httpGet: {path: /quit, port: 80}}").kind is HookKind.HTTP


def hardening(root: Path, body: str, pod: str = "") -> Hardening:
    found = container(root, body, pod).hardening
    assert found is not None
    return found


def test_security_settings_of_the_pod_hold_unless_the_container_has_its_own(tmp_path: Path) -> None:
    found = hardening(
        tmp_path,
        "securityContext: {runAsUser: 7, readOnlyRootFilesystem: true, "
        "capabilities: {drop: [all], add: [CAP_NET_ADMIN]}}",
        "securityContext: {runAsUser: 1, runAsGroup: 2, runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}",
    )
    assert (known_value(found.user), known_value(found.group), known_value(found.run_as_non_root)) == (7, 2, True)
    assert known_value(found.seccomp.kind) == "RuntimeDefault"
    assert [known_value(each) for each in found.capabilities.dropped] == ["ALL"]
    assert [known_value(each) for each in found.capabilities.added] == ["NET_ADMIN"]
    assert known_value(found.read_only_root) is True
    assert isinstance(found.escalation, Absent)


def test_a_pod_says_what_it_shares_with_its_machine(tmp_path: Path) -> None:
    found = workload(
        tmp_path, "hostPID: true, hostUsers: false, securityContext: {sysctls: [{name: net.core.somaxconn}]}"
    )
    assert found.hardening is not None
    assert found.hardening.host_process_ids.settled().value is True
    assert found.hardening.host_messages.settled().value is False
    assert found.hardening.user_namespace.settled().value is True
    assert [known_value(each) for each in found.hardening.system_controls] == ["net.core.somaxconn"]


def test_the_objects_that_a_pod_names(tmp_path: Path) -> None:
    pod = (
        "serviceAccountName: robot, imagePullSecrets: [{name: pull}], containers: [{name: app, image: app,"
        "envFrom: [{configMapRef: {name: all, optional: true}}],"
        "env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}]}],"
        "volumes: [{name: data, persistentVolumeClaim: {claimName: claim}},"
        "{name: both, projected: {sources: [{configMap: {name: files, items: [{key: a, path: a}]}}]}}]"
    )
    found = only(read_files(tmp_path, web=deployment("web", pod)), Workload).references
    assert [
        (each.kind, known_value(each.name), known_value(each.key), known_value(each.optional)) for each in found
    ] == [
        ("ServiceAccount", "robot", None, False),
        ("Secret", "pull", None, True),
        ("PersistentVolumeClaim", "claim", None, False),
        ("ConfigMap", "files", "a", False),
        ("ConfigMap", "all", None, True),
        ("Secret", "db", "password", False),
    ]
    assert found[-1].use == "the variable PASSWORD"
    assert found[-1].container == "Deployment/default/web[app]"


def test_an_init_container_that_goes_on_is_a_sidecar(tmp_path: Path) -> None:
    pod = (
        "containers: [{name: app, image: app}],"
        "initContainers: [{name: once, image: a}, {name: proxy, image: b, restartPolicy: Always}]"
    )
    found = only(read_files(tmp_path, web=deployment("web", pod)), Workload)
    assert [(each.name, each.sidecar) for each in found.containers] == [("app", False), ("proxy", True)]
    assert [each.name for each in found.init_containers] == ["once"]


def test_ephemeral_storage_and_scratch_volumes(tmp_path: Path) -> None:
    pod = (
        "containers: [{name: app, image: app, resources: {limits: {ephemeral-storage: 1Gi}}}],"
        "volumes: [{name: tmp, emptyDir: {medium: Memory, sizeLimit: 64Mi}}]"
    )
    found = only(read_files(tmp_path, web=deployment("web", pod)), Workload)
    (volume,) = found.volumes
    assert volume.size_limit is not None
    assert volume.medium is not None
    assert (known_value(volume.size_limit), known_value(volume.medium)) == (64 * 2**20, "Memory")
    request = found.containers[0].ephemeral_request
    assert isinstance(request, Known)
    assert (request.value, request.stated) == (2**30, False)


def test_claims_of_each_copy(tmp_path: Path) -> None:
    text = (
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n"
        "  persistentVolumeClaimRetentionPolicy: {whenScaled: Delete}\n"
        "  template: {spec: {containers: [{name: db, image: postgres}]}}\n"
        "  volumeClaimTemplates:\n  - metadata: {name: data}\n"
        "    spec: {accessModes: [ReadWriteOnce], storageClassName: fast, resources: {requests: {storage: 10Gi}}}\n"
    )
    (found,) = all_of(read_files(tmp_path, db=text), Workload)
    (template,) = found.claim_templates
    assert (template.name, known_value(template.claim.storage_class)) == ("data", "fast")
    assert known_value(template.claim.size) == 10 * 2**30
    assert found.claim_retention is not None
    assert known_value(found.claim_retention.when_scaled) == "Delete"
    assert isinstance(found.claim_retention.when_deleted, Absent)
