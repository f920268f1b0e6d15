"""Records of Cloud DNS, ways between networks, and what a subnet and a network say of themselves."""

from __future__ import annotations

import pytest

from infraaudit.model import (
    Absent,
    FacetName,
    NameRecord,
    NatGateway,
    Network,
    NetworkLink,
    PrivateEndpoint,
    Subnet,
    Unknown,
    known_value,
)
from tests.unit.readers.terraform.aws.builder import only

ZONE = "google_dns_managed_zone.shop: {name: shop, dns_name: shop.example., VISIBILITY}\n"
RECORD = "google_dns_record_set.www: {name: www.shop.example., type: A, ttl: 300, managed_zone: shop, ANSWER}\n"


def _record(answer: str, visibility: str = "visibility: public", zone: str = "shop") -> NameRecord:
    record = RECORD.replace("ANSWER", answer).replace("managed_zone: shop", f"managed_zone: {zone}")
    address = "google_compute_global_address.shop: {name: shop}\n"
    return only(ZONE.replace("VISIBILITY", visibility) + address + record, NameRecord)


def test_a_record_leads_to_an_address() -> None:
    record = _record("rrdatas: [ref(google_compute_global_address.shop.address), 192.0.2.1]")
    assert (known_value(record.host), known_value(record.type)) == ("www.shop.example", "A")
    assert [known_value(each) for each in record.targets] == ["google_compute_global_address.shop", "192.0.2.1"]
    assert isinstance(record.routing, Absent)
    assert (known_value(record.ttl), known_value(record.public)) == (300, True)


@pytest.mark.parametrize(
    ("visibility", "zone", "public"),
    [
        ("visibility: private", "ref(google_dns_managed_zone.shop.name)", False),
        ("description: none", "shop", True),
        ("description: none", "elsewhere", None),
    ],
)
def test_the_zone_says_who_may_ask(visibility: str, zone: str, *, public: bool | None) -> None:
    assert known_value(_record("rrdatas: [192.0.2.1]", visibility, zone).public) is public


@pytest.mark.parametrize(
    ("answer", "routing", "checked"),
    [
        ("routing_policy: [{wrr: [{weight: 1, rrdatas: [a]}, {weight: 1, rrdatas: [b]}]}]", "weighted", False),
        ("routing_policy: [{geo: [{location: x, rrdatas: [a]}], health_check: x}]", "geolocation", True),
        ("routing_policy: [{primary_backup: [{primary: [{internal_load_balancers: []}]}]}]", "failover", True),
    ],
)
def test_several_answers(answer: str, routing: str, *, checked: bool) -> None:
    record = _record(answer)
    assert (known_value(record.routing), known_value(record.checked)) == (routing, checked)


def test_answers_in_doubt() -> None:
    record = _record("routing_policy: unknown(var.policy has no default)")
    assert isinstance(record.routing, Unknown)
    assert isinstance(record.checked, Unknown)
    assert not record.targets_complete


TUNNEL = """\
google_compute_network.a: {name: a}
google_compute_network.b: {name: b}
google_compute_ha_vpn_gateway.a: {network: ref(google_compute_network.a.id)}
google_compute_ha_vpn_gateway.b: {network: ref(google_compute_network.b.id)}
google_compute_vpn_tunnel.ab: {vpn_gateway: ref(google_compute_ha_vpn_gateway.a.id), OTHER}
"""


@pytest.mark.parametrize(
    ("other", "networks"),
    [
        ("peer_gcp_gateway: ref(google_compute_ha_vpn_gateway.b.id)", "google_compute_network.b"),
        ("peer_ip: 192.0.2.1", "192.0.2.1"),
        ("peer_ip: unknown(var.peer has no default)", None),
    ],
)
def test_a_tunnel_links_networks(other: str, networks: str | None) -> None:
    link = only(TUNNEL.replace("OTHER", other), NetworkLink)
    assert [known_value(each) for each in link.networks] == ["google_compute_network.a", networks]


def test_a_peering_links_networks() -> None:
    text = """\
google_compute_network.a: {name: a}
google_compute_network_peering.ab: {network: ref(google_compute_network.a.self_link), peer_network: projects/p/b}
"""
    assert [known_value(each) for each in only(text, NetworkLink).networks] == ["google_compute_network.a", "b"]


def test_endpoints_lead_to_services() -> None:
    access = "google_service_networking_connection.a: {network: n, service: servicenetworking.googleapis.com}\n"
    assert known_value(only(access, PrivateEndpoint).service) == "servicenetworking.googleapis.com"
    psc = "google_compute_global_forwarding_rule.apis: {target: all-apis, network: n}\n"
    assert known_value(only(psc, PrivateEndpoint).service) == "all-apis"
    attachment = """\
google_compute_service_attachment.shop: {name: shop}
google_compute_forwarding_rule.shop: {target: ref(google_compute_service_attachment.shop.id), subnetwork: web}
"""
    assert known_value(only(attachment, PrivateEndpoint).subnets) == ("web",)


SUBNET = "google_compute_subnetwork.web: {name: web, network: ref(google_compute_network.main.id), WRITTEN}\n"


@pytest.mark.parametrize(
    ("written", "beside", "logged"),
    [
        ("log_config: [{flow_sampling: 0.5}]", "", True),
        ("region: r", "", False),
        ("region: r", "google_network_management_vpc_flow_logs_config.a: {subnet: projects/p/web}\n", True),
        (
            "region: r",
            "google_network_management_vpc_flow_logs_config.a: {network: ref(google_compute_network.main.id)}\n",
            True,
        ),
        ("region: r", "google_network_management_vpc_flow_logs_config.a: {subnet: web, state: DISABLED}\n", False),
        ("log_config: unknown(var.logs has no default)", "", None),
    ],
)
def test_flow_logs_of_a_subnet(written: str, beside: str, *, logged: bool | None) -> None:
    facet = only(SUBNET.replace("WRITTEN", written) + beside, Subnet).facet(FacetName.FLOWS_LOGGED)
    assert facet is not None
    assert known_value(facet.holds) is logged


def test_a_network_of_the_scan_tells_of_the_flows_of_all_its_subnets() -> None:
    network = "google_compute_network.main: {name: main}\n"
    proxies = SUBNET.replace("subnetwork.web", "subnetwork.proxies").replace(
        "WRITTEN", "purpose: REGIONAL_MANAGED_PROXY"
    )
    logged = SUBNET.replace("WRITTEN", "log_config: [{flow_sampling: 0.5}]")
    silent = SUBNET.replace("subnetwork.web", "subnetwork.far").replace("WRITTEN", "region: far")
    for text, answer in ((proxies + logged, True), (logged + silent, False), (proxies, None)):
        facet = only(network + text, Network).facet(FacetName.FLOWS_LOGGED)
        assert facet is not None
        assert known_value(facet.holds) is answer
    assert only(network + logged, Subnet).facet(FacetName.FLOWS_LOGGED) is None


def test_what_networks_and_translations_say() -> None:
    made = only("google_compute_network.a: {name: a}\n", Network).makes_subnets
    assert made is not None
    assert known_value(made) is True
    nat = only("google_compute_router_nat.a: {log_config: [{enable: true, filter: ALL}]}\n", NatGateway)
    assert nat.logged is not None
    assert known_value(nat.logged) is True
    proxies = only(SUBNET.replace("WRITTEN", "purpose: REGIONAL_MANAGED_PROXY"), Subnet)
    assert proxies.reserved
