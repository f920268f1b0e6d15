"""The system at a glance."""

from __future__ import annotations

from dataclasses import replace

from infraaudit.joins.entrances import join_entrances
from infraaudit.model import Facet, FacetName, Failover, Known, Location, Survives, Unknown, Workload
from infraaudit.reports.style import Style
from infraaudit.reports.system import render
from tests.builders import HERE
from tests.unit.analysis.systems import a_gateway, a_service, a_store, a_system, a_workload_of

PLAIN = Style(80, colour=False, source_width=120)


def test_entrances_and_stores_are_listed_with_what_is_known_of_them() -> None:
    web = a_workload_of("web", 2)
    assert isinstance(web, Workload)
    web = replace(web, location=Location(Known(("b", "a"), HERE), Unknown("not told", HERE)))
    backed = Facet(FacetName.BACKED_UP, Unknown("var.days has no default", HERE), "backup_retention_period")
    database = replace(a_store("db"), failover=Failover(Known(Survives.NOTHING, HERE), "multi_az"), facets=(backed,))
    estate = a_system(a_gateway("gate"), a_service("svc"), web, database, arrows="gate > svc > web > db")
    assert render(join_entrances(estate), PLAIN) == (
        "gateway gate (compose:., public)\n"
        "  behind it            copies  zones\n"
        "  Deployment web       2       a, b\n"
        "  store db (postgres)          goes on without: nothing\n"
        "  no stand-in: store db, without which stop: Deployment web\n"
        "\n"
        "What ends growth\n"
        "  Deployment web (2 copies now)\n"
        "    at 2: the number is fixed, nothing scales it\n"
        "    cannot be told: connections of store db: the connection limit of store db is\n"
        "      not known; addresses of its subnets: not told; room on the nodes: no\n"
        "      cluster that it runs on is in the scan\n"
        "\n"
        "What the stores survive\n"
        "  store                goes on after  backed up  outlives container  last copy  stop without it\n"
        "  store db (postgres)  nothing        ?          -                   -          1\n"
        "\n"
        "What is seen of each\n"
        "  workload or store  logs  metrics  traces  errors  alarm  retention\n"
        "  store db           ?     yes      -       -       ?      ?\n"
        "  Deployment web     ?     ?        ?       ?       ?      ?\n"
        "  cannot be told: logs: whether its logs are exported is not read\n"
        "      (compose.yaml:3:5)\n"
        "  cannot be told: logs: nothing beside it that collects logs is described, and\n"
        "      Kubernetes may have it elsewhere (compose.yaml:3:5)\n"
        "  cannot be told: metrics: nothing that takes metrics is described beside it\n"
        "      (compose.yaml:3:5)\n"
        "  cannot be told: traces: nothing here tells it to send traces, and its own code\n"
        "      may (compose.yaml:3:5)\n"
        "  cannot be told: errors: nothing here tells it to send errors, and its own code\n"
        "      may (compose.yaml:3:5)\n"
        "  cannot be told: alarm: no alarm at all is described beside it\n"
        "      (compose.yaml:3:5 and 1 more)\n"
        "  cannot be told: retention: how long its logs are kept is not described\n"
        "      (compose.yaml:3:5 and 1 more)\n"
        "\n"
        "1 entrance, 1 store\n"
    )


def test_another_deployment_is_left_out() -> None:
    estate = a_system(a_gateway("gate"), a_service("svc"), a_workload_of("web"), arrows="gate > svc > web")
    assert render(join_entrances(estate), PLAIN, "kubernetes:k8s") == "0 entrances, 0 stores\n"
