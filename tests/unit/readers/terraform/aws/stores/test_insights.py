"""What databases show of their work: by themselves, or by the words of their cluster."""

from __future__ import annotations

import pytest

from infraaudit.model import Absent, Datastore, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import only

CLUSTER = """\
aws_rds_cluster.c: {cluster_identifier: c, engine: aurora-mysql, WHOLE}
aws_rds_cluster_instance.i: {cluster_identifier: NAMED, instance_class: db.r6g.large, OWN}
"""


def test_an_instance_shows_nothing_by_itself() -> None:
    store = only("aws_db_instance.d: {engine: postgres, instance_class: db.t3.micro}\n", Datastore)
    (insight,) = store.insights or ()
    assert known_value(insight.statements) is False
    assert known_value(insight.interval) == 0
    assert known_value(insight.kept) == 7
    assert isinstance(insight.identity, Absent)
    assert not insight.able


@pytest.mark.parametrize("named", ["c", "ref(aws_rds_cluster.c.id)"])
@pytest.mark.parametrize(
    ("whole", "own", "statements"),
    [
        ("", "", False),
        ("", "performance_insights_enabled: true", True),
        ("performance_insights_enabled: true", "", True),
        ("performance_insights_enabled: unknown(var.x)", "performance_insights_enabled: true", None),
    ],
)
def test_the_words_of_a_cluster_come_before_those_of_its_instances(
    named: str,
    whole: str,
    own: str,
    statements: bool | None,  # noqa: FBT001 - a column
) -> None:
    text = CLUSTER.replace("NAMED", named).replace("WHOLE", whole).replace("OWN", own)
    (insight,) = only(text, Datastore).insights or ()
    assert known_value(insight.statements) is statements


def test_a_cluster_without_instances_speaks_for_itself() -> None:
    text = "aws_rds_cluster.c: {engine: mysql, monitoring_interval: unknown(var.x), monitoring_role_arn: role}\n"
    (insight,) = only(text, Datastore).insights or ()
    assert isinstance(insight.interval, Unknown)
    assert known_value(insight.identity) == "role"
