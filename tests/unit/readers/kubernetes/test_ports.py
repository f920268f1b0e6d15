"""Ports whose names or numbers cannot all be told, and what says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.model import Known, Service, Unknown, Workload
from tests.unit.readers.kubernetes.trees import all_of, deployment, read_files

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.model import Container


def container(root: Path, body: str) -> Container:
    (workload,) = all_of(read_files(root, a=deployment("web", f"containers: [{{name: app, {body}}}]")), Workload)
    return workload.containers[0]


def service(root: Path, ports: str) -> Service:
    text = f"apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{ports: {ports}}}\n"
    (found,) = all_of(read_files(root, a=text), Service)
    return found


@pytest.mark.parametrize(
    ("ports", "complete"),
    [
        ("[{name: http, containerPort: 80}]", True),
        ("[{containerPort: 80}]", True),
        ("[]", True),
        ("[{name: '{{ name }}', containerPort: 80}]", False),
        ("[{name: '${PORT_NAME}', containerPort: 80}]", False),
    ],
)
def test_ports_of_a_container_are_complete_when_every_name_is_told(
    tmp_path: Path, ports: str, *, complete: bool
) -> None:
    assert container(tmp_path, f"ports: {ports}").ports_complete is complete


def test_a_container_without_ports_has_told_them_all(tmp_path: Path) -> None:
    assert container(tmp_path, "image: a").ports_complete


@pytest.mark.parametrize(("name", "complete"), [("http", True), ("'{{ name }}'", False)])
def test_ports_of_a_service_are_complete_when_every_name_is_told(tmp_path: Path, name: str, *, complete: bool) -> None:
    assert service(tmp_path, f"[{{name: {name}, port: 80}}]").ports_complete is complete


def test_a_target_with_a_placeholder_is_unknown(tmp_path: Path) -> None:
    assert isinstance(service(tmp_path, "[{port: 80, targetPort: '{{ port }}'}]").ports[0].target, Unknown)


def test_a_probe_of_another_host_asks_no_port_of_the_pod(tmp_path: Path) -> None:
    found = container(tmp_path, "readinessProbe: {httpGet: {host: 127.0.0.1, port: 80}}").readiness
    assert isinstance(found, Known)
    assert isinstance(found.value.port, Unknown)
