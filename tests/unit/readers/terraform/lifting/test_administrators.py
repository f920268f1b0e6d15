"""Which login may do everything in a managed database."""

from __future__ import annotations

import pytest

from infraaudit.model import Absent, Datastore, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import only


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("aws_db_instance.d: {engine: postgres, username: shop}\n", "shop"),
        ("aws_rds_cluster.d: {engine: aurora-postgresql, master_username: shop}\n", "shop"),
        ("google_sql_database_instance.d: {database_version: POSTGRES_16}\n", "postgres"),
        ("google_sql_database_instance.d: {database_version: MYSQL_8_4}\n", "root"),
        ("google_alloydb_cluster.d: {initial_user: [{user: shop}]}\n", "shop"),
        ("google_alloydb_cluster.d: {}\n", "postgres"),
        ("azurerm_postgresql_flexible_server.d: {administrator_login: shop}\n", "shop"),
    ],
)
def test_the_login_of_the_owner(text: str, name: str) -> None:
    administrator = only(text, Datastore).administrator
    assert administrator is not None
    assert known_value(administrator) == name


def test_one_that_is_not_written_or_cannot_be_told() -> None:
    assert isinstance(only("aws_db_instance.d: {engine: postgres}\n", Datastore).administrator, Absent)
    unknown = only("aws_db_instance.d: {username: unknown(var.login has no default)}\n", Datastore).administrator
    assert isinstance(unknown, Unknown)
    assert only("aws_dynamodb_table.d: {name: d}\n", Datastore).administrator is None
