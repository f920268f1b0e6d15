from __future__ import annotations

import pytest

from infraaudit.joins import join
from infraaudit.model import Absent, Datastore, EdgeKind, Estate, Pooler, PoolMode, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import lifted, only

PROXY = "aws_db_proxy.orders: {name: orders-proxy, engine_family: %s}\n"
TARGET = "aws_db_proxy_target.a: {db_proxy_name: %s, %s}\n"
GROUP = """\
aws_db_proxy_default_target_group.a:
  db_proxy_name: ref(aws_db_proxy.orders.name)
  connection_pool_config: [{max_connections_percent: %s}]
"""
DATABASE = "aws_db_instance.orders: {identifier: orders, engine: postgres, instance_class: db.m7g.large}\n"


@pytest.mark.parametrize(("family", "share"), [("POSTGRESQL", 100), ("SQLSERVER", 10)])
def test_a_proxy_takes_what_its_engine_gives_by_default(family: str, share: int) -> None:
    proxy = only(PROXY % family, Pooler)
    assert proxy.share is not None
    assert known_value(proxy.share) == share
    assert known_value(proxy.mode) is PoolMode.TRANSACTION
    assert isinstance(proxy.most_clients, Absent)
    assert proxy.identifiers == ("orders-proxy",)


@pytest.mark.parametrize("name", ["orders-proxy", "ref(aws_db_proxy.orders.name)"])
@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("db_instance_identifier: ref(aws_db_instance.orders.identifier)", "aws_db_instance.orders"),
        ("db_cluster_identifier: carts", "carts"),
        ("db_instance_identifier: unknown(var.db)", None),
    ],
)
def test_a_proxy_knows_its_targets(name: str, target: str, found: str | None) -> None:
    proxy = only(PROXY % "POSTGRESQL" + TARGET % (name, target), Pooler)
    assert [known_value(each) for each in proxy.targets] == [found]


def joined(text: str) -> Estate:
    return join(Estate.of_parts((*lifted(text, Pooler), *lifted(text, Datastore))))


@pytest.mark.parametrize("target", ["ref(aws_db_instance.orders.identifier)", "orders"])
def test_the_pool_is_a_share_of_what_the_store_behind_accepts(target: str) -> None:
    text = PROXY % "POSTGRESQL" + TARGET % ("orders-proxy", f"db_instance_identifier: {target}") + GROUP % 50 + DATABASE
    estate = joined(text)
    (proxy,) = estate.of(Pooler)
    (store,) = estate.targets(proxy, EdgeKind.READS, Datastore)
    assert store.max_connections is not None
    limit = known_value(store.max_connections)
    assert limit is not None
    assert known_value(proxy.pool_size) == limit // 2


def test_without_a_store_or_a_share_the_pool_is_not_known() -> None:
    text = PROXY % "POSTGRESQL" + TARGET % ("orders-proxy", "db_instance_identifier: others") + DATABASE
    assert isinstance(joined(text).of(Pooler)[0].pool_size, Unknown)
    text = PROXY % "POSTGRESQL" + TARGET % ("orders-proxy", "db_instance_identifier: orders") + DATABASE
    assert isinstance(joined(text + GROUP % "unknown(var.percent)").of(Pooler)[0].pool_size, Unknown)
