"""App Service and Azure Functions: workers from the plan, settings, the front end, and what scales them."""

from __future__ import annotations

import pytest

from infraaudit.model import (
    APP_SERVICE,
    AZURE_FUNCTIONS,
    Absent,
    Autoscaler,
    CommandForm,
    Function,
    Gateway,
    Known,
    ProbeKind,
    Role,
    Service,
    Unknown,
    VirtualMachines,
    Workload,
    known_value,
)
from tests.unit.readers.terraform.aws.builder import lifted, only

APP = """\
azurerm_service_plan.main: {sku_name: P1v3, worker_count: 3, zone_balancing_enabled: true}
azurerm_postgresql_flexible_server.main: {name: orders}
azurerm_linux_web_app.web:
  service_plan_id: ref(azurerm_service_plan.main.id)
  app_settings:
    WEBSITES_PORT: "8000"
    WEBSITES_CONTAINER_STOP_TIME_LIMIT: "60"
    DATABASE_HOST: unknown(known after apply; azurerm_postgresql_flexible_server.main)
    API_KEY: "@Microsoft.KeyVault(SecretUri=https://shop.vault.azure.net/secrets/key)"
  connection_string: [{name: Main, type: PostgreSQL, value: "Server=db"}]
  site_config:
    - health_check_path: /up
      app_command_line: gunicorn -w 4 shop.wsgi
      application_stack: [{docker_image_name: "shop/web:4.2", docker_registry_url: "https://shop.azurecr.io"}]
"""


def test_an_app_has_the_workers_of_its_plan() -> None:
    app = only(APP, Workload)
    assert (app.platform, app.role, known_value(app.replicas)) == (APP_SERVICE, Role.WEB, 3)
    assert known_value(app.count_reset or Absent(app.at)) is True
    assert known_value(app.stop_grace) == 60
    assert app.location is not None
    assert isinstance(app.location.zones, Absent)
    (container,) = app.containers
    assert known_value(container.image) == "shop.azurecr.io/shop/web:4.2"
    assert [known_value(port.number) for port in container.ports] == [8000]
    command = known_value(container.command)
    assert command is not None
    assert (command.form, command.words) == (CommandForm.SHELL, ("gunicorn -w 4 shop.wsgi",))


def test_settings_and_connection_strings_are_variables() -> None:
    (container,) = only(APP, Workload).containers
    found = {each.name: each for each in container.environment}
    assert found["API_KEY"].secret_ref.startswith("SecretUri=https://shop.vault.azure.net/")
    assert known_value(found["POSTGRESQLCONNSTR_Main"].value) == "Server=db"
    host = found["DATABASE_HOST"].value
    assert isinstance(host, Unknown)
    assert host.mentions == ("azurerm_postgresql_flexible_server.main",)
    assert container.environment_complete


def test_the_front_end_checks_the_workers_and_is_the_door() -> None:
    service, gateway, app = only(APP, Service), only(APP, Gateway), only(APP, Workload)
    assert isinstance(service.health_check, Known)
    probe = service.health_check.value
    assert probe.path is not None
    assert (probe.kind, known_value(probe.path)) == (ProbeKind.HTTP, "/up")
    assert [known_value(each.service) for each in gateway.routes] == [service.address]
    assert [known_value(each.service) for each in app.targets] == [service.address]
    assert (known_value(gateway.proxy), known_value(gateway.public)) == ("app-service", True)


BARE = """\
azurerm_service_plan.main: {sku_name: B1}
azurerm_linux_web_app.web:
  service_plan_id: ref(azurerm_service_plan.main.id)
  public_network_access_enabled: false
  site_config: [{application_stack: [{python_version: "3.9"}]}]
"""


def test_what_is_not_written_is_one_worker_in_a_zone_that_azure_picks() -> None:
    app = only(BARE, Workload)
    assert isinstance(app.replicas, Known)
    assert (app.replicas.value, app.replicas.stated, app.count_reset) == (1, False, None)
    assert app.location is not None
    assert isinstance(app.location.zones, Known)
    assert not app.location.zones.stated
    assert app.runtime is not None
    assert known_value(app.runtime) == "python3.9"
    assert isinstance(app.containers[0].image, Absent)
    assert not app.containers[0].ports_complete
    assert isinstance(app.stop_grace, Unknown)
    assert isinstance(only(BARE, Service).health_check, Absent)
    assert known_value(only(BARE, Gateway).public) is False


def test_a_plan_that_is_to_stand_in_several_zones_has_two_workers_at_least() -> None:
    text = BARE.replace("sku_name: B1", "sku_name: P1v3, zone_balancing_enabled: true")
    assert known_value(only(text, Workload).replicas) == 2


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        ("worker_count: unknown(var.n has no default)", "var.n has no default"),
        ("zone_balancing_enabled: unknown(var.z has no default)", "zone_balancing_enabled, and var.z has no default"),
        ("premium_plan_auto_scale_enabled: true", "by the requests that come"),
    ],
)
def test_workers_that_cannot_be_told(plan: str, why: str) -> None:
    found = only(BARE.replace("sku_name: B1", f"sku_name: P1v3, {plan}"), Workload)
    assert isinstance(found.replicas, Unknown)
    assert why in found.replicas.why


def test_without_its_plan_neither_count_nor_zone_is_told() -> None:
    app = only("azurerm_windows_web_app.web: {service_plan_id: unknown(var.plan has no default)}\n", Workload)
    assert isinstance(app.replicas, Unknown)
    assert app.location is not None
    assert isinstance(app.location.zones, Unknown)
    assert app.runtime is None


FORMER = """\
azurerm_app_service_plan.main: {sku: [{tier: Standard, size: S1, capacity: 2}]}
azurerm_app_service.web:
  app_service_plan_id: ref(azurerm_app_service_plan.main.id)
  site_config: [{linux_fx_version: "DOCKER|shop.azurecr.io/web:4.2"}]
"""


def test_apps_of_former_versions_of_the_provider() -> None:
    app = only(FORMER, Workload)
    assert known_value(app.replicas) == 2
    assert known_value(app.containers[0].image) == "shop.azurecr.io/web:4.2"


SCALED = (
    APP
    + """\
azurerm_monitor_autoscale_setting.main:
  target_resource_id: ref(azurerm_service_plan.main.id)
  profile:
    - capacity: [{minimum: 2, maximum: 6, default: 2}]
      rule: [{metric_trigger: [{metric_name: CpuPercentage, operator: GreaterThan, threshold: 70}]}]
    - capacity: [{minimum: 1, maximum: 3, default: 1}]
"""
)


def test_an_autoscaler_of_a_plan_scales_each_of_its_apps() -> None:
    scaler = only(SCALED, Autoscaler)
    assert known_value(scaler.target) == "azurerm_linux_web_app.web"
    assert (known_value(scaler.minimum), known_value(scaler.maximum)) == (1, 6)
    assert [(each.resource, known_value(each.target or Absent(each.at))) for each in scaler.metrics] == [("cpu", 70)]


def test_an_autoscaler_that_is_off_is_none() -> None:
    head = "azurerm_monitor_autoscale_setting.main:\n"
    assert not lifted(SCALED.replace(head, f"{head}  enabled: false\n"), Autoscaler)


def test_a_number_in_doubt_makes_a_bound_unknown() -> None:
    scaler = only(SCALED.replace("minimum: 1,", "minimum: unknown(var.least has no default),"), Autoscaler)
    assert isinstance(scaler.minimum, Unknown)
    assert known_value(scaler.maximum) == 6


SCALE_SET = """\
azurerm_linux_virtual_machine_scale_set.web: {instances: 3, zones: ["1", "2"], sku: Standard_D2s_v5}
azurerm_monitor_autoscale_setting.web:
  target_resource_id: ref(azurerm_linux_virtual_machine_scale_set.web.id)
  profile: unknown(var.profiles has no default)
"""


def test_an_autoscaler_of_a_scale_set() -> None:
    scaler, machines = only(SCALE_SET, Autoscaler), only(SCALE_SET, VirtualMachines)
    assert known_value(scaler.target) == machines.address
    assert isinstance(scaler.maximum, Unknown)
    assert not scaler.metrics_complete


FUNCTIONS = """\
azurerm_service_plan.main: {sku_name: EP1, os_type: Linux}
azurerm_service_plan.events: {sku_name: Y1, os_type: Linux}
azurerm_linux_function_app.import:
  name: import
  service_plan_id: ref(azurerm_service_plan.main.id)
  app_settings: {AzureFunctionsJobHost__functionTimeout: "00:10:00"}
  site_config: [{application_stack: [{node_version: "18"}]}]
azurerm_linux_function_app.mail:
  service_plan_id: ref(azurerm_service_plan.events.id)
  site_config: [{}]
azurerm_function_app_flex_consumption.sweep:
  service_plan_id: ref(azurerm_service_plan.events.id)
  runtime_name: python
  runtime_version: "3.9"
"""


def test_functions_take_their_place_from_a_plan_with_workers() -> None:
    found = {each.name: each for each in lifted(FUNCTIONS, Function)}
    import_ = found["import"]
    assert (import_.platform, known_value(import_.time_limit or Absent(import_.at))) == (AZURE_FUNCTIONS, 600)
    assert import_.location is not None
    assert known_value(import_.location.zones) is not None
    assert import_.identifiers == ("import",)
    assert found["mail"].location is None
    assert isinstance(found["mail"].time_limit, Unknown)
    assert found["mail"].runtime is None
    runtimes = [found[name].runtime for name in ("import", "sweep")]
    assert [known_value(each) for each in runtimes if each is not None] == ["nodejs18", "python3.9"]
