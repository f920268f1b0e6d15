"""Who is granted what in Google Cloud: by members, bindings and whole policies, on projects and on single things."""

from __future__ import annotations

import pytest

from infraaudit.model import Absent, Permission, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

TOPIC = "google_pubsub_topic.orders: {name: orders}\n"


@pytest.mark.parametrize(
    ("written", "objects"),
    [
        ("topic: ref(google_pubsub_topic.orders.name)", ("google_pubsub_topic.orders",)),
        ("topic: projects/p/topics/orders", ("google_pubsub_topic.orders",)),
        ("topic: elsewhere", ("elsewhere",)),
        ("topic: unknown(var.topic has no default)", ("",)),
    ],
)
def test_what_a_grant_is_for(written: str, objects: tuple[str, ...]) -> None:
    text = (
        TOPIC + f"google_pubsub_topic_iam_member.a: {{role: roles/pubsub.publisher, member: 'user:a@b.c', {written}}}\n"
    )
    permission = only(text, Permission)
    assert permission.objects == objects
    assert (permission.holders, permission.reach) == (("user:a@b.c",), "")
    assert known_value(permission.granted) == "roles/pubsub.publisher"


POLICY = """\
google_service_account.web: {account_id: web}
data.google_iam_policy.main:
  binding:
    - {role: roles/editor, members: ["serviceAccount:x@y.iam.gserviceaccount.com"]}
    - {role: roles/viewer, members: [ref(google_service_account.web.member)]}
google_project_iam_policy.main: {project: shop, policy_data: WRITTEN}
"""


@pytest.mark.parametrize(
    "written",
    [
        "ref(data.google_iam_policy.main.policy_data)",
        "unknown(it is read when Terraform runs; data.google_iam_policy.main)",
    ],
)
def test_a_whole_policy_is_several_grants(written: str) -> None:
    text = POLICY.replace("WRITTEN", written)
    editor, viewer = lifted(text, Permission)
    assert (known_value(editor.granted), editor.reach) == ("roles/editor", "the project")
    assert editor.holders == ("serviceAccount:x@y.iam.gserviceaccount.com",)
    assert viewer.holders == ("serviceAccount:google_service_account.web",)
    assert editor.holders_complete


def test_a_policy_as_text() -> None:
    document = """'{"bindings": [{"role": "roles/owner", "members": ["user:a@b.c"]}]}'"""
    permission = only(POLICY.replace("WRITTEN", document), Permission)
    assert known_value(permission.granted) == "roles/owner"


def test_a_policy_in_doubt_names_nobody_for_certain() -> None:
    permission = only(POLICY.replace("WRITTEN", "unknown(var.policy has no default)"), Permission)
    assert isinstance(permission.granted, Unknown)
    assert not permission.holders_complete


def test_a_role_of_the_configuration_stands_for_its_actions() -> None:
    text = """\
google_project_iam_custom_role.deploy: {role_id: deploy, permissions: [run.services.create, iam.serviceAccounts.actAs]}
google_project_iam_member.deploy: {role: ref(google_project_iam_custom_role.deploy.id), member: 'user:a@b.c'}
"""
    permission = only(text, Permission)
    assert isinstance(permission.granted, Absent)
    actions = [known_value(each) for statement in permission.statements for each in statement.actions]
    assert actions == ["run.services.create", "iam.serviceAccounts.actAs"]
