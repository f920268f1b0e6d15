"""What stands behind the doors of Google: services, buckets and groups of endpoints, and the rules before them."""

from __future__ import annotations

import pytest

from infraaudit.model import (
    Absent,
    FacetName,
    Function,
    Gateway,
    Known,
    Unknown,
    WebFirewall,
    Workload,
    known_value,
)
from tests.unit.readers.terraform.aws.builder import lifted, only

DOOR = """\
google_compute_global_forwarding_rule.shop: {name: shop, target: ref(google_compute_target_https_proxy.shop.id)}
google_compute_target_https_proxy.shop: {url_map: ref(google_compute_url_map.shop.id), ssl_policy: POLICY}
google_compute_ssl_policy.modern: {name: modern, min_tls_version: TLS_1_2}
google_compute_ssl_policy.plain: {name: plain}
google_compute_url_map.shop:
  default_service: ref(google_compute_backend_service.shop.id)
  path_matcher: [{default_service: ref(SECOND)}]
google_compute_backend_service.shop: {name: shop, FIRST}
google_compute_backend_service.other: {name: other, OTHER}
google_compute_backend_bucket.files: {name: files, bucket_name: shop-files}
google_storage_bucket.files: {name: shop-files}
google_compute_security_policy.edge: {name: edge}
"""


def _door(
    policy: str = "modern",
    second: str = "google_compute_backend_bucket.files.id",
    first: str = "log_config: [{enable: true}]",
    other: str = "protocol: HTTP",
) -> Gateway:
    text = DOOR.replace("POLICY", policy).replace("SECOND", second).replace("FIRST", first).replace("OTHER", other)
    return only(text, Gateway)


OTHER = "google_compute_backend_service.other.id"


def test_a_backend_bucket_leads_to_its_bucket() -> None:
    assert [known_value(route.service) for route in _door().routes] == [
        "google_compute_backend_service.shop",
        "google_storage_bucket.files",
    ]


@pytest.mark.parametrize(
    ("second", "first", "logged"),
    [
        ("google_compute_backend_bucket.files.id", "log_config: [{enable: true}]", True),
        (OTHER, "log_config: [{enable: true}]", False),
        ("google_compute_backend_bucket.files.id", "log_config: [{enable: unknown(var.logs has no default)}]", None),
        ("google_compute_backend_bucket.files.id", "protocol: HTTP", False),
    ],
)
def test_requests_are_logged_where_every_service_behind_says_so(
    second: str, first: str, *, logged: bool | None
) -> None:
    facet = _door(second=second, first=first).facet(FacetName.ACCESS_LOGGED)
    assert facet is not None
    assert known_value(facet.holds) is logged


@pytest.mark.parametrize(
    ("policy", "oldest"),
    [
        ("ref(google_compute_ssl_policy.modern.id)", "TLS_1_2"),
        ("modern", "TLS_1_2"),
        ("plain", "TLS_1_0"),
        ("elsewhere", None),
        ("unknown(var.policy has no default)", None),
    ],
)
def test_the_oldest_version_of_a_door(policy: str, oldest: str | None) -> None:
    written = _door(policy).listeners[0].tls_policy
    assert written is not None
    assert not isinstance(written, Absent)
    assert known_value(written) == oldest


@pytest.mark.parametrize(
    ("first", "other", "firewall"),
    [
        ("security_policy: edge", "security_policy: ref(google_compute_security_policy.edge.id)", "edge"),
        ("security_policy: edge", "protocol: HTTP", "some"),
        ("protocol: HTTP", "protocol: HTTP", "none"),
        ("security_policy: edge", "edge_security_policy: unknown(var.edge has no default)", "some"),
    ],
)
def test_the_rules_before_a_door_are_those_of_all_services_behind(first: str, other: str, firewall: str) -> None:
    found = _door(second=OTHER, first=first, other=other).web_firewall
    kinds = {"edge": Known, "some": Unknown, "none": Absent}
    assert isinstance(found, kinds[firewall])
    if isinstance(found, Known):
        assert known_value(found) == "google_compute_security_policy.edge"


ARMOR = """\
google_compute_security_policy.edge:
  name: edge
  rule:
    - {action: deny(403), priority: 1000}
    - {action: throttle, priority: 2000, preview: true}
    - {action: DEFAULT, priority: 2147483647}
google_compute_security_policy_rule.bots: {security_policy: edge, action: rate_based_ban, priority: 10}
google_compute_backend_service.shop: {security_policy: ref(google_compute_security_policy.edge.self_link)}
google_compute_backend_service.other: {log_config: [{enable: true}]}
"""


def test_the_rules_of_cloud_armor() -> None:
    firewall = only(ARMOR.replace("DEFAULT", "allow"), WebFirewall)
    assert [(each.name, known_value(each.blocks), each.rate) for each in firewall.rules] == [
        ("1000", True, False),
        ("2000", False, True),
        ("10", True, True),
    ]
    assert known_value(firewall.blocks_others) is False
    assert known_value(firewall.logged) is False
    assert [known_value(each) for each in firewall.protects] == ["google_compute_backend_service.shop"]
    assert known_value(only(ARMOR.replace("DEFAULT", "deny(403)"), WebFirewall).blocks_others) is True


def test_rules_in_doubt_are_not_complete() -> None:
    elsewhere = ARMOR.replace("security_policy: edge,", "security_policy: unknown(var.policy has no default),")
    assert not only(elsewhere, WebFirewall).rules_complete
    assert only("google_compute_security_policy.edge: {name: edge}\n", WebFirewall).rules_complete


SERVERLESS = """\
google_compute_backend_service.shop: {backend: [{group: ref(google_compute_region_network_endpoint_group.shop.id)}]}
google_compute_region_network_endpoint_group.shop: {KIND: [{WORD: NAME}]}
"""


@pytest.mark.parametrize("name", ["shop", "ref(google_cloud_run_v2_service.shop.name)"])
def test_a_service_of_cloud_run_stands_behind_a_load_balancer(name: str) -> None:
    group = SERVERLESS.replace("KIND", "cloud_run").replace("WORD", "service").replace("NAME", name)
    text = group + "google_cloud_run_v2_service.shop: {name: shop, template: [{containers: [{image: shop}]}]}\n"
    assert [known_value(each.service) for each in only(text, Workload).targets] == [
        "google_compute_backend_service.shop"
    ]


def test_a_function_stands_behind_a_load_balancer() -> None:
    group = SERVERLESS.replace("KIND", "cloud_function").replace("WORD", "function").replace("NAME", "thumbs")
    text = (
        group + "google_cloudfunctions2_function.thumbs: {name: thumbs}\ngoogle_cloudfunctions2_function.b: {name: b}\n"
    )
    thumbs, other = sorted(lifted(text, Function), key=lambda each: -len(each.targets))
    assert (len(thumbs.targets), len(other.targets)) == (1, 0)
