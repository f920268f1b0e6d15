"""``infraaudit simulate``: what stops with a loss, and what other numbers change."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from infraaudit.cli.app import execute

if TYPE_CHECKING:
    from pathlib import Path

MANIFESTS = """
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { app: web } }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: registry.shop.example/web:4.2
          env: [{ name: PRICES_URL, value: "http://prices:8000" }]
          ports: [{ containerPort: 8000 }]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  type: LoadBalancer
  selector: { app: web }
  ports: [{ port: 80, targetPort: 8000 }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: prices }
spec:
  replicas: 2
  selector: { matchLabels: { app: prices } }
  template:
    metadata: { labels: { app: prices } }
    spec:
      containers:
        - name: prices
          image: registry.shop.example/prices:1.7
          ports: [{ containerPort: 8000 }]
---
apiVersion: v1
kind: Service
metadata: { name: prices }
spec:
  selector: { app: prices }
  ports: [{ port: 8000 }]
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: prices }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: prices }
  minReplicas: 2
  maxReplicas: 6
"""


@pytest.fixture
def system(tmp_path: Path) -> str:
    (tmp_path / "shop.yaml").write_text(MANIFESTS, encoding="utf-8")
    return str(tmp_path)


def test_a_loss_is_followed_to_the_door(system: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["simulate", system, "--lose", "component:prices"]) == 0
    assert capsys.readouterr().out == (
        "lost: Deployment prices\n"
        "\n"
        "stops with it:\n"
        "  Deployment web: PRICES_URL of container web names prices (shop.yaml:14:44)\n"
        "\n"
        "Service web fails, at least in part\n"
        "\n"
        "1 component would stop; 0 of 1 entrance would still answer in full\n"
    )


def test_a_loss_that_nothing_needs_leaves_the_door_open(system: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["simulate", system, "--lose", "component:web", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [each["address"] for each in document["lost"]] == ["Deployment/default/web"]
    assert document["stops"] == []
    assert document["entrances"] == [{"entrance": "Service web", "address": "Service/default/web", "answers": False}]


def test_other_numbers_bring_findings_and_take_them(system: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["simulate", system, "--set", "web.replicas=1", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert "Deployment web runs 1 copy" in {each["message"] for each in document["appearing"]}
    assert document["vanishing"] == []


def test_copies_that_an_autoscaler_counts_are_set_there_too(system: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["simulate", system, "--set", "Deployment/default/prices.replicas=1"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Deployment prices may be scaled down to 1 copy" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "nothing to simulate"),
        (("--lose", "web"), "written KIND:NAME"),
        (("--lose", "componet:web"), "did you mean 'component'?"),
        (("--lose", "component:pries"), "no component is called 'pries'; did you mean 'prices'?"),
        (("--lose", "zone:a"), "no zone is called 'a'"),
        (("--set", "web.replicas"), "written NAME.FIELD=VALUE"),
        (("--set", "wep.replicas=2"), "nothing is called 'wep'; did you mean 'web'?"),
        (("--set", "web.replica=2"), "did you mean 'replicas'?"),
        (("--set", "web.replicas=two"), "'two' cannot be the replicas of Deployment web"),
    ],
)
def test_a_change_that_cannot_be_made_is_a_usage_error(
    system: str, words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(["simulate", system, *words]) == 2
    assert said in capsys.readouterr().err
