from __future__ import annotations

import pytest

from infraaudit.model import Absent, Function, Known, OwnAddress, Unknown, Workload, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

RUN = "google_cloud_run_v2_service.shop"


@pytest.mark.parametrize(
    ("text", "reached"),
    [
        (f"{RUN}: {{name: shop}}\n", True),
        (f"{RUN}: {{ingress: INGRESS_TRAFFIC_INTERNAL_ONLY}}\n", False),
        (f"{RUN}: {{default_uri_disabled: true}}\n", False),
        (f"{RUN}: {{ingress: unknown(var.ingress has no default)}}\n", None),
        ("google_cloud_run_service.shop: {metadata: [{annotations: {run.googleapis.com/ingress: internal}}]}\n", False),
        ("google_cloud_run_service.shop: {metadata: [{annotations: {other: x}}]}\n", True),
        ("google_cloudfunctions2_function.f: {service_config: [{ingress_settings: ALLOW_INTERNAL_ONLY}]}\n", False),
        ("google_cloudfunctions_function.f: {trigger_http: true}\n", True),
    ],
)
def test_who_gets_to_an_address(text: str, reached: bool | None) -> None:  # noqa: FBT001 - a case
    assert known_value(only(text, OwnAddress).reached) is reached


def test_a_function_that_events_start_has_no_address() -> None:
    assert not lifted("google_cloudfunctions_function.f: {event_trigger: [{resource: x}]}\n", OwnAddress)


def member(who: str, role: str = "roles/run.invoker", service: str = "shop") -> str:
    return (
        f"{RUN}: {{name: shop}}\n"
        f"google_cloud_run_v2_service_iam_member.m: {{name: {service}, role: {role}, member: {who}}}\n"
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"{RUN}: {{name: shop}}\n", Known),
        (f"{RUN}: {{invoker_iam_disabled: true}}\n", Absent),
        (member("allUsers"), Absent),
        (member("allAuthenticatedUsers"), Absent),
        (member("allUsers", service=f"ref({RUN}.name)"), Absent),
        (member("allUsers", service="other"), Known),
        (member("allUsers", role="roles/run.viewer"), Known),
        (member("allUsers", role="unknown(var.role has no default)"), Unknown),
        (member("unknown(var.caller has no default)"), Unknown),
        (member("ref(google_service_account.shop.member)"), Known),
    ],
)
def test_who_may_call(text: str, kind: type) -> None:
    assert isinstance(only(text, OwnAddress).asks, kind)


@pytest.mark.parametrize(
    ("account", "shared"),
    [
        ("", True),
        ("service_account: shop@shop.iam.gserviceaccount.com", False),
        ("service_account: 1-compute@developer.gserviceaccount.com", True),
        ("service_account: ref(google_service_account.shop.email)", False),
        ("service_account: unknown(var.account has no default)", None),
    ],
)
def test_whether_a_service_acts_as_the_whole_project(account: str, shared: bool | None) -> None:  # noqa: FBT001 - a case
    service = only(f"{RUN}: {{template: [{{containers: [{{image: x}}], {account}}}]}}\n", Workload)
    assert service.shared_identity is not None
    assert known_value(service.shared_identity) is shared


def test_secrets_of_a_function() -> None:
    text = "secret_environment_variables: [{key: TOKEN, secret: ref(google_secret_manager_secret.token.secret_id)}]"
    function = only(
        "google_secret_manager_secret.token: {secret_id: token}\n"
        f"google_cloudfunctions2_function.f: {{service_config: [{{{text}}}]}}\n",
        Function,
    )
    (variable,) = function.containers[0].environment
    assert (variable.name, variable.secret_ref) == ("TOKEN", "google_secret_manager_secret.token")
    assert function.containers[0].environment_complete


@pytest.mark.parametrize(
    ("access", "subnets"),
    [
        (
            "network_interfaces: [{subnetwork: ref(google_compute_subnetwork.run.id)}]",
            ("google_compute_subnetwork.run",),
        ),
        ("connector: ref(google_vpc_access_connector.shop.id)", None),
    ],
)
def test_from_which_subnets_copies_take_addresses(access: str, subnets: tuple[str, ...] | None) -> None:
    service = only(
        f"google_compute_subnetwork.run: {{name: run}}\n{RUN}: {{template: [{{containers: [{{image: x}}],"
        f" vpc_access: [{{{access}}}]}}]}}\n",
        Workload,
    )
    if subnets is None:
        assert service.location is None
    else:
        assert service.location is not None
        assert known_value(service.location.subnets) == subnets
