from __future__ import annotations

import pytest

from infraaudit.model import Datastore, FacetName, known_value
from tests.unit.readers.terraform.aws.builder import only

SUBSCRIPTION = "aws_db_event_subscription.s"


@pytest.mark.parametrize(
    ("subscription", "told"),
    [
        ("", False),
        ("{sns_topic: t}", True),
        ("{source_type: db-instance}", True),
        ("{source_type: db-security-group}", False),
        ("{source_type: db-instance, enabled: false}", False),
        ("{source_type: db-instance, source_ids: [shop]}", True),
        ("{source_type: db-instance, source_ids: [ref(aws_db_instance.a.identifier)]}", True),
        ("{source_type: db-instance, source_ids: [other]}", False),
        ("{source_type: db-instance, source_ids: [unknown(var.x)]}", None),
        ("{source_type: db-instance, source_ids: unknown(var.x)}", None),
        ("{source_type: unknown(var.x)}", None),
    ],
)
def test_whether_somebody_is_told_of_a_database(subscription: str, *, told: bool | None) -> None:
    more = f"{SUBSCRIPTION}: {subscription}\n" if subscription else ""
    facet = only(f"aws_db_instance.a: {{identifier: shop, engine: postgres}}\n{more}", Datastore).facet(
        FacetName.EVENTS_TOLD
    )
    assert facet is not None
    assert known_value(facet.holds) is told
