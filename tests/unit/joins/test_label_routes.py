"""Ways that services ask of a proxy by labels and variables are doors of the system, as gateways are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.audit import Settings, audit
from infraaudit.model import EdgeKind, Entrance, Gateway, Unknown, Workload, known_value
from tests.golden.outputs import TODAY

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.model import Estate

PROXY = """\
services:
  proxy:
    image: IMAGE
    ports: ["80:80"]
  web:
    image: example.org/web:1
"""
LABELS = """\
    labels:
      - traefik.enable=true
      - "traefik.http.routers.web.rule=Host(`shop.example.org`)"
      - traefik.http.services.web.loadbalancer.server.port=8000
"""
SWARM = """\
    deploy:
      labels:
        traefik.http.routers.web.rule: "Host(`shop.example.org`)"
        traefik.http.services.web.loadbalancer.server.port: "8000"
"""
CADDY = """\
    labels:
      caddy: shop.example.org
      caddy.reverse_proxy: "{{upstreams 8000}}"
"""
NGINX = """\
    environment: {VIRTUAL_HOST: shop.example.org, VIRTUAL_PORT: "8000"}
"""


def estate_of(folder: Path, text: str, name: str = "compose.yaml") -> Estate:
    (folder / name).write_text(text, encoding="utf-8")
    return audit(folder, Settings(today=TODAY, packs=())).estate


@pytest.mark.parametrize(
    ("image", "asked"),
    [
        ("traefik:3.6", LABELS),
        ("traefik/traefik:3.6", SWARM),
        ("lucaslorentz/caddy-docker-proxy:2", CADDY),
        ("nginxproxy/nginx-proxy", NGINX),
    ],
    ids=["Traefik", "Traefik in Swarm", "Caddy", "nginx-proxy"],
)
def test_what_a_service_asks_for_is_a_route_of_the_proxy(image: str, asked: str, tmp_path: Path) -> None:
    estate = estate_of(tmp_path, PROXY.replace("IMAGE", image) + asked)
    (gateway,) = estate.of(Gateway)
    assert [each.name for each in estate.targets(gateway, EdgeKind.ROUTES_TO, Workload)] == ["proxy", "web"]
    (route,) = gateway.routes
    assert "shop.example.org" in route.host
    assert known_value(route.port) == "8000"
    assert [(each.opens, known_value(each.public)) for each in estate.of(Entrance)] == [(gateway.key, True)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (PROXY.replace("IMAGE", "traefik:3.6") + LABELS.replace("enable=true", "enable=false"), "switched off"),
        (PROXY.replace("IMAGE", "nginx:1") + LABELS, "no proxy that reads labels"),
        (PROXY.replace("IMAGE", "traefik:3.6") + NGINX, "asked of another proxy"),
        (PROXY.replace("IMAGE", "traefik:3.6") + LABELS + "    networks: [inner]\n", "in no network of the proxy"),
    ],
)
def test_what_leads_nowhere_is_no_route(text: str, reason: str, tmp_path: Path) -> None:
    estate = estate_of(tmp_path, text)
    assert not estate.of(Gateway), reason
    assert [each.name for each in estate.of(Entrance)] == ["proxy"]


def test_a_rule_whose_host_is_not_set_is_a_route_all_the_same(tmp_path: Path) -> None:
    asked = LABELS.replace("shop.example.org", "${DOMAIN}")
    estate = estate_of(tmp_path, PROXY.replace("IMAGE", "traefik:3.6") + asked)
    (gateway,) = estate.of(Gateway)
    assert [each.name for each in estate.targets(gateway, EdgeKind.ROUTES_TO, Workload)] == ["proxy", "web"]


OBJECT = """\
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: web, namespace: shop}
spec:
  entryPoints: [websecure]
  routes:
    - match: Host(`shop.example.org`) && PathPrefix(`/api`)
      kind: Rule
      services: [{name: api, port: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop}
spec: {selector: {app: api}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec: {containers: [{name: api, image: "example.org/api:1"}]}
"""


def test_routes_of_traefik_in_a_cluster_are_a_gateway(tmp_path: Path) -> None:
    estate = estate_of(tmp_path, OBJECT, "shop.yaml")
    (gateway,) = estate.of(Gateway)
    (route,) = gateway.routes
    assert (route.host, route.path, known_value(route.port)) == ("shop.example.org", "/api", "80")
    (entrance,) = estate.of(Entrance)
    assert isinstance(entrance.public, Unknown)
