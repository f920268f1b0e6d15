"""What portraits of stores, of what stands before them, and of roles make of the inputs that decide most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.model import (
    Datastore,
    FacetName,
    FirewallRule,
    Identity,
    Known,
    Permission,
    Pooler,
    PrincipalKind,
    PrivateEndpoint,
    ResourcePolicy,
    ServerCertificate,
    StoredSecret,
    Subnet,
    Unknown,
    known_value,
)
from infraaudit.readers.terraform.reader import read
from tests.unit.readers.terraform.trees import tree_of

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.model import Entity


def called(root: Path, module: str, version: str, arguments: str) -> tuple[Entity, ...]:
    """Return what one call of a published module is lifted to."""
    name, _, inner = module.partition("//")
    source = f"terraform-aws-modules/{name}/aws" + (f"//modules/{inner}" if inner else "")
    text = f'module "m" {{\n  source  = "{source}"\n  version = "{version}"\n{arguments}\n}}\n'
    return read(tree_of(root, {"main.tf": text})).entities


def test_a_certificate_with_its_names(tmp_path: Path) -> None:
    arguments = (
        '  domain_name = "shop.example"\n  subject_alternative_names = ["*.shop.example"]\n  validation_method = "DNS"'
    )
    (found,) = (each for each in called(tmp_path, "acm", "~> 6.0", arguments) if isinstance(each, ServerCertificate))
    assert found.address.startswith("module.m.aws_acm_certificate.this")


def test_a_proxy_before_the_database_that_it_is_told(tmp_path: Path) -> None:
    arguments = '  name = "orders"\n  target_db_instance = true\n  db_instance_identifier = "orders"\n  auth = {}'
    entities = called(tmp_path, "rds-proxy", "3.2.0", arguments)
    assert [each.address.removesuffix("[0]") for each in entities if isinstance(each, Pooler)] == [
        "module.m.aws_db_proxy.this"
    ]


@pytest.mark.parametrize(("version", "sources"), [("1.3.1", 1), ("2.0.1", 0)])
def test_a_password_by_chance_is_kept_in_the_state_by_version_1_alone(
    tmp_path: Path, version: str, sources: int
) -> None:
    arguments = '  name = "orders"\n  create_random_password = true'
    entities = called(tmp_path, "secrets-manager", version, arguments)
    (secret,) = (each for each in entities if isinstance(each, StoredSecret))
    assert len(secret.sources) == sources


def test_a_file_system_is_encrypted_and_copied_unless_told_otherwise(tmp_path: Path) -> None:
    arguments = '  name = "media"\n  mount_targets = { a = { subnet_id = "subnet-a" } }\n  enable_backup_policy = false'
    entities = called(tmp_path, "efs", "1.8.0", arguments)
    (store,) = (each for each in entities if isinstance(each, Datastore))
    answers = {each.name: known_value(each.holds) for each in store.facets}
    assert answers[FacetName.ENCRYPTED_AT_REST] is True
    assert answers[FacetName.BACKED_UP] is False
    assert store.firewalls == ("module.m.aws_security_group.this",)
    assert any(isinstance(each, ResourcePolicy) for each in entities)


@pytest.mark.parametrize(
    ("version", "rules"), [("1.8.0", "security_group_rules"), ("2.0.0", "security_group_ingress_rules")]
)
def test_a_rule_of_a_file_system_opens_its_own_port(tmp_path: Path, version: str, rules: str) -> None:
    source = '{ cidr_blocks = ["10.0.0.0/16"] }' if version < "2" else '{ cidr_ipv4 = "10.0.0.0/16" }'
    arguments = f'  mount_targets = {{ a = {{ subnet_id = "subnet-a" }} }}\n  {rules} = {{ vpc = {source} }}'
    (rule,) = (each for each in called(tmp_path, "efs", version, arguments) if isinstance(each, FirewallRule))
    assert (known_value(rule.from_port), known_value(rule.to_port)) == (2049, 2049)


@pytest.mark.parametrize("version", ["2.13.0", "3.3.0"])
def test_the_disks_of_brokers_grow_unless_told_otherwise(tmp_path: Path, version: str) -> None:
    arguments = """
  name                     = "events"
  number_of_broker_nodes   = 3
  broker_node_storage_info = { ebs_storage_info = { volume_size = 100 } }
  client_authentication    = { sasl = { iam = true } }
"""
    (store,) = (
        each for each in called(tmp_path, "msk-kafka-cluster", version, arguments) if isinstance(each, Datastore)
    )
    assert store.disk is not None
    assert store.disk.grows is not None
    assert known_value(store.disk.grows) is True
    asks = store.facet(FacetName.ASKS)
    assert asks is not None
    assert known_value(asks.holds) is True


def test_endpoints_of_a_network(tmp_path: Path) -> None:
    arguments = '  vpc_id = "vpc-1"\n  endpoints = { s3 = { service = "s3", service_type = "Gateway" } }'
    entities = called(tmp_path, "vpc//vpc-endpoints", "5.21.0", arguments)
    assert len([each for each in entities if isinstance(each, PrivateEndpoint)]) == 1


@pytest.mark.parametrize(("version", "public"), [("3.19.0", True), ("4.0.2", False), ("6.5.0", False)])
def test_the_third_version_of_a_network_hands_out_public_addresses(
    tmp_path: Path, version: str, *, public: bool
) -> None:
    arguments = '  cidr = "10.0.0.0/16"\n  azs = ["eu-west-1a"]\n  public_subnets = ["10.0.1.0/24"]'
    (subnet,) = (each for each in called(tmp_path, "vpc", version, arguments) if isinstance(each, Subnet))
    assert known_value(subnet.public_addresses) is public


PROVIDER = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE"


@pytest.mark.parametrize(
    ("module", "version", "name"),
    [
        ("iam//iam-role-for-service-accounts", "6.5.0", "name"),
        ("iam//iam-role-for-service-accounts-eks", "~> 5.0", "role_name"),
    ],
)
def test_a_role_for_a_service_account_trusts_it_alone_and_may_what_its_program_needs(
    tmp_path: Path, module: str, version: str, name: str
) -> None:
    arguments = f"""
  {name} = "disks"
  attach_ebs_csi_policy = true
  oidc_providers = {{
    main = {{ provider_arn = "{PROVIDER}", namespace_service_accounts = ["kube-system:ebs-csi"] }}
  }}
"""
    entities = called(tmp_path, module, version, arguments)
    (role,) = (each for each in entities if isinstance(each, Identity))
    (statement,) = role.trust
    assert [each.kind for each in statement.principals] == [PrincipalKind.FEDERATED]
    assert [known_value(value) for each in statement.conditions for value in each.values] == [
        "system:serviceaccount:kube-system:ebs-csi",
        "sts.amazonaws.com",
    ]
    (permission,) = (each for each in entities if isinstance(each, Permission))
    assert not permission.statements_complete
    assert permission.holders == (role.address,)


def test_a_role_that_services_act_as(tmp_path: Path) -> None:
    arguments = """
  create_role           = true
  role_name             = "tasks"
  role_requires_mfa     = false
  trusted_role_services = ["ecs-tasks.amazonaws.com"]
  attach_admin_policy   = true
"""
    entities = called(tmp_path, "iam//iam-assumable-role", "5.60.0", arguments)
    (role,) = (each for each in entities if isinstance(each, Identity))
    assert [known_value(each.name) for statement in role.trust for each in statement.principals] == [
        "ecs-tasks.amazonaws.com"
    ]
    granted = [known_value(each.granted) for each in entities if isinstance(each, Permission)]
    assert granted == ["AdministratorAccess"]


def test_a_role_for_pipelines_names_whom_it_trusts(tmp_path: Path) -> None:
    arguments = '  name = "deploy"\n  enable_github_oidc = true\n  oidc_wildcard_subjects = ["shop/web:*"]'
    (role,) = (each for each in called(tmp_path, "iam//iam-role", "6.5.0", arguments) if isinstance(each, Identity))
    values = [each for statement in role.trust for test in statement.conditions for each in test.values]
    assert "repo:shop/web:*" in [each.value for each in values if isinstance(each, Known)]
    assert not any(isinstance(each, Unknown) for each in values)


@pytest.mark.parametrize(("version", "switch"), [("5.60.0", "create_policy"), ("6.5.0", "create")])
def test_a_policy_that_is_not_wanted(tmp_path: Path, version: str, switch: str) -> None:
    entities = called(tmp_path, "iam//iam-policy", version, f'  name = "a"\n  {switch} = false\n  policy = "{{}}"')
    assert not [each for each in entities if isinstance(each, Permission)]
