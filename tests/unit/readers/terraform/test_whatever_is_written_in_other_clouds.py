"""Whatever is written under the names that the lifts of Google and Azure look for, they never fail."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from infraaudit.facts import table
from infraaudit.model import Entity, Node
from infraaudit.model.node import Content, Missing, Reference, Unresolved
from infraaudit.readers.terraform import azure, google
from infraaudit.readers.terraform.configuration.resource import Resource, Resources
from infraaudit.source.span import Span
from tests.unit.readers.terraform.aws.builder import DEPLOYMENT

AT = Span("main.tf", 1, 1, 1, 2)
FOLDERS = [Path(google.__file__).parent, Path(azure.__file__).parent]
SOURCES = "".join(path.read_text() for folder in FOLDERS for path in sorted(folder.rglob("*.py")))
SETTINGS = " ".join(f'"{row["setting"]}"' for name in ("google_facets", "azure_facets") for row in table(name).values())
WORDS = sorted({word for text in re.findall(r'"([a-zA-Z_.0-9]+)"', SOURCES + SETTINGS) for word in text.split(".")})
TYPES = sorted(set(re.findall(r'"((?:google|azurerm)_[a-z0-9_]+)"', SOURCES)))
TEXTS = [
    "",
    "*",
    "projects/",
    "/subscriptions/0",
    "db-custom-2-",
    "db-n1-standard-99999",
    "db-custom-1-999999999",
    "GP_Standard_D999ds_v5",
    "22-",
    "99999-1",
    "P",
    "PT",
    "0.0.0.0/0",
    "::/0",
    "300.0.0.1",
    "9" * 5000,
    'resource.type = "cloudsql_database" AND resource.labels.database_id = "a:b"',
    "shop:",
]
TELLING = ["POSTGRES_16", "tcp", "22", "Inbound", "Allow", "Deny", "INGRESS", "Internet", "max_connections", "MongoDB"]
SCALARS = st.sampled_from([*TEXTS, *TELLING, 0, -1, 2.5, 10**30, True, False, None])
ADDRESSES = [f"{type_}.a" for type_ in TYPES]
LEAVES = st.one_of(
    SCALARS,
    st.builds(Reference, st.sampled_from([*ADDRESSES, "nothing", "a[", "]", "google_pubsub_topic.a[0]"])),
    st.builds(Unresolved, st.just("var.x has no default"), mentions=st.tuples(st.sampled_from(ADDRESSES))),
    st.just(Missing()),
)


def node_of(content: Content, *, is_open: bool) -> Node:
    return Node(content, AT, open=is_open)


def blocks_of(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.builds(
        node_of,
        st.one_of(
            st.dictionaries(st.sampled_from(WORDS), children, max_size=8),
            st.lists(children, max_size=3).map(tuple),
        ),
        is_open=st.booleans(),
    )


LEAF_NODES = st.builds(node_of, LEAVES, is_open=st.just(value=False))
NODES = st.recursive(LEAF_NODES, blocks_of, max_leaves=12)
PARTS = ("direction", "access", "protocol", "priority", "destination_port_range", "source_address_prefix")
RULES = st.fixed_dictionaries(dict.fromkeys(PARTS, LEAF_NODES)).map(lambda body: Node(body, AT))
FILTERS = st.fixed_dictionaries(
    {"protocol": LEAF_NODES, "ports": st.lists(LEAF_NODES, max_size=2).map(lambda each: Node(tuple(each), AT))}
).map(lambda body: Node(body, AT))


def lift_all(members: list[Resource]) -> None:
    for lift in chain(google.LIFTS, azure.LIFTS):
        for entity in lift(Resources(tuple(members))):
            assert isinstance(entity, Entity)
            assert entity.deployment is DEPLOYMENT


def resource(type_: str, name: str, body: dict[str, Node]) -> Resource:
    return Resource(f"{type_}.{name}", type_, name, Node(body, AT), AT, AT, DEPLOYMENT)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(TYPES), st.dictionaries(st.sampled_from(WORDS), NODES, max_size=12))))
@example([("azurerm_cosmosdb_account", {"create_mode": node_of({}, is_open=False)})])
def test_no_body_makes_a_lift_fail(written: list[tuple[str, dict[str, Node]]]) -> None:
    lift_all([resource(type_, "a", body) for type_, body in written])


@settings(max_examples=40, deadline=None)
@given(st.lists(RULES, max_size=4), st.lists(RULES, max_size=2))
def test_no_rules_of_a_group_make_a_lift_fail(inside: list[Node], beside: list[Node]) -> None:
    group = resource("azurerm_network_security_group", "a", {"security_rule": Node(tuple(inside), AT)})
    rules = [
        resource("azurerm_network_security_rule", str(number), dict(each.items())) for number, each in enumerate(beside)
    ]
    lift_all([group, *rules])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["allow", "deny"]), FILTERS, LEAF_NODES, LEAF_NODES, LEAF_NODES),
        max_size=4,
    )
)
def test_no_firewall_rules_make_a_lift_fail(written: list[tuple[str, Node, Node, Node, Node]]) -> None:
    lift_all(
        [
            resource(
                "google_compute_firewall",
                str(number),
                {
                    what: Node((each,), AT),
                    "priority": priority,
                    "network": network,
                    "source_ranges": Node((source,), AT),
                },
            )
            for number, (what, each, priority, network, source) in enumerate(written)
        ]
    )
