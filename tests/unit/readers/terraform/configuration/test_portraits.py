"""What portraits make of the inputs that decide most: numbers, switches and names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.model import (
    Cluster,
    Datastore,
    Egress,
    EncryptionKey,
    FacetName,
    FirewallRule,
    Gateway,
    Known,
    NodePool,
    ObjectStore,
    PrincipalKind,
    PublicAccess,
    Queue,
    ResourcePolicy,
    Subnet,
    VirtualMachines,
    Workload,
    known_value,
)
from infraaudit.readers.terraform.reader import read
from tests.unit.readers.terraform.trees import resources_of, tree_of

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.model import Entity


def call(module: str, version: str, arguments: str) -> str:
    return (
        f'module "m" {{\n  source  = "terraform-aws-modules/{module}/aws"\n  version = "{version}"\n{arguments}\n}}\n'
    )


def called(root: Path, module: str, version: str, arguments: str) -> tuple[Entity, ...]:
    """Return what one call of a published module is lifted to."""
    return read(tree_of(root, {"main.tf": call(module, version, arguments)})).entities


NETWORK = """
  azs             = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
  private_subnets = ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"]
  public_subnets  = ["10.0.101.0/24", "10.0.102.0/24", "10.0.103.0/24"]
  intra_subnets   = ["10.0.201.0/24"]
"""


@pytest.mark.parametrize(
    ("switches", "gateways"),
    [
        ("", 0),
        ("enable_nat_gateway = true", 3),
        ("enable_nat_gateway = true\n  one_nat_gateway_per_az = true", 3),
        ("enable_nat_gateway = true\n  single_nat_gateway = true", 1),
        ("enable_nat_gateway = true\n  create_vpc = false", 0),
    ],
)
def test_a_network_has_as_many_gateways_as_it_is_told_to(tmp_path: Path, switches: str, gateways: int) -> None:
    resources = resources_of(tmp_path, {"main.tf": call("vpc", "~> 6.0", f"{NETWORK}  {switches}")})
    assert sum(each.multiplicity for each in resources.values() if each.type == "aws_nat_gateway") == gateways


def test_subnets_lead_where_their_tier_does(tmp_path: Path) -> None:
    entities = called(tmp_path, "vpc", "5.21.0", f"{NETWORK}  enable_nat_gateway = true\n  single_nat_gateway = true")
    subnets = {each.name: each for each in entities if isinstance(each, Subnet)}
    ways = {name: each.egress.value for name, each in subnets.items() if isinstance(each.egress, Known)}
    assert ways == {"public": Egress.DIRECT, "private": Egress.TRANSLATED, "intra": Egress.NONE}
    nat = subnets["private"].nat
    assert isinstance(nat, Known)
    assert nat.value == "module.m.aws_nat_gateway.this"


def test_a_queue_with_its_own_dead_letter_queue(tmp_path: Path) -> None:
    entities = called(tmp_path, "sqs", "~> 4.2", '  name       = "jobs.fifo"\n  fifo_queue = true\n  create_dlq = true')
    queues = {each.name: each for each in entities if isinstance(each, Queue)}
    assert queues["this"].identifiers == ("jobs.fifo",)
    assert queues["dlq"].identifiers == ("jobs-dlq.fifo",)
    assert isinstance(queues["this"].dead_letter, Known)
    assert queues["this"].dead_letter.value == "module.m.aws_sqs_queue.dlq"
    assert queues["dlq"].is_dead_letter


def test_a_bucket_with_the_switches_of_its_module(tmp_path: Path) -> None:
    arguments = """
  bucket        = "reports"
  attach_policy = true
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "*" }]
  })
  versioning    = { status = "Suspended" }
  lifecycle_rule = [{ id = "old", enabled = true, filter = { prefix = "tmp/" }, expiration = { days = 3 } }]
"""
    (store,) = (each for each in called(tmp_path, "s3-bucket", "5.2.0", arguments) if isinstance(each, ObjectStore))
    assert isinstance(store.public, Known)
    assert store.public.value is PublicAccess.NONE  # its module keeps the public out where nothing else is said
    assert isinstance(store.versioning, Known)
    assert store.versioning.value is False
    (expiration,) = store.expirations
    assert isinstance(expiration.everything, Known)
    assert expiration.everything.value is False


def test_a_key_that_a_statement_of_the_caller_opens(tmp_path: Path) -> None:
    statement = '{ actions = ["kms:*"], resources = ["*"], principals = [{ type = "AWS", identifiers = ["*"] }] }'
    entities = called(tmp_path, "kms", "4.1.0", f"  key_statements = [{statement}]")
    (own,) = (each for each in entities if isinstance(each, ResourcePolicy))
    kinds = [principal.kind for each in own.statements for principal in each.principals]
    assert PrincipalKind.EVERYBODY in kinds


@pytest.mark.parametrize(("version", "word"), [("20.37.0", "cluster_"), ("~> 21.0", "")])
def test_a_cluster_is_the_same_by_the_words_of_both_versions(tmp_path: Path, version: str, word: str) -> None:
    arguments = f"""
  {word}name                   = "shop"
  {"cluster_" if word else "kubernetes_"}version = "1.33"
  {word}endpoint_public_access = true
  subnet_ids = ["subnet-1", "subnet-2"]
  eks_managed_node_groups = {{
    blue = {{ instance_types = ["m6i.large"], min_size = 2, max_size = 6, capacity_type = "SPOT" }}
  }}
"""
    entities = called(tmp_path, "eks", version, arguments)
    (cluster,) = (each for each in entities if isinstance(each, Cluster))
    assert (cluster.identifiers, cluster.endpoint_public.value) == (("shop",), True)  # type: ignore[union-attr]
    (pool,) = (each for each in entities if isinstance(each, NodePool))
    assert pool.address == 'module.m.module.eks_managed_node_group["blue"].aws_eks_node_group.this'
    assert isinstance(pool.cluster, Known)
    assert pool.cluster.value == cluster.address
    assert [each.value for each in (pool.minimum, pool.maximum, pool.interruptible)] == [2, 6, True]  # type: ignore[union-attr]
    (key,) = (each for each in entities if isinstance(each, EncryptionKey))
    assert key.address == "module.m.module.kms.aws_kms_key.this"


def test_a_service_with_its_containers_and_its_scaling(tmp_path: Path) -> None:
    arguments = """
  cluster_name = "main"
  services = {
    web = {
      desired_count         = 3
      container_definitions = { app = { image = "web:1.2", portMappings = [{ containerPort = 8080 }] } }
    }
  }
"""
    entities = called(tmp_path, "ecs", "~> 6.2", arguments)
    (service,) = (each for each in entities if isinstance(each, Workload))
    assert service.address == 'module.m.module.service["web"].aws_ecs_service.this'
    assert isinstance(service.replicas, Known)
    assert service.replicas.value == 3
    (container,) = service.containers
    assert isinstance(container.image, Known)
    assert container.image.value == "web:1.2"


def test_a_database_of_several_instances(tmp_path: Path) -> None:
    arguments = """
  name              = "orders"
  engine            = "aurora-postgresql"
  instance_class    = "db.r6g.large"
  instances         = { one = {}, two = { instance_class = "db.r6g.xlarge" } }
"""
    (store,) = (each for each in called(tmp_path, "rds-aurora", "9.2.0", arguments) if isinstance(each, Datastore))
    assert (store.engine, store.address) == ("postgres", "module.m.aws_rds_cluster.this")


def test_a_load_balancer_leads_to_its_target_groups(tmp_path: Path) -> None:
    arguments = """
  name          = "front"
  subnets       = ["subnet-1", "subnet-2"]
  listeners     = { http = { port = 80, protocol = "HTTP", forward = { target_group_key = "web" } } }
  target_groups = { web = { port = 8080, target_type = "ip", create_attachment = false } }
"""
    (gateway,) = (each for each in called(tmp_path, "alb", "~> 9.0", arguments) if isinstance(each, Gateway))
    assert [each.service.value for each in gateway.routes] == ['module.m.aws_lb_target_group.this["web"]']  # type: ignore[union-attr]


def test_each_rule_of_a_security_group_is_one_of_its_own(tmp_path: Path) -> None:
    arguments = """
  name                     = "web"
  ingress_cidr_blocks      = ["0.0.0.0/0"]
  ingress_rules            = ["https-443-tcp", "ssh-tcp"]
  ingress_with_cidr_blocks = [
    { from_port = 8080, to_port = 8090, protocol = "tcp", cidr_blocks = "10.0.0.0/8,10.1.0.0/16" },
  ]
"""
    rules = [each for each in called(tmp_path, "security-group", "5.2.0", arguments) if isinstance(each, FirewallRule)]
    told = {
        each.address.removeprefix("module.m.aws_security_group_rule."): (
            known_value(each.from_port),
            [known_value(source) for source in each.sources],
        )
        for each in rules
    }
    assert told == {
        "ingress_rules[0]": (443, ["0.0.0.0/0"]),
        "ingress_rules[1]": (22, ["0.0.0.0/0"]),
        "ingress_with_cidr_blocks": (8080, ["10.0.0.0/8", "10.1.0.0/16"]),
    }


def test_a_group_of_machines_takes_the_requests_of_what_is_attached_to_it(tmp_path: Path) -> None:
    arguments = """
  name                       = "web"
  min_size                   = 2
  max_size                   = 4
  instance_type              = "m6i.large"
  vpc_zone_identifier        = ["subnet-1", "subnet-2"]
  traffic_source_attachments = { front = { traffic_source_identifier = aws_lb_target_group.web.arn } }
"""
    text = call("autoscaling", "~> 9.0", arguments) + 'resource "aws_lb_target_group" "web" {\n  port = 8080\n}\n'
    entities = read(tree_of(tmp_path, {"main.tf": text})).entities
    (machines,) = (each for each in entities if isinstance(each, VirtualMachines))
    assert [known_value(each.service) for each in machines.targets] == ["aws_lb_target_group.web"]


def test_a_database_of_google_keeps_backups_only_where_it_is_told_to(tmp_path: Path) -> None:
    text = """
module "m" {
  source               = "terraform-google-modules/sql-db/google//modules/postgresql"
  version              = "~> 26.0"
  name                 = "orders"
  project_id           = "shop"
  database_version     = "17"
  backup_configuration = { enabled = ENABLED }
}
"""
    for number, enabled in enumerate((False, True)):
        given = {"main.tf": text.replace("ENABLED", str(enabled).lower())}
        entities = read(tree_of(tmp_path / str(number), given)).entities
        (store,) = (each for each in entities if isinstance(each, Datastore))
        (backups,) = (each for each in store.facets if each.name is FacetName.BACKED_UP)
        assert known_value(backups.holds) is enabled
