"""What ends growth: the number at which each ceiling is reached, in order, and what cannot be told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.analysis.ceilings import bounds_behind, growths
from infraaudit.audit import Settings, audit
from infraaudit.model import Entrance, Known
from tests.golden.outputs import TODAY

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.model import Estate

CLAIM = """\
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: files}
spec: {accessModes: [MODE]}
---
"""
QUOTA = """\
apiVersion: v1
kind: ResourceQuota
metadata: {name: all}
spec: {hard: {pods: "9", requests.cpu: "4"}}
---
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME}
spec:
  replicas: COPIES
  selector: {matchLabels: {app: NAME}}
  template:
    metadata: {labels: {app: NAME}}
    spec:
      containers: [{name: NAME, image: "example.org/NAME:1", resources: {requests: {cpu: CORES}}}]
"""


def deployment(name: str, replicas: int, cpu: str, extra: str = "") -> str:
    """Return a Deployment whose one container asks for CPU."""
    text = DEPLOYMENT.replace("NAME", name).replace("COPIES", str(replicas)).replace("CORES", cpu)
    return f"{text}{extra}---\n"


def estate_of(folder: Path, name: str, text: str) -> Estate:
    (folder / name).write_text(text, encoding="utf-8")
    return audit(folder, Settings(today=TODAY, packs=())).estate


def ceilings(folder: Path, name: str, text: str) -> dict[str, list[tuple[object, str]]]:
    """Return the ceilings of each workload: the number, ``None`` where it cannot be told, and what it is."""
    return {
        row.workload.name: [
            (each.copies.value if isinstance(each.copies, Known) else None, each.what) for each in row.ceilings
        ]
        for row in growths(estate_of(folder, name, text))
    }


NOBODY_SCALES = "the number is fixed, nothing scales it"


def test_what_a_quota_leaves_to_one_is_what_the_others_do_not_take(tmp_path: Path) -> None:
    found = ceilings(tmp_path, "a.yaml", QUOTA + deployment("web", 2, "500m") + deployment("api", 3, "1"))
    assert found["web"][:3] == [
        (2, NOBODY_SCALES),
        (2, "requests.cpu of ResourceQuota all"),
        (6, "pods of ResourceQuota all"),
    ]
    assert found["api"][0] == (3, NOBODY_SCALES)
    assert found["api"][1] == (3, "requests.cpu of ResourceQuota all")


def test_a_cluster_that_is_not_in_the_scan_is_no_ceiling_and_no_freedom(tmp_path: Path) -> None:
    assert (None, "room on the nodes") in ceilings(tmp_path, "a.yaml", deployment("web", 2, "1"))["web"]


def test_a_claim_of_one_node_ends_growth_at_one_and_a_shared_one_does_not(tmp_path: Path) -> None:
    volumes = "      volumes: [{name: f, persistentVolumeClaim: {claimName: files}}]\n"
    for mode, expected in (("ReadWriteOnce", True), ("ReadWriteMany", False)):
        found = ceilings(tmp_path, "a.yaml", CLAIM.replace("MODE", mode) + deployment("web", 1, "1", volumes))
        assert ((1, "one node alone may mount the claim files") in found["web"]) is expected


COMPOSE = """\
services:
  web:
    image: example.org/web:1
    command: gunicorn -w 4 shop.wsgi
    ports: ["80:8000"]
    environment: {DATABASE_URL: "postgresql://u@db/shop"}
  db:
    image: postgres:17
    command: postgres -c max_connections=60
"""


def test_a_port_of_the_machine_belongs_to_one_copy(tmp_path: Path) -> None:
    found = ceilings(tmp_path, "compose.yaml", COMPOSE)["web"]
    assert (1, "one copy alone can have port 80 of the machine") in found


def test_connections_are_shared_out_after_what_is_reserved(tmp_path: Path) -> None:
    estate = estate_of(tmp_path, "compose.yaml", COMPOSE)
    (row,) = (each for each in growths(estate) if each.workload.name == "web")
    ceiling = next(each for each in row.ceilings if each.what.startswith("connections"))
    pool = next(edge.pool for edge in estate.edges if edge.pool is not None)
    assert isinstance(ceiling.copies, Known)
    assert ceiling.copies.value == (60 - 3) // (4 * pool.expected)
    assert f"(60 - 3 reserved) / (4 x {pool.expected}) = {ceiling.copies.value}" in ceiling.sum


def test_behind_an_entrance_what_ends_first_stands_first(tmp_path: Path) -> None:
    estate = estate_of(tmp_path, "compose.yaml", COMPOSE)
    (entrance,) = estate.of(Entrance)
    bounds = bounds_behind(entrance, estate)
    assert [each.factor for each in bounds] == sorted(each.factor for each in bounds)
    assert bounds[0].factor == 1


FUNCTION = """\
resource "aws_lambda_function" "thumbs" {
  function_name = "thumbs"
  role          = "arn:aws:iam::123456789012:role/thumbs"
  handler       = "main.run"
  runtime       = "python3.13"
  filename      = "thumbs.zip"
  reserved_concurrent_executions = 25
}
"""


def test_a_function_grows_to_the_events_that_are_reserved_for_it(tmp_path: Path) -> None:
    assert ceilings(tmp_path, "main.tf", FUNCTION)["thumbs"] == [(25, "events that it may work on at once")]
    shared = FUNCTION.replace("  reserved_concurrent_executions = 25\n", "")
    ((most, what),) = ceilings(tmp_path, "main.tf", shared)["thumbs"]
    assert what == "events that the whole account may work on at once"
    assert most is not None
