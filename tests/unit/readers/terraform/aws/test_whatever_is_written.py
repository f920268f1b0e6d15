from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from infraaudit.model import Entity, Node
from infraaudit.model.node import Content, Missing, Reference, Unresolved
from infraaudit.readers.terraform import aws
from infraaudit.readers.terraform.aws import LIFTS
from infraaudit.readers.terraform.configuration.resource import Resource, Resources
from infraaudit.source.span import Span
from tests.unit.readers.terraform.aws.builder import DEPLOYMENT

AT = Span("main.tf", 1, 1, 1, 2)
SOURCES = "".join(path.read_text() for path in sorted(Path(aws.__file__).parent.rglob("*.py")))
WORDS = sorted({word for text in re.findall(r'"([a-zA-Z_.0-9]+)"', SOURCES) for word in text.split(".")})
TYPES = sorted(set(re.findall(r'"(aws_[a-z0-9_]+)"', SOURCES)))
TEXTS = [
    "",
    "*",
    "-1",
    "arn:",
    "arn:aws:sqs",
    "db.t3.",
    "db..large",
    "1 vCPU",
    "{}",
    "[1]",
    "null",
    "ALARM(",
    "9" * 5000,
]
TELLING = ["10.0.0.0/8", "ecs", "DAEMON", "aurora", "host", "ingress", "lambda", "network", "max_connections"]
SCALARS = st.sampled_from([*TEXTS, *TELLING, 0, -1, 2.5, 10**30, True, False, None])
ADDRESSES = [f"{type_}.a" for type_ in TYPES]
LEAVES = st.one_of(
    SCALARS,
    st.builds(Reference, st.sampled_from([*ADDRESSES, "nothing", "a[", "]", "aws_sqs_queue.a[0]"])),
    st.builds(Unresolved, st.just("var.x has no default"), mentions=st.tuples(st.sampled_from(ADDRESSES))),
    st.just(Missing()),
)


def node_of(content: Content, *, is_open: bool) -> Node:
    return Node(content, AT, open=is_open)


NODES = st.recursive(
    st.builds(node_of, LEAVES, is_open=st.just(value=False)),
    lambda children: st.builds(
        node_of,
        st.one_of(
            st.dictionaries(st.sampled_from(WORDS), children, max_size=8),
            st.lists(children, max_size=3).map(tuple),
        ),
        is_open=st.booleans(),
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(TYPES), st.dictionaries(st.sampled_from(WORDS), NODES, max_size=12))))
def test_no_body_makes_a_lift_fail(written: list[tuple[str, dict[str, Node]]]) -> None:
    members = tuple(Resource(f"{type_}.a", type_, "a", Node(body, AT), AT, AT, DEPLOYMENT) for type_, body in written)
    for lift in LIFTS:
        for entity in lift(Resources(members)):
            assert isinstance(entity, Entity)
            assert entity.deployment is DEPLOYMENT
