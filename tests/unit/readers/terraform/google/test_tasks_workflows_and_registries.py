"""Queues of tasks, workflows, registries, and what single things of Google say about who may use them."""

from __future__ import annotations

import pytest

from infraaudit.model import (
    Absent,
    AuditTrail,
    Cluster,
    CrossOriginRule,
    Datastore,
    FacetName,
    ImageRepository,
    Known,
    PrincipalKind,
    Queue,
    ResourcePolicy,
    Unknown,
    Waiting,
    Workflow,
    known_value,
)
from tests.unit.readers.terraform.aws.builder import lifted, only


@pytest.mark.parametrize(
    ("written", "attempts", "for_ever"),
    [
        ("location: l", 100, False),
        ("retry_config: [{max_attempts: -1}]", -1, True),
        ("retry_config: [{max_attempts: unknown(var.attempts has no default)}]", None, None),
    ],
)
def test_a_queue_of_tasks_gives_up(written: str, attempts: int | None, *, for_ever: bool | None) -> None:
    queue = only(f"google_cloud_tasks_queue.mails: {{name: mails, {written}}}\n", Queue)
    assert queue.never_gives_up is not None
    assert (known_value(queue.max_receive), known_value(queue.never_gives_up)) == (attempts, for_ever)


SOURCE = """\
google_workflows_workflow.orders:
  name: orders
  source_contents: |
    main:
      steps:
      - fetch:
          call: http.get
          args: {url: "https://shop.example/orders", timeout: 30}
          result: orders
      - guarded:
          try:
            call: http.post
            args: {url: "https://shop.example/pay"}
          retry: ${http.default_retry}
          except: {as: e, steps: []}
      - publish:
          call: googleapis.pubsub.v1.projects.topics.publish
          args: {topic: t}
      - each:
          for:
            value: order
            in: ${orders}
            steps:
            - inside:
                call: http.get
                args: {url: "${order.url}"}
      - wait:
          call: events.await_callback
          args: {callback: c}
      - log:
          call: sys.log
          args: {text: done}
"""


def test_the_steps_of_a_workflow() -> None:
    steps = {step.name: step for step in only(SOURCE, Workflow).steps}
    assert list(steps) == ["fetch", "guarded", "publish", "inside", "wait"]
    assert known_value(steps["fetch"].retries) == ()
    assert (known_value(steps["fetch"].calls), known_value(steps["fetch"].timeout)) == (
        "https://shop.example/orders",
        30,
    )
    assert known_value(steps["guarded"].retries)
    assert known_value(steps["guarded"].catches)
    assert known_value(steps["publish"].retries)
    assert known_value(steps["wait"].waits) is Waiting.CALLBACK
    assert known_value(steps["wait"].timeout) == 43_200


@pytest.mark.parametrize("source", ["unknown(file.yaml is not in the tree)", "'a: [b'"])
def test_a_workflow_in_doubt(source: str) -> None:
    workflow = only(f"google_workflows_workflow.a: {{name: a, source_contents: {source}}}\n", Workflow)
    assert isinstance(workflow.doubt, Unknown)
    assert workflow.steps == ()


REGISTRY = "google_artifact_registry_repository.shop: {repository_id: shop, format: DOCKER, WRITTEN}\n"


@pytest.mark.parametrize(
    ("written", "mutable"),
    [
        ("docker_config: [{immutable_tags: true}]", False),
        ("location: l", True),
        ("docker_config: [{immutable_tags: unknown(var.fixed has no default)}]", None),
    ],
)
def test_the_tags_of_a_repository(written: str, *, mutable: bool | None) -> None:
    assert known_value(only(REGISTRY.replace("WRITTEN", written), ImageRepository).mutable) is mutable


def test_who_looks_into_the_images_of_a_repository() -> None:
    plain = REGISTRY.replace("WRITTEN", "location: l")
    assert isinstance(only(plain, ImageRepository).scanned, Unknown)
    switched = plain + "google_project_service.scan: {service: containerscanning.googleapis.com}\n"
    assert known_value(only(switched, ImageRepository).scanned) is True
    off = REGISTRY.replace("WRITTEN", "vulnerability_scanning_config: [{enablement_config: DISABLED}]")
    assert known_value(only(off, ImageRepository).scanned) is False
    assert not lifted(plain.replace("DOCKER", "MAVEN"), ImageRepository)


def test_a_repository_that_mirrors_another_and_is_open_to_everybody() -> None:
    text = REGISTRY.replace(
        "WRITTEN", "remote_repository_config: [{docker_repository: [{public_repository: DOCKER_HUB}]}]"
    )
    grant = "google_artifact_registry_repository_iam_member.all: {repository: shop, role: r, member: allUsers}\n"
    repository = only(text + grant, ImageRepository)
    assert (known_value(repository.mirrors), known_value(repository.public)) == ("DOCKER_HUB", True)
    assert isinstance(only(REGISTRY.replace("WRITTEN", "location: l"), ImageRepository).mirrors, Absent)


def test_what_a_topic_says_about_who_may_use_it() -> None:
    text = """\
google_pubsub_topic.orders: {name: orders}
google_pubsub_topic_iam_binding.all: {topic: orders, role: roles/pubsub.publisher, members: [allUsers, 'user:a@b.c']}
google_cloud_run_v2_service_iam_member.all: {name: shop, role: roles/run.invoker, member: allUsers}
"""
    policy = only(text, ResourcePolicy)
    assert known_value(policy.guards) == "google_pubsub_topic.orders"
    (statement,) = policy.statements
    assert [each.kind for each in statement.principals] == [PrincipalKind.EVERYBODY, PrincipalKind.IDENTITY]
    assert [known_value(each) for each in statement.actions] == ["roles/pubsub.publisher"]


@pytest.mark.parametrize(
    ("written", "everybody"),
    [
        ("[{log_type: DATA_READ}]", True),
        ("[{log_type: DATA_READ, exempted_members: ['user:a@b.c']}]", False),
        ("unknown(var.logs has no default)", None),
    ],
)
def test_an_audit_config_may_leave_members_out(written: str, *, everybody: bool | None) -> None:
    text = f"google_project_iam_audit_config.all: {{service: allServices, audit_log_config: {written}}}\n"
    trail = only(text, AuditTrail)
    assert trail.everybody is not None
    assert (known_value(trail.everybody), known_value(trail.management)) == (everybody, True)


@pytest.mark.parametrize(
    ("written", "units", "scaled"),
    [
        ("google_spanner_instance.a: {num_nodes: 3}", 3, False),
        ("google_spanner_instance.a: {processing_units: unknown(var.units has no default)}", None, False),
        ("google_bigtable_instance.a: {cluster: [{cluster_id: a, zone: z, num_nodes: 2}]}", 2, False),
    ],
)
def test_nodes_that_are_bought_ahead(written: str, units: int | None, *, scaled: bool) -> None:
    throughput = only(f"{written}\n", Datastore).throughput
    assert throughput is not None
    assert known_value(throughput.fixed) is True
    (share,) = throughput.shares
    assert (known_value(share.units), known_value(share.scaled)) == (units, scaled)


@pytest.mark.parametrize(
    "written",
    [
        "google_spanner_instance.a: {autoscaling_config: [{}]}",
        "google_bigtable_instance.a: {cluster: [{cluster_id: a, zone: z, autoscaling_config: [{min_nodes: 1}]}]}",
    ],
)
def test_nodes_that_follow_the_load(written: str) -> None:
    throughput = only(f"{written}\n", Datastore).throughput
    assert throughput is not None
    assert known_value(throughput.fixed) is False


def test_pages_that_may_ask_a_bucket() -> None:
    text = "google_storage_bucket.a: {cors: [{origin: ['*'], method: [get, put], response_header: [Content-Type]}]}\n"
    rule = only(text, CrossOriginRule)
    assert [known_value(each) for each in (*rule.origins, *rule.methods)] == ["*", "GET", "PUT"]
    assert rule.origins_complete
    assert not only(text.replace("['*']", "unknown(var.sites has no default)"), CrossOriginRule).origins_complete


@pytest.mark.parametrize(
    ("written", "logged"),
    [
        ("location: l", True),
        ("logging_service: none", False),
        ("logging_config: [{enable_components: [WORKLOADS]}]", False),
        ("logging_config: [{enable_components: [SYSTEM_COMPONENTS]}]", True),
        ("logging_config: [{enable_components: unknown(var.logs has no default)}]", None),
    ],
)
def test_the_logs_of_a_control_plane(written: str, *, logged: bool | None) -> None:
    facet = only(f"google_container_cluster.a: {{{written}}}\n", Cluster).facet(FacetName.CONTROL_PLANE_LOGGED)
    assert facet is not None
    assert known_value(facet.holds) is logged
    assert isinstance(facet.holds, Known | Unknown)
