"""Networks of Azure, and what stands before machines and apps in them."""

from __future__ import annotations

import pytest

from infraaudit.model import (
    Absent,
    Alarm,
    Egress,
    Gateway,
    Known,
    LogSink,
    NatGateway,
    Network,
    NodePool,
    ProbeKind,
    Service,
    Subnet,
    Unknown,
    VirtualMachines,
    known_value,
)
from tests.unit.readers.terraform.aws.builder import lifted, only

NETWORK = """\
azurerm_virtual_network.main:
  address_space: [10.0.0.0/16]
  subnet: [{name: inner, address_prefixes: [10.0.9.0/24]}]
azurerm_subnet.web:
  virtual_network_name: ref(azurerm_virtual_network.main.name)
  address_prefixes: [10.0.1.0/28]
azurerm_subnet.data:
  virtual_network_name: ref(azurerm_virtual_network.main.name)
  address_prefixes: [unknown(var.range has no default)]
  default_outbound_access_enabled: false
azurerm_subnet.guarded:
  virtual_network_name: hub
  address_prefix: 10.1.0.0/24
azurerm_nat_gateway.main: {zones: ["1"]}
azurerm_subnet_nat_gateway_association.web:
  subnet_id: ref(azurerm_subnet.web.id)
  nat_gateway_id: ref(azurerm_nat_gateway.main.id)
azurerm_route_table.main:
  route: [{address_prefix: 0.0.0.0/0, next_hop_type: VirtualAppliance}]
azurerm_subnet_route_table_association.guarded:
  subnet_id: ref(azurerm_subnet.guarded.id)
  route_table_id: ref(azurerm_route_table.main.id)
"""


def test_subnets_with_their_addresses_and_their_way_out() -> None:
    found = {each.name: each for each in lifted(NETWORK, Subnet)}
    assert known_value(found["web"].network) == "azurerm_virtual_network.main"
    assert known_value(found["guarded"].network) == "hub"
    usable = {name: each.usable for name, each in found.items()}
    assert [known_value(usable[name]) for name in ("web", "guarded", "inner")] == [11, 251, 251]
    assert isinstance(usable["data"], Unknown)
    egress = {name: known_value(each.egress) for name, each in found.items()}
    assert egress == {"web": Egress.TRANSLATED, "data": Egress.NONE, "guarded": Egress.ELSEWHERE, "inner": None}
    assert known_value(found["web"].nat) == "azurerm_nat_gateway.main"
    assert isinstance(found["web"].zone, Absent)


def test_a_network_with_its_ranges() -> None:
    assert [known_value(each) for each in only(NETWORK, Network).ranges] == ["10.0.0.0/16"]


@pytest.mark.parametrize(
    ("written", "zone"),
    [('zones: ["2"]', "2"), ("sku_name: StandardV2", Absent), ("{}", Unknown), ('zones: ["1", "2"]', Absent)],
)
def test_the_zone_of_a_gateway(written: str, zone: str | type) -> None:
    body = written if written == "{}" else f"{{{written}}}"
    found = only(f"azurerm_nat_gateway.main: {body}\n", NatGateway).zone
    assert known_value(found) == zone if isinstance(zone, str) else isinstance(found, zone)


BALANCED = """\
azurerm_subnet.web: {address_prefixes: [10.0.1.0/24]}
azurerm_public_ip.door: {}
azurerm_lb.main:
  frontend_ip_configuration: [{name: door, public_ip_address_id: ref(azurerm_public_ip.door.id)}]
azurerm_lb_backend_address_pool.web: {loadbalancer_id: ref(azurerm_lb.main.id)}
azurerm_lb_probe.web: {loadbalancer_id: ref(azurerm_lb.main.id), protocol: Http, port: 8000, request_path: /up}
azurerm_lb_rule.web:
  loadbalancer_id: ref(azurerm_lb.main.id)
  backend_port: 8000
  backend_address_pool_ids: [ref(azurerm_lb_backend_address_pool.web.id)]
  probe_id: ref(azurerm_lb_probe.web.id)
azurerm_network_interface.web: {ip_configuration: [{subnet_id: ref(azurerm_subnet.web.id)}]}
azurerm_network_interface_backend_address_pool_association.web:
  network_interface_id: ref(azurerm_network_interface.web.id)
  backend_address_pool_id: ref(azurerm_lb_backend_address_pool.web.id)
azurerm_linux_virtual_machine.web:
  network_interface_ids: [ref(azurerm_network_interface.web.id)]
  size: Standard_D2s_v5
"""


def test_a_balancer_leads_to_the_pool_of_a_machine() -> None:
    gateway, pool, machine = only(BALANCED, Gateway), only(BALANCED, Service), only(BALANCED, VirtualMachines)
    assert known_value(gateway.public) is True
    assert [known_value(each.service) for each in gateway.routes] == [pool.address]
    assert [known_value(each.service) for each in machine.targets] == [pool.address]
    assert machine.location is not None
    assert known_value(machine.location.subnets) == ("azurerm_subnet.web",)
    assert isinstance(pool.health_check, Known)
    probe = pool.health_check.value
    assert (probe.kind, known_value(probe.period or Absent(pool.at))) == (ProbeKind.HTTP, 15)
    assert not pool.internal


def test_a_balancer_inside_with_zones_and_without_a_check() -> None:
    door = 'frontend_ip_configuration: [{name: door, subnet_id: ref(azurerm_subnet.web.id), zones: ["1", "2"]}]'
    text = BALANCED.replace(
        "frontend_ip_configuration: [{name: door, public_ip_address_id: ref(azurerm_public_ip.door.id)}]", door
    ).replace("  probe_id: ref(azurerm_lb_probe.web.id)\n", "")
    gateway, pool = only(text, Gateway), only(text, Service)
    assert known_value(gateway.public) is False
    assert gateway.location is not None
    assert known_value(gateway.location.zones) == ("1", "2")
    assert isinstance(pool.health_check, Absent)
    assert pool.internal


@pytest.mark.parametrize(
    "door",
    [
        "frontend_ip_configuration: unknown(var.doors has no default)",
        "frontend_ip_configuration: [{name: door, public_ip_address_id: unknown(var.ip has no default)}]",
    ],
)
def test_a_door_that_cannot_be_told(door: str) -> None:
    gateway = only(f"azurerm_lb.main: {{{door}}}\n", Gateway)
    assert isinstance(gateway.public, Unknown)


GATEWAY = """\
azurerm_subnet.door: {address_prefixes: [10.0.1.0/24]}
azurerm_linux_web_app.web: {site_config: [{}]}
azurerm_linux_virtual_machine_scale_set.old:
  instances: 2
  sku: Standard_D2s_v5
  network_interface:
    - ip_configuration:
        - subnet_id: ref(azurerm_subnet.door.id)
          application_gateway_backend_address_pool_ids: [unknown(known after apply; azurerm_application_gateway.main)]
azurerm_application_gateway.main:
  zones: ["1", "2", "3"]
  gateway_ip_configuration: [{name: g, subnet_id: ref(azurerm_subnet.door.id)}]
  frontend_ip_configuration: [{name: door, public_ip_address_id: ref(azurerm_public_ip.door.id)}]
  backend_address_pool:
    - {name: apps, fqdns: [unknown(known after apply; azurerm_linux_web_app.web)]}
    - {name: machines}
  backend_http_settings:
    - {name: plain, request_timeout: 60, probe_name: up, connection_draining: [{enabled: true, drain_timeout_sec: 30}]}
    - {name: apps, request_timeout: 60}
  probe: [{name: up, path: /up, interval: 10, timeout: 5, unhealthy_threshold: 3}]
  url_path_map:
    - name: paths
      default_backend_address_pool_name: apps
      default_backend_http_settings_name: apps
      path_rule:
        - {name: old, paths: [/old], backend_address_pool_name: machines, backend_http_settings_name: plain}
  request_routing_rule:
    - {name: all, url_path_map_name: paths, http_listener_name: door}
"""


def _of_gateway(text: str) -> Gateway:
    return next(each for each in lifted(text, Gateway) if each.address == "azurerm_application_gateway.main")


def _pools(text: str) -> dict[str, Service]:
    return {each.address: each for each in lifted(text, Service) if "/pool/" in each.address}


def test_a_gateway_leads_to_apps_and_pools() -> None:
    gateway = _of_gateway(GATEWAY)
    assert [(each.path, known_value(each.service)) for each in gateway.routes] == [
        ("", "azurerm_linux_web_app.web#front"),
        ("/old", "azurerm_application_gateway.main/pool/machines"),
    ]
    assert known_value(gateway.response_limit or Absent(gateway.at)) == 60
    assert gateway.location is not None
    assert known_value(gateway.location.zones) == ("1", "2", "3")
    assert known_value(gateway.location.subnets) == ("azurerm_subnet.door",)


def test_a_pool_is_checked_by_its_probe_or_by_the_one_that_is_always_there() -> None:
    pools = _pools(GATEWAY)
    machines = pools["azurerm_application_gateway.main/pool/machines"]
    assert isinstance(machines.health_check, Known)
    assert known_value(machines.health_check.value.period or Absent(machines.at)) == 10
    assert machines.drain is not None
    assert known_value(machines.drain) == 30
    bare = _pools(GATEWAY.replace(", probe_name: up", ""))["azurerm_application_gateway.main/pool/machines"]
    assert isinstance(bare.health_check, Known)
    assert not bare.health_check.stated


def test_limits_that_differ_or_cannot_be_told() -> None:
    differing = _of_gateway(GATEWAY.replace("name: apps, request_timeout: 60", "name: apps, request_timeout: 90"))
    assert isinstance(differing.response_limit, Unknown)
    by_default = _of_gateway(GATEWAY.replace("request_timeout: 60, ", "").replace(", request_timeout: 60", ""))
    assert known_value(by_default.response_limit or Absent(by_default.at)) == 30


def test_which_of_two_pools_a_scale_set_is_in_cannot_be_told() -> None:
    (target,) = only(GATEWAY, VirtualMachines).targets
    assert isinstance(target.service, Unknown)
    one = GATEWAY.replace("    - {name: apps, fqdns: [unknown(known after apply; azurerm_linux_web_app.web)]}\n", "")
    (target,) = only(one, VirtualMachines).targets
    assert known_value(target.service) == "azurerm_application_gateway.main/pool/machines"


def test_nodes_stand_in_the_subnet_of_their_pool() -> None:
    text = """\
azurerm_subnet.nodes: {address_prefixes: [10.0.1.0/24]}
azurerm_kubernetes_cluster_node_pool.web:
  vnet_subnet_id: ref(azurerm_subnet.nodes.id)
  vm_size: Standard_D2s_v5
"""
    pool = only(text, NodePool)
    assert pool.location is not None
    assert known_value(pool.location.subnets) == ("azurerm_subnet.nodes",)


def test_workspaces_keep_logs_for_a_time() -> None:
    sinks = lifted(
        "azurerm_log_analytics_workspace.main: {name: shop}\n"
        "azurerm_application_insights.main: {retention_in_days: unknown(var.days has no default)}\n",
        LogSink,
    )
    assert [known_value(each.retention) for each in sinks] == [30, None]
    assert not any(each.is_group for each in sinks)


ALERTS = """\
azurerm_monitor_action_group.people: {}
azurerm_monitor_activity_log_alert.health: {action: [{action_group_id: ref(azurerm_monitor_action_group.people.id)}]}
azurerm_monitor_smart_detector_alert_rule.failures: {enabled: false}
azurerm_monitor_alert_prometheus_rule_group.records: {rule: [{record: a, expression: b}]}
azurerm_monitor_alert_prometheus_rule_group.alerts:
  rule:
    - {record: a, expression: b}
    - {alert: c, expression: d, action: [{action_group_id: ref(azurerm_monitor_action_group.people.id)}]}
"""


def test_alerts_of_further_kinds() -> None:
    found = {each.name: known_value(each.acts) for each in lifted(ALERTS, Alarm)}
    assert found == {"health": True, "failures": False, "alerts": True}


DOORS = """\
azurerm_application_gateway.main:
  frontend_port: [{name: plain, port: 80}, {name: encrypted, port: 443}]
  http_listener:
    - {name: plain, frontend_port_name: plain, protocol: Http}
    - {name: encrypted, frontend_port_name: encrypted, protocol: Https, ssl_certificate_name: shop}
    - {name: foreign, frontend_port_name: gone, protocol: unknown(var.protocol has no default)}
  ssl_policy: [{policy_name: AppGwSslPolicy20220101}]
  request_routing_rule:
    - {name: a, http_listener_name: plain, redirect_configuration_name: up}
    - {name: b, http_listener_name: encrypted, backend_address_pool_name: web}
"""


def test_the_doors_of_an_application_gateway() -> None:
    plain, encrypted, foreign = only(DOORS, Gateway).listeners
    assert [known_value(each.port) for each in (plain, encrypted, foreign)] == [80, 443, None]
    assert [known_value(each.redirects) for each in (plain, encrypted, foreign)] == [True, False, None]
    assert plain.tls_policy is None
    assert encrypted.tls_policy is not None
    assert known_value(encrypted.tls_policy) == "AppGwSslPolicy20220101"
    assert encrypted.certificate is not None
    assert known_value(encrypted.certificate) == "shop"
    assert isinstance(foreign.protocol, Unknown)


def test_doors_that_a_controller_sets_are_not_read() -> None:
    """What the ingress controller of a cluster writes over is not what clients find."""
    gateway = only(f"{DOORS}  lifecycle: {{ignore_changes: [http_listener]}}\n", Gateway)
    assert (gateway.listeners, gateway.listeners_complete) == ((), False)


@pytest.mark.parametrize(
    ("written", "redirects", "version"),
    [
        ("site_config: [{}]", False, "1.2"),
        ("https_only: true, site_config: [{minimum_tls_version: '1.0'}]", True, "1.0"),
        ("https_only: unknown(var.https has no default)", None, "1.2"),
    ],
)
def test_the_doors_of_an_app(written: str, redirects: object, version: str) -> None:
    plain, encrypted = only(f"azurerm_linux_web_app.web: {{{written}}}\n", Gateway).listeners
    assert known_value(plain.redirects) is redirects
    assert encrypted.tls_policy is not None
    assert (known_value(encrypted.protocol), known_value(encrypted.tls_policy)) == ("https", version)
