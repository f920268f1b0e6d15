"""What a container of a pod is given: image, command, variables, ports, probes, resources, mounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.model import Absent, Container, Known, ProbeKind, Unknown, VolumeKind, Workload, known_value
from tests.unit.readers.kubernetes.trees import all_of, deployment, read_files

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata:\n  MODE: fast\n  LEVEL: '3'\n"
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: keys}\nstringData: {TOKEN: not-to-be-seen}\n"  # noqa: S105


def container(root: Path, body: str, pod: str = "", others: str = "") -> Container:
    rest = f", {pod}" if pod else ""
    text = deployment("web", f"containers: [{{name: app, {body}}}]{rest}")
    (workload,) = all_of(read_files(root, a=f"{others}---\n{text}"), Workload)
    return workload.containers[0]


def test_command_and_arguments_are_entrypoint_and_command(tmp_path: Path) -> None:
    found = container(tmp_path, "image: app:1, command: [run], args: ['--port=$(PORT)', 8080]")
    assert known_value(found.image) == "app:1"
    assert isinstance(found.entrypoint, Known)
    assert found.entrypoint.value.words == ("run",)
    assert isinstance(found.command, Known)
    assert found.command.value.words == ("--port=$(PORT)", "8080")


def test_an_empty_command_is_none(tmp_path: Path) -> None:
    found = container(tmp_path, "image: a, command: [], args: 'a b'")
    assert isinstance(found.entrypoint, Absent)
    assert isinstance(found.command, Unknown)


@pytest.mark.parametrize("image", ["'{{ image }}'", "'shop/web:${TAG}'"])
def test_an_image_with_a_placeholder_is_unknown(tmp_path: Path, image: str) -> None:
    assert isinstance(container(tmp_path, f"image: {image}").image, Unknown)


def test_what_is_missing_is_missing_at_the_name_of_the_container(tmp_path: Path) -> None:
    found = container(tmp_path, "image: a")
    for value in (found.liveness, found.cpu_limit, found.user):
        assert isinstance(value, Absent)
        assert value.at == found.at


def test_variables_from_a_config_map_stand_at_the_reference_and_remember_the_map(tmp_path: Path) -> None:
    body = "env: [{name: A, valueFrom: {configMapKeyRef: {name: settings, key: MODE}}}]"
    variable = container(tmp_path, body, others=CONFIG).environment[0]
    assert isinstance(variable.value, Known)
    assert variable.value.value == "fast"
    assert [(step.what, step.at.start_line) for step in variable.value.at.trail] == [("ConfigMap settings", 5)]


@pytest.mark.parametrize(
    "reference", ["configMapKeyRef: {name: settings, key: GONE}", "configMapKeyRef: {name: other, key: MODE}"]
)
def test_a_key_that_is_not_there_is_unknown(tmp_path: Path, reference: str) -> None:
    variable = container(tmp_path, f"env: [{{name: A, valueFrom: {{{reference}}}}}]", others=CONFIG).environment[0]
    assert isinstance(variable.value, Unknown)


def test_all_keys_of_a_config_map_come_before_the_listed_variables(tmp_path: Path) -> None:
    body = "envFrom: [{prefix: X_, configMapRef: {name: settings}}], env: [{name: X_MODE, value: slow}, {name: EMPTY}]"
    found = container(tmp_path, body, others=CONFIG)
    assert [each.name for each in found.environment] == ["X_MODE", "X_LEVEL", "X_MODE", "EMPTY"]
    winner = found.variable("X_MODE")
    assert winner is not None
    assert known_value(winner.value) == "slow"
    assert known_value(found.environment[3].value) == ""
    assert found.environment_complete


def test_a_source_from_elsewhere_leaves_the_variables_incomplete(tmp_path: Path) -> None:
    found = container(tmp_path, "envFrom: [{configMapRef: {name: elsewhere}}]", others=CONFIG)
    assert not found.environment_complete


def test_a_secret_gives_names_and_never_values(tmp_path: Path) -> None:
    body = "envFrom: [{secretRef: {name: keys}}], env: [{name: T, valueFrom: {secretKeyRef: {name: keys, key: TOKEN}}}]"
    found = container(tmp_path, body, others=SECRET)
    assert [(each.name, each.secret_ref) for each in found.environment] == [
        ("TOKEN", "keys/TOKEN"),
        ("T", "keys/TOKEN"),
    ]
    assert all(isinstance(each.value, Unknown) for each in found.environment)
    assert "not-to-be-seen" not in repr(found)
    assert found.environment_complete


def test_a_config_map_of_another_deployment_is_not_used(tmp_path: Path) -> None:
    text = deployment(
        "web", "containers: [{name: a, env: [{name: A, valueFrom: {configMapKeyRef: {name: settings, key: MODE}}}]}]"
    )
    (workload,) = all_of(read_files(tmp_path, one__web=text, two__settings=CONFIG), Workload)
    assert isinstance(workload.containers[0].environment[0].value, Unknown)


def test_a_field_of_the_pod_is_known_only_when_it_runs(tmp_path: Path) -> None:
    body = "env: [{name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]"
    value = container(tmp_path, body).environment[0].value
    assert isinstance(value, Unknown)
    assert "status.podIP" in value.why


def test_ports_have_names_protocols_and_host_ports(tmp_path: Path) -> None:
    first = "{containerPort: 80, name: http, hostPort: 8080, hostIP: 127.0.0.1}"
    http, dns = container(tmp_path, f"ports: [{first}, {{containerPort: 53, protocol: UDP}}]").ports
    assert (known_value(http.number), http.name, http.host_address) == (80, "http", "127.0.0.1")
    assert isinstance(http.published, Known)
    assert http.published.value == 8080
    assert (dns.protocol, isinstance(dns.published, Absent)) == ("udp", True)


def test_probes_of_all_four_kinds(tmp_path: Path) -> None:
    body = (
        "readinessProbe: {httpGet: {path: /ok, port: http}, periodSeconds: 5}, "
        "livenessProbe: {exec: {command: [check]}, timeoutSeconds: 2}, startupProbe: {grpc: {port: 9}}"
    )
    found = container(tmp_path, body)
    assert isinstance(found.readiness, Known)
    assert isinstance(found.liveness, Known)
    assert isinstance(found.startup, Known)
    ready, live, start = found.readiness.value, found.liveness.value, found.startup.value
    assert (ready.kind, live.kind, start.kind) == (ProbeKind.HTTP, ProbeKind.EXEC, ProbeKind.GRPC)
    assert isinstance(ready.port, Known)
    assert isinstance(ready.path, Known)
    assert (ready.port.value, ready.path.value) == ("http", "/ok")
    assert isinstance(ready.period, Known)
    assert isinstance(ready.timeout, Known)
    assert (ready.timeout.value, ready.timeout.stated) == (1, False)
    assert isinstance(live.command, Known)
    assert live.command.value.words == ("check",)


def test_a_probe_without_a_question_is_unknown(tmp_path: Path) -> None:
    assert isinstance(container(tmp_path, "readinessProbe: {periodSeconds: 5}").readiness, Unknown)


def test_quantities_are_thousandths_and_bytes(tmp_path: Path) -> None:
    found = container(tmp_path, "resources: {requests: {cpu: 250m, memory: 64Mi}, limits: {cpu: 0.5, memory: 1G}}")
    values = (found.cpu_request, found.memory_request, found.cpu_limit, found.memory_limit)
    assert [value.value for value in values if isinstance(value, Known)] == [250, 64 * 2**20, 500, 10**9]


def test_a_limit_alone_is_also_the_request(tmp_path: Path) -> None:
    found = container(tmp_path, "resources: {limits: {cpu: 1}}")
    assert isinstance(found.cpu_request, Known)
    assert (found.cpu_request.value, found.cpu_request.stated) == (1000, False)
    assert isinstance(found.memory_request, Absent)


def test_the_container_decides_its_user_before_the_pod_does(tmp_path: Path) -> None:
    pod = "securityContext: {runAsUser: 1000}"
    assert known_value(container(tmp_path, "image: a", pod).user) == "1000"
    assert known_value(container(tmp_path, "securityContext: {runAsUser: 0, privileged: true}", pod).user) == "0"


@pytest.mark.parametrize(
    ("volume", "kind", "source"),
    [
        ("emptyDir: {}", VolumeKind.EPHEMERAL, "v"),
        ("ephemeral: {volumeClaimTemplate: {}}", VolumeKind.EPHEMERAL, "v"),
        ("persistentVolumeClaim: {claimName: data}", VolumeKind.PERSISTENT, "data"),
        ("nfs: {server: s, path: /}", VolumeKind.PERSISTENT, "v"),
        ("hostPath: {path: /var/run}", VolumeKind.HOST_PATH, "/var/run"),
        ("configMap: {name: settings}", VolumeKind.PROJECTED, "settings"),
        ("secret: {secretName: keys}", VolumeKind.PROJECTED, "keys"),
        ("csi: {driver: secrets-store.csi.k8s.io}", VolumeKind.PROJECTED, "v"),
        ("csi: {driver: example.com}", None, "v"),
        ("mystery: {}", None, "v"),
    ],
)
def test_mounts_know_what_becomes_of_their_bytes(
    tmp_path: Path, volume: str, kind: VolumeKind | None, source: str
) -> None:
    body = "volumeMounts: [{name: v, mountPath: /data, readOnly: true, subPath: a}]"
    (mount,) = container(tmp_path, body, f"volumes: [{{name: v, {volume}}}]").mounts
    assert known_value(mount.kind) == kind
    assert (known_value(mount.path), known_value(mount.source)) == ("/data", source)
    assert (mount.read_only, mount.sub_path) == (True, "a")


def test_a_mount_without_a_volume_is_unknown(tmp_path: Path) -> None:
    (mount,) = container(tmp_path, "volumeMounts: [{name: v, mountPath: /data}]").mounts
    assert isinstance(mount.kind, Unknown)


def test_a_claim_template_is_a_persistent_volume(tmp_path: Path) -> None:
    pod = "containers: [{name: a, volumeMounts: [{name: data, mountPath: /data}]}]"
    text = deployment("db", pod, "volumeClaimTemplates: [{metadata: {name: data}}]").replace(
        "Deployment", "StatefulSet"
    )
    (workload,) = all_of(read_files(tmp_path, a=text), Workload)
    assert known_value(workload.containers[0].mounts[0].kind) is VolumeKind.PERSISTENT
