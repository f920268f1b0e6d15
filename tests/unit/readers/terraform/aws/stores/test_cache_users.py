from __future__ import annotations

import pytest

from infraaudit.model import Datastore, Desktop, FacetName, Function, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only


def asks(text: str) -> bool | None:
    store = next(iter(lifted(text, Datastore)))
    facet = store.facet(FacetName.ASKS)
    assert facet is not None
    return known_value(facet.holds)


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("node_type: cache.m7g.large", False),
        ("auth_token: unknown(var.token)", None),
        ("auth_token: ref(random_password.token.result)", True),
        ("user_group_ids: [sessions]", True),
        ("global_replication_group_id: world", None),
    ],
)
def test_a_group_asks_for_a_token_or_by_its_users(written: str, answer: bool | None) -> None:  # noqa: FBT001 - a case
    assert asks(f"aws_elasticache_replication_group.a: {{{written}}}\n") is answer


USERS = """\
aws_elasticache_replication_group.a: {user_group_ids: [ref(aws_elasticache_user_group.g.user_group_id)]}
aws_elasticache_user_group.g: {user_ids: [ref(aws_elasticache_user.u.user_id)]}
aws_elasticache_user.u: {user_name: default, access_string: "%s", %s}
"""


@pytest.mark.parametrize(
    ("access", "written", "answer"),
    [
        ("on ~* +@all", "no_password_required: true", False),
        ("on ~* +@all", "authentication_mode: [{type: no-password-required}]", False),
        ("off ~* +@all", "no_password_required: true", True),
        ("on ~* +@all", "authentication_mode: [{type: iam}]", True),
    ],
)
def test_a_user_without_a_password_lets_anybody_in(access: str, written: str, *, answer: bool) -> None:
    assert asks(USERS % (access, written)) is answer


@pytest.mark.parametrize(("acl", "answer"), [("open-access", False), ("carts", True), ("unknown(var.acl)", None)])
def test_an_access_list_of_memorydb(acl: str, answer: bool | None) -> None:  # noqa: FBT001 - a case
    assert asks(f"aws_memorydb_cluster.a: {{acl_name: {acl}}}\n") is answer


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("", False),
        ("client_authentication: [{sasl: [{iam: true}]}]", True),
        ("client_authentication: [{tls: [{certificate_authority_arns: [a]}]}]", True),
        ("client_authentication: [{unauthenticated: true, sasl: [{iam: true}]}]", False),
        ("client_authentication: [{sasl: [{scram: unknown(var.scram)}]}]", None),
    ],
)
def test_brokers_ask_where_a_way_to_do_so_is_on(written: str, answer: bool | None) -> None:  # noqa: FBT001 - a case
    assert asks(f"aws_msk_cluster.a: {{{written}}}\n") is answer


@pytest.mark.parametrize(
    ("written", "encrypted"),
    [
        ("", False),
        ("user_volume_encryption_enabled: true", False),
        ("user_volume_encryption_enabled: unknown(var.e)", False),
    ],
)
def test_both_volumes_of_a_desktop_count(written: str, *, encrypted: bool) -> None:
    facet = only(f"aws_workspaces_workspace.a: {{{written}}}\n", Desktop).facet(FacetName.ENCRYPTED_AT_REST)
    assert facet is not None
    assert known_value(facet.holds) is encrypted


@pytest.mark.parametrize(
    ("written", "public"), [("publicly_accessible: true", True), ("publicly_accessible: false", False), ("", None)]
)
def test_a_replication_instance_is_public_as_written(written: str, public: bool | None) -> None:  # noqa: FBT001 - a case
    facet = only(f"aws_dms_replication_instance.a: {{{written}}}\n", Datastore).facet(FacetName.PUBLIC)
    assert facet is not None
    assert known_value(facet.holds) is public


@pytest.mark.parametrize(("value", "number"), [("3000", 3000), ("unknown(var.quota)", None)])
def test_a_quota_of_the_account_is_raised(value: str, number: int | None) -> None:
    text = f"""\
aws_lambda_function.a: {{function_name: a}}
aws_servicequotas_service_quota.a: {{service_code: lambda, quota_code: L-B99A9384, value: {value}}}
aws_servicequotas_service_quota.b: {{service_code: ec2, quota_code: L-1, value: 5}}
"""
    shared = only(text, Function).shared_at_once
    assert shared is not None
    assert known_value(shared) == number
    assert isinstance(shared, Unknown) is (number is None)
