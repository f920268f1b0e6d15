"""What goes with a pool of nodes: those that no other pool takes, by taints, labels and what is asked of nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.analysis.losses import LossKind, loss_of
from infraaudit.audit import Settings, audit
from tests.golden.outputs import TODAY

if TYPE_CHECKING:
    from pathlib import Path

CLUSTER = """\
resource "aws_eks_cluster" "shop" {
  name     = "shop"
  role_arn = "arn:aws:iam::123456789012:role/eks"
  vpc_config { subnet_ids = ["subnet-1", "subnet-2"] }
}
resource "aws_eks_node_group" "web" {
  cluster_name    = aws_eks_cluster.shop.name
  node_group_name = "web"
  node_role_arn   = "arn:aws:iam::123456789012:role/node"
  subnet_ids      = ["subnet-1"]
  instance_types  = ["m6i.large"]
  scaling_config {
    desired_size = 2
    max_size     = 4
    min_size     = 2
  }
}
resource "aws_eks_node_group" "heavy" {
  cluster_name    = aws_eks_cluster.shop.name
  node_group_name = "heavy"
  node_role_arn   = "arn:aws:iam::123456789012:role/node"
  subnet_ids      = ["subnet-1"]
  instance_types  = ["m6i.large"]
  labels          = { work = "heavy" }
  taint {
    key    = "work"
    value  = "heavy"
    effect = "NO_SCHEDULE"
  }
  scaling_config {
    desired_size = 2
    max_size     = 4
    min_size     = 2
  }
}
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME}
spec:
  selector: {matchLabels: {app: NAME}}
  template:
    metadata: {labels: {app: NAME}}
    spec:
      containers: [{name: NAME, image: "example.org/NAME:1"}]
---
"""
TOLERANT = "      tolerations: [{key: work, operator: Exists}]\n"
CHOSEN = "      nodeSelector: {work: heavy}\n"
AFFINITY = (
    "      affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
    "[{matchExpressions: [{key: KEY, operator: In, values: [heavy]}]}]}}}\n"
)
ZONE = AFFINITY.replace("KEY", "topology.kubernetes.io/zone")
HEAVY = AFFINITY.replace("KEY", "work")


@pytest.mark.parametrize(
    ("more", "by_web", "by_heavy"),
    [
        ("", "gone", "stays"),
        (TOLERANT, "stays", "stays"),
        (TOLERANT + CHOSEN, "stays", "gone"),
        (TOLERANT + HEAVY, "stays", "gone"),
        (CHOSEN, "stays", "stays"),
        (TOLERANT + ZONE, "unsure", "unsure"),
        (ZONE, "gone", "stays"),
    ],
    ids=["plain", "tolerant", "selected", "affine", "fits nowhere", "by a zone", "by a zone, taints keep it away"],
)
def test_a_lost_pool_takes_what_no_other_pool_may_hold(more: str, by_web: str, by_heavy: str, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(CLUSTER, encoding="utf-8")
    text = DEPLOYMENT.replace("NAME", "shop").replace("---\n", more)
    (tmp_path / "shop.yaml").write_text(text, encoding="utf-8")
    estate = audit(tmp_path, Settings(today=TODAY, packs=())).estate
    for pool, expected in (("web", by_web), ("heavy", by_heavy)):
        loss = loss_of(LossKind.NODE_POOL, pool, estate)
        gone = {each.name for each in loss.gone}
        unsure = {each.name for each, _ in loss.doubts}
        found = "gone" if "shop" in gone else "unsure" if "shop" in unsure else "stays"
        assert found == expected, pool


def test_of_a_cluster_that_makes_its_nodes_nothing_is_lost(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(CLUSTER, encoding="utf-8")
    karpenter = DEPLOYMENT.replace("NAME", "karpenter")
    (tmp_path / "shop.yaml").write_text(DEPLOYMENT.replace("NAME", "shop") + karpenter, encoding="utf-8")
    estate = audit(tmp_path, Settings(today=TODAY, packs=())).estate
    assert {each.name for each in loss_of(LossKind.NODE_POOL, "web", estate).gone} == {"web"}
