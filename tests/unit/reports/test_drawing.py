"""What a picture of the estate shows, in Mermaid and in DOT."""

from __future__ import annotations

from dataclasses import replace

import pytest

from infraaudit.model import Edge, EdgeKind, Estate, Workload
from infraaudit.reports import dot, mermaid
from infraaudit.reports.drawing import MOST_NODES, drawing_of
from tests.unit.reports.test_model_json import AT, workload

WEB = workload()
WORKER = replace(WEB, address="Deployment/shop/worker", name="worker", containers=())
CALL = Edge(EdgeKind.CALLS, WEB.containers[0].key, WORKER.key, "it says so", AT, purpose="broker")
PAIR = Estate.of_parts([WEB, WORKER], [CALL])


def test_mermaid_groups_nodes_names_edges_and_marks_what_fails() -> None:
    assert mermaid.render(drawing_of(PAIR, failing={WEB.containers[0].key})) == (
        "flowchart LR\n"
        '  subgraph d0["kubernetes:k8s"]\n'
        '    n0["Deployment web"]\n'
        '    n1["Deployment worker"]\n'
        "  end\n"
        '  n0 -->|"calls (broker)"| n1\n'
        "  classDef failing stroke:#c62828,stroke-width:3px\n"
        "  class n0 failing\n"
    )


def test_dot_does_the_same() -> None:
    assert dot.render(drawing_of(PAIR, failing={WORKER.key})) == (
        "digraph system {\n"
        "  rankdir=LR;\n"
        "  subgraph cluster_0 {\n"
        '    label="kubernetes:k8s";\n'
        '    n0 [label="Deployment web", shape=box];\n'
        '    n1 [label="Deployment worker", shape=box, color="#c62828", penwidth=3];\n'
        "  }\n"
        '  n0 -> n1 [label="calls (broker)"];\n'
        "}\n"
    )


HOSTILE = Estate.of_parts([replace(WEB, name='x"]; click n0 "javascript:1" <b>#quot;`\\\n')])


def test_a_name_cannot_leave_its_quotes_in_mermaid() -> None:
    (label,) = [line for line in mermaid.render(drawing_of(HOSTILE)).splitlines() if line.startswith("    n0")]
    assert label.count('"') == 2
    assert not set("<>`\\") & set(label)


def test_a_name_cannot_leave_its_quotes_in_dot() -> None:
    (label,) = [line for line in dot.render(drawing_of(HOSTILE)).splitlines() if line.startswith("    n0")]
    assert label.replace("\\\\", "").replace('\\"', "").count('"') == 2


def many(number: int, deployments: int = 1) -> list[Workload]:
    return [
        replace(
            WEB,
            address=f"d/{each:03}",
            name=f"w{each:03}",
            containers=(),
            deployment=replace(WEB.deployment, id=f"kubernetes:k8s/{each % deployments}"),
        )
        for each in range(number)
    ]


def test_what_has_the_same_neighbours_is_put_together_where_there_is_too_much() -> None:
    workloads = many(70)
    edge = Edge(EdgeKind.CALLS, workloads[69].key, workloads[68].key, "it says so", AT)
    drawing = drawing_of(Estate.of_parts(workloads, [edge]))
    assert [node.label for node in drawing.nodes] == [
        "68 workloads: w000, w001, w002 ...",
        "Deployment w068",
        "Deployment w069",
    ]
    assert drawing.arrows == ((2, 1, "calls"),)


@pytest.mark.parametrize(("number", "deployments"), [(60, 1), (61, 1), (500, 50), (500, 61), (5000, 1000)])
def test_never_more_than_can_be_read(number: int, deployments: int) -> None:
    drawing = drawing_of(Estate.of_parts(many(number, deployments)))
    assert 0 < len(drawing.nodes) <= MOST_NODES


def test_one_deployment_can_be_drawn_by_itself() -> None:
    other = replace(WEB, deployment=replace(WEB.deployment, id="compose:."), containers=())
    assert list(drawing_of(Estate.of_parts([WEB, other]), "kubernetes:k8s").groups) == ["kubernetes:k8s"]
