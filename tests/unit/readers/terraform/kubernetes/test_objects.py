"""Resources of Terraform's Kubernetes provider become objects in the shape of the API."""

from __future__ import annotations

from infraaudit.model import (
    ApiUse,
    Autoscaler,
    Deployment,
    Gateway,
    Known,
    Node,
    Service,
    Unknown,
    Workload,
    known_value,
)
from infraaudit.model.node import Reference, Unresolved
from infraaudit.readers.kubernetes.lift import lift_manifests
from infraaudit.readers.terraform.configuration.resource import Resource, Resources
from infraaudit.readers.terraform.kubernetes.objects import manifests_of
from infraaudit.source.span import Span

HEAD = Span("main.tf", 1, 1, 1, 30)
DEPLOYMENT = Deployment("terraform:.", ".")
LABELS = {"app": "web"}


def tree(value: object) -> Node:
    """Turn plain data into evaluated values; a block is a list of one mapping."""
    if isinstance(value, Node):
        return value
    if isinstance(value, dict):
        return Node({key: tree(each) for key, each in value.items()}, HEAD)
    if isinstance(value, list):
        return Node(tuple(tree(each) for each in value), HEAD)
    assert isinstance(value, str | int | bool)
    return Node(value, HEAD)


def resource(type_: str, name: str = "web", **body: object) -> Resource:
    return Resource(f"{type_}.{name}", type_, name, tree(body), HEAD, HEAD, DEPLOYMENT)


def metadata(name: object = "web", namespace: object = "shop") -> list[object]:
    return [{"name": name, "namespace": namespace, "labels": {"not_a_field": "x"}}]


def deployment(container: dict[str, object], type_: str = "kubernetes_deployment", **pod: object) -> Resource:
    template = [{"metadata": [{"labels": LABELS}], "spec": [{"container": [container], **pod}]}]
    return resource(type_, metadata=metadata(), spec=[{"replicas": 2, "template": template}])


def lifted(*resources: Resource) -> list[object]:
    found = lift_manifests(list(manifests_of(Resources(resources))))
    return [each for each in found if not isinstance(each, ApiUse)]


def test_a_deployment_is_lifted_under_the_address_of_its_resource() -> None:
    container: dict[str, object] = {
        "name": "app",
        "image": "web:1",
        "command": ["run"],
        "env": [
            {"name": "A", "value": "1"},
            {"name": "B", "value_from": [{"secret_key_ref": [{"name": "s", "key": "k"}]}]},
        ],
        "port": [{"container_port": 8080, "host_port": 80}],
        "resources": [{"limits": {"cpu": "500m", "memory": "1Gi"}}],
        "liveness_probe": [{"http_get": [{"path": "/ok", "port": 8080}], "period_seconds": 5}],
        "volume_mount": [{"name": "data", "mount_path": "/data"}],
        "security_context": [{"run_as_user": "1000"}],
    }
    volume = [{"name": "data", "persistent_volume_claim": [{"claim_name": "data"}]}]
    (found,) = lifted(deployment(container, "kubernetes_deployment_v1", volume=volume, host_network=True))
    assert isinstance(found, Workload)
    assert (found.address, found.kind, found.name) == ("kubernetes_deployment_v1.web", "Deployment", "web")
    assert (found.namespace, found.labels, known_value(found.replicas)) == ("shop", (("app", "web"),), 2)
    assert known_value(found.host_network) is True
    (app,) = found.containers
    assert app.address == "kubernetes_deployment_v1.web[app]"
    assert [(each.name, each.secret_ref) for each in app.environment] == [("A", ""), ("B", "s/k")]
    assert [(known_value(each.number), known_value(each.published or each.number)) for each in app.ports] == [
        (8080, 80)
    ]
    assert (known_value(app.cpu_limit), known_value(app.memory_limit)) == (500, 2**30)
    assert isinstance(app.liveness, Known)
    assert app.liveness.value.path is not None
    assert known_value(app.liveness.value.path) == "/ok"
    assert known_value(app.mounts[0].source) == "data"
    assert known_value(app.user) == "1000"


def test_arguments_that_are_lists_of_unknowns_are_no_blocks() -> None:
    unknown = Node(Unresolved("var.flag has no default"), HEAD)
    (found,) = lifted(deployment({"name": "app", "args": [unknown]}))
    assert isinstance(found, Workload)
    assert not isinstance(found.containers[0].command, Known)


def test_variables_from_a_dynamic_block_are_incomplete() -> None:
    dynamic = Node((), HEAD, open=True)
    (found,) = lifted(deployment({"name": "app", "env": dynamic}))
    assert isinstance(found, Workload)
    assert not found.containers[0].environment_complete


def test_blocks_that_may_be_missing_leave_their_values_unknown() -> None:
    dynamic = Node((), HEAD, open=True)
    (found,) = lifted(deployment({"name": "app", "liveness_probe": dynamic}))
    assert isinstance(found, Workload)
    liveness = found.containers[0].liveness
    assert isinstance(liveness, Unknown)
    assert "liveness_probe" in liveness.why


def test_a_service_keeps_its_selector_as_written() -> None:
    ports = [{"port": 80, "target_port": "http"}, {"port": 81}]
    spec = [{"selector": {"app_name": "web"}, "type": "LoadBalancer", "port": ports}]
    (found,) = lifted(resource("kubernetes_service", metadata=metadata(), spec=spec))
    assert isinstance(found, Service)
    assert (found.selector, found.exposure) == ((("app_name", "web"),), "load balancer")
    assert [known_value(each.target) for each in found.ports] == ["http", "81"]


def test_an_ingress_routes_to_the_resource_that_it_refers_to() -> None:
    name = Node(Reference("kubernetes_service.web", "metadata[0].name"), HEAD)
    backend = [{"service": [{"name": name, "port": [{"number": 80}]}]}]
    rules = [{"host": "a.example", "http": [{"path": [{"path": "/", "backend": backend}]}]}]
    spec = [{"ingress_class_name": "nginx", "rule": rules}]
    found, _ = lifted(
        resource("kubernetes_ingress_v1", metadata=metadata(), spec=spec),
        resource("kubernetes_service", metadata=metadata(), spec=[{"port": [{"port": 80}]}]),
    )
    assert isinstance(found, Gateway)
    (route,) = found.routes
    assert (known_value(route.service), known_value(route.port)) == ("kubernetes_service.web", "80")
    assert (route.host, route.path, known_value(found.proxy)) == ("a.example", "/", "ingress-nginx")


def test_an_autoscaler_finds_its_target_by_name() -> None:
    reference = [{"kind": "Deployment", "name": "web"}]
    target = [{"type": "Utilization", "average_utilization": 60}]
    metric = [{"type": "Resource", "resource": [{"name": "cpu", "target": target}]}]
    spec = [{"max_replicas": 5, "scale_target_ref": reference, "metric": metric}]
    _, found = lifted(
        deployment({"name": "app"}),
        resource("kubernetes_horizontal_pod_autoscaler_v2", metadata=metadata(), spec=spec),
    )
    assert isinstance(found, Autoscaler)
    assert known_value(found.target) == "kubernetes_deployment.web"
    assert [each.target is not None and known_value(each.target) for each in found.metrics] == [60]


def test_the_old_autoscaler_has_a_share_of_the_cpu() -> None:
    spec = [{"max_replicas": 5, "target_cpu_utilization_percentage": 40}]
    (found,) = lifted(resource("kubernetes_horizontal_pod_autoscaler", metadata=metadata(), spec=spec))
    assert isinstance(found, Autoscaler)
    assert [each.target is not None and known_value(each.target) for each in found.metrics] == [40]


def test_variables_are_resolved_from_a_config_map_of_the_configuration() -> None:
    reference = Node(Reference("kubernetes_config_map.settings", "metadata[0].name"), HEAD)
    found, _ = lifted(
        deployment({"name": "app", "env_from": [{"config_map_ref": [{"name": reference}]}]}),
        resource("kubernetes_config_map", "settings", metadata=metadata("settings"), data={"LOG_LEVEL": "info"}),
    )
    assert isinstance(found, Workload)
    assert [(each.name, known_value(each.value)) for each in found.containers[0].environment] == [("LOG_LEVEL", "info")]


def test_a_cron_job_runs_once() -> None:
    pod = [{"spec": [{"container": [{"name": "app"}]}]}]
    spec = [{"schedule": "* * * * *", "job_template": [{"spec": [{"template": pod}]}]}]
    (found,) = lifted(resource("kubernetes_cron_job_v1", metadata=metadata(), spec=spec))
    assert isinstance(found, Workload)
    assert (found.runs_once, len(found.containers)) == (True, 1)


def test_a_manifest_resource_holds_the_object_itself() -> None:
    body = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web"},
        "spec": {"ports": [{"port": 80}], "selector": LABELS},
    }
    (found,) = lifted(resource("kubernetes_manifest", "any", manifest=body))
    assert isinstance(found, Service)
    assert (found.address, found.name, found.namespace) == ("kubernetes_manifest.any", "web", "default")
    assert found.selector == (("app", "web"),)


TEXT = """
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ports: [{port: 80}], selector: {app: web}}
"""


def test_a_text_is_the_object_that_it_holds() -> None:
    (found,) = lifted(resource("kubectl_manifest", "any", yaml_body=TEXT))
    assert isinstance(found, Service)
    assert (found.address, found.name, found.namespace) == ("kubectl_manifest.any", "web", "shop")
    assert found.ports[0].at == HEAD


def test_an_object_that_cannot_be_told_is_left_to_be_opaque() -> None:
    unknown = Node(Unresolved("var.text has no default"), HEAD)
    written = [
        resource("kubectl_manifest", "open", yaml_body=unknown),
        resource("kubectl_manifest", "two", yaml_body=f"{TEXT}---{TEXT}"),
        resource("kubectl_manifest", "none", yaml_body="just: [words"),
        resource("kubectl_manifest", "kindless", yaml_body="apiVersion: v1\n"),
        resource("kubernetes_manifest", "open", manifest=unknown),
    ]
    assert list(manifests_of(Resources(tuple(written)))) == []


def test_the_account_that_a_cluster_makes_itself_keeps_its_name() -> None:
    body = [{"namespace": "shop"}]
    (found,) = manifests_of(Resources((resource("kubernetes_default_service_account_v1", metadata=body),)))
    assert (found.kind, found.name, found.namespace) == ("ServiceAccount", "default", "shop")


def test_equal_references_to_a_namespace_are_one_namespace() -> None:
    namespace = Node(Reference("kubernetes_namespace.shop", "metadata[0].name"), HEAD)
    first, second = manifests_of(
        Resources(
            (
                resource("kubernetes_service", "a", metadata=metadata("a", namespace), spec=[{}]),
                resource("kubernetes_service", "b", metadata=metadata("b", namespace), spec=[{}]),
            )
        )
    )
    assert first.namespace == second.namespace == "kubernetes_namespace.shop"


def test_other_resources_and_data_sources_are_left_alone() -> None:
    data = Resource("data.kubernetes_service.a", "kubernetes_service", "a", tree({}), HEAD, HEAD, DEPLOYMENT, data=True)
    others = (data, resource("aws_sqs_queue"), resource("kubernetes_labels", metadata=metadata()))
    assert list(manifests_of(Resources(others))) == []
