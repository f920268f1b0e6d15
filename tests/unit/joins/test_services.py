"""Tests of what is known of proxies: how long they keep idle connections, and what they try again."""

from __future__ import annotations

import pytest

from infraaudit.joins.services import join_services
from infraaudit.model import Absent, Estate, Gateway, Known, Maybe, Unknown, known_value
from tests.builders import DEPLOYMENT, HERE, absent, known, unknown


def gateway(proxy: Maybe[str], idle: Maybe[int]) -> Gateway:
    found = Gateway(
        address="door",
        kind="Ingress",
        name="door",
        at=HERE,
        deployment=DEPLOYMENT,
        proxy=proxy,
        public=Known(value=True, at=HERE),
        idle_timeout=idle,
    )
    return join_services(Estate.of_parts((found,))).of(Gateway)[0]


@pytest.mark.parametrize(
    ("proxy", "retries"),
    [("alb", "none"), ("ingress-nginx", "idempotent"), ("traefik", "idempotent"), ("istio", "every")],
)
def test_a_known_proxy_keeps_connections_for_its_own_time(proxy: str, retries: str) -> None:
    found = gateway(known(proxy), absent())
    assert isinstance(found.idle_timeout, Known)
    assert (found.idle_timeout.stated, found.retries) == (False, retries)


def test_a_stated_time_comes_before_that_of_the_proxy() -> None:
    assert known_value(gateway(known("alb"), known(300)).idle_timeout) == 300


def test_a_balancer_that_passes_connections_on_keeps_none() -> None:
    assert isinstance(gateway(known("nlb"), absent()).idle_timeout, Absent)


def test_of_a_proxy_that_the_facts_do_not_have_the_time_is_not_known() -> None:
    assert isinstance(gateway(known("kong"), absent()).idle_timeout, Unknown)
    assert known_value(gateway(known("kong"), known(20)).idle_timeout) == 20


def test_a_proxy_that_cannot_be_told_is_left_as_it_is() -> None:
    assert isinstance(gateway(unknown(), absent()).idle_timeout, Absent)
