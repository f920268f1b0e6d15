"""The model as a flowchart that Mermaid can read."""

from __future__ import annotations

from dataclasses import replace

from infraaudit.model import Edge, EdgeKind, Estate, Known
from infraaudit.reports import mermaid
from tests.unit.reports.test_model_json import AT, workload


def test_nodes_are_grouped_and_edges_named() -> None:
    web = workload()
    worker = replace(workload(), address="Deployment/shop/worker", name="worker", containers=())
    (container,) = web.containers
    edge = Edge(EdgeKind.CALLS, container.key, worker.key, "it says so", AT, purpose="broker")

    assert mermaid.render(Estate.of_parts([web, worker], [edge])) == (
        "flowchart LR\n"
        '  subgraph d0["kubernetes:k8s"]\n'
        '    n0["Deployment web"]\n'
        '    n1["Deployment worker"]\n'
        "  end\n"
        '  n0 -->|"calls (broker)"| n1\n'
    )


def test_a_name_cannot_leave_its_quotes() -> None:
    hostile = replace(workload(), name='x"]; click n0 "javascript:1" <b>#quot;`\n')
    drawn = mermaid.render(Estate.of_parts([hostile]))

    (label,) = [line for line in drawn.splitlines() if line.startswith("    n0")]
    assert label.count('"') == 2
    assert not set("<>`\\") & set(label)


def test_at_most_sixty_nodes_are_drawn_and_the_best_connected_stay() -> None:
    base = workload()
    many = [replace(base, address=f"d/{number:03}", name=f"w{number:03}", containers=()) for number in range(70)]
    edge = Edge(EdgeKind.CALLS, many[69].key, many[68].key, "it says so", AT)
    drawn = mermaid.render(Estate.of_parts(many, [edge]))

    assert sum(line.startswith("    n") for line in drawn.splitlines()) == 60
    assert "w069" in drawn
    assert '  more["10 more nodes not drawn"]' in drawn


def test_one_deployment_can_be_drawn_by_itself() -> None:
    web = workload(replicas=Known(1, AT))
    other = replace(web, deployment=replace(web.deployment, id="compose:."), containers=())

    assert "compose:." not in mermaid.render(Estate.of_parts([web, other]), "kubernetes:k8s")
