"""Services, ingresses and routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.model import Absent, Gateway, Known, Opaque, Service, Unknown, known_value
from tests.unit.readers.kubernetes.trees import all_of, only, read_files

if TYPE_CHECKING:
    from pathlib import Path

BACKEND = "backend: {service: {name: web, port: {number: 80}}}"


def service(root: Path, spec: str, annotations: str = "{}") -> Service:
    text = f"apiVersion: v1\nkind: Service\nmetadata: {{name: web, annotations: {annotations}}}\nspec: {{{spec}}}\n"
    return only(read_files(root, web=text), Service)


def ingress(root: Path, spec: str = "", annotations: str = "{}", others: str = "") -> Gateway:
    head = "apiVersion: networking.k8s.io/v1\nkind: Ingress\n"
    text = f"{others}---\n{head}metadata: {{name: web, annotations: {annotations}}}\nspec: {{{spec}}}\n"
    return only(read_files(root, web=text), Gateway)


def test_a_target_port_that_is_not_written_is_the_port(tmp_path: Path) -> None:
    plain, named = service(tmp_path, "ports: [{port: 80}, {port: 81, targetPort: http, name: x}]").ports
    assert isinstance(plain.target, Known)
    assert (plain.target.value, plain.target.stated) == ("80", False)
    assert isinstance(named.target, Known)
    assert (named.target.value, named.target.stated, named.name) == ("http", True, "x")


@pytest.mark.parametrize(
    ("spec", "exposure"),
    [
        ("ports: []", "cluster"),
        ("clusterIP: None", "headless"),
        ("type: LoadBalancer", "load balancer"),
        ("type: NodePort", "node port"),
        ("type: ExternalName, externalName: a.example", "external name"),
        ("type: Magic", "unknown"),
    ],
)
def test_the_type_says_how_far_a_service_is_seen(tmp_path: Path, spec: str, exposure: str) -> None:
    assert service(tmp_path, spec).exposure == exposure


def test_an_annotation_keeps_a_load_balancer_inside(tmp_path: Path) -> None:
    inside = "{service.beta.kubernetes.io/aws-load-balancer-internal: 'true'}"
    assert service(tmp_path, "type: LoadBalancer", inside).internal
    assert not service(tmp_path, "type: LoadBalancer").internal


def test_a_selector_that_cannot_be_told_is_not_empty(tmp_path: Path) -> None:
    assert service(tmp_path, "selector: {app: web}").selector == (("app", "web"),)
    assert service(tmp_path, "ports: []").selector == ()
    assert service(tmp_path, "selector: {app: '{{ x }}'}").selector is None


def test_routes_of_an_ingress_name_services_by_address(tmp_path: Path) -> None:
    spec = (
        "defaultBackend: {service: {name: other, port: {name: http}}}, "
        f"rules: [{{host: shop.example, http: {{paths: [{{path: /a, {BACKEND}}}]}}}}]"
    )
    fallback, route = ingress(tmp_path, spec).routes
    assert (known_value(fallback.service), known_value(fallback.port)) == ("Service/default/other", "http")
    assert (known_value(route.service), known_value(route.port)) == ("Service/default/web", "80")
    assert (route.host, route.path) == ("shop.example", "/a")


def test_an_ingress_of_the_old_api_has_routes_too(tmp_path: Path) -> None:
    spec = "rules: [{http: {paths: [{backend: {serviceName: web, servicePort: 80}}]}}]"
    (route,) = ingress(tmp_path, spec).routes
    assert (known_value(route.service), known_value(route.port)) == ("Service/default/web", "80")


@pytest.mark.parametrize(
    ("spec", "annotations", "proxy"),
    [
        ("ingressClassName: nginx", "{}", "ingress-nginx"),
        ("", "{kubernetes.io/ingress.class: traefik}", "traefik"),
        ("", "{nginx.ingress.kubernetes.io/rewrite-target: /}", "ingress-nginx"),
        ("ingressClassName: nginx", "{nginx.org/mergeable-ingress-type: master}", None),
        ("ingressClassName: ours", "{}", None),
        ("", "{}", None),
    ],
)
def test_the_class_tells_the_proxy(tmp_path: Path, spec: str, annotations: str, proxy: str | None) -> None:
    found = ingress(tmp_path, spec, annotations)
    assert known_value(found.proxy) == proxy
    assert isinstance(found.idle_timeout, Absent if proxy else Unknown)


def test_a_declared_class_tells_its_controller(tmp_path: Path) -> None:
    declared = (
        "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: ours}\n"
        "spec: {controller: k8s.io/ingress-nginx}\n"
    )
    assert known_value(ingress(tmp_path, "ingressClassName: ours", others=declared).proxy) == "ingress-nginx"


@pytest.mark.parametrize(
    ("spec", "annotations", "public"),
    [
        ("ingressClassName: nginx", "{}", True),
        ("ingressClassName: gce-internal", "{}", False),
        ("ingressClassName: nginx-internal", "{}", None),
        ("ingressClassName: alb", "{}", False),
        ("ingressClassName: alb", "{alb.ingress.kubernetes.io/scheme: internet-facing}", True),
    ],
)
def test_who_can_reach_an_ingress(tmp_path: Path, spec: str, annotations: str, public: bool | None) -> None:  # noqa: FBT001
    assert known_value(ingress(tmp_path, spec, annotations).public) is public


def test_an_idle_time_in_an_annotation_is_stated(tmp_path: Path) -> None:
    attributes = "{alb.ingress.kubernetes.io/load-balancer-attributes: 'a=b,idle_timeout.timeout_seconds=600'}"
    assert known_value(ingress(tmp_path, "ingressClassName: alb", attributes).idle_timeout) == 600


GATEWAY = (
    "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: door}\nspec: {gatewayClassName: istio}\n"
)
ROUTE = (
    "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: web}\n"
    "spec: {parentRefs: [{name: door}], hostnames: [a.example], rules: [{matches: [{path: {value: /a}}], "
    "backendRefs: [{name: web, port: 80}]}]}\n"
)


def test_a_gateway_has_the_routes_that_hang_on_it(tmp_path: Path) -> None:
    reading = read_files(tmp_path, a=f"{GATEWAY}---\n{ROUTE}")
    gateway = only(reading, Gateway)
    assert (gateway.kind, known_value(gateway.proxy)) == ("Gateway", "istio")
    (route,) = gateway.routes
    assert (known_value(route.service), route.host, route.path) == ("Service/default/web", "a.example", "/a")
    assert [each.kind for each in all_of(reading, Opaque)] == ["HTTPRoute"]


def test_a_route_without_its_gateway_stands_for_one(tmp_path: Path) -> None:
    gateway = only(read_files(tmp_path, a=ROUTE), Gateway)
    assert gateway.kind == "HTTPRoute"
    assert isinstance(gateway.public, Unknown)
    assert len(gateway.routes) == 1


@pytest.mark.parametrize(
    ("host", "service_address"),
    [("web", "Service/default/web"), ("web.shop.svc.cluster.local", "Service/shop/web"), ("api.example.com", None)],
)
def test_a_virtual_service_names_services_as_dns_does(tmp_path: Path, host: str, service_address: str | None) -> None:
    text = (
        "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a}\n"
        f"spec: {{gateways: [door], http: [{{route: [{{destination: {{host: {host}, port: {{number: 80}}}}}}]}}]}}\n"
    )
    gateway = only(read_files(tmp_path, a=text), Gateway)
    assert known_value(gateway.public) is True
    assert known_value(gateway.routes[0].service) == service_address


def test_a_virtual_service_of_the_mesh_alone_is_not_public(tmp_path: Path) -> None:
    text = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a}\nspec: {hosts: [web]}\n"
    assert known_value(only(read_files(tmp_path, a=text), Gateway).public) is False
