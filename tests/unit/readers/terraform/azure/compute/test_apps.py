"""What an app of App Service says of itself beside its workers: guards, logs, the network, and the slots beside it."""

from __future__ import annotations

import pytest

from infraaudit.model import Absent, FacetName, Gateway, GuardName, HostedApp, Known, Role, Unknown, known_value
from infraaudit.readers.terraform.azure.compute.app_guards import asked_by_platform, reached
from tests.unit.readers.terraform.aws.builder import lifted, only, resources_of

APP = "azurerm_linux_web_app.web: {{name: web, {}}}\n"


def _asks(more: str) -> str | None:
    (app,) = resources_of(APP.format(more)).members
    asked = asked_by_platform(app)
    return "?" if isinstance(asked, Unknown) else known_value(asked)


@pytest.mark.parametrize(
    ("more", "asks"),
    [
        ("site_config: []", None),
        ("auth_settings_v2: [{auth_enabled: true, require_authentication: true}]", "App Service authentication"),
        ("auth_settings_v2: [{auth_enabled: true, unauthenticated_action: AllowAnonymous}]", None),
        ("auth_settings_v2: [{auth_enabled: false, require_authentication: true}]", None),
        ("auth_settings_v2: [{auth_enabled: unknown(var.auth)}]", "?"),
        (
            "auth_settings: [{enabled: true, unauthenticated_client_action: RedirectToLoginPage}]",
            "App Service authentication",
        ),
        ("auth_settings: [{enabled: true, unauthenticated_client_action: AllowAnonymous}]", None),
        ("auth_settings: [{enabled: true}]", "?"),
        ("client_certificate_enabled: true, client_certificate_mode: Required", "client certificates"),
        ("client_certificate_enabled: true, client_certificate_mode: Optional", None),
        (
            (
                "client_certificate_enabled: true, client_certificate_mode: Required,"
                " client_certificate_exclusion_paths: /health"
            ),
            None,
        ),
        ("client_certificate_enabled: true", "?"),
    ],
)
def test_what_the_platform_asks_of_a_caller(more: str, asks: str | None) -> None:
    assert _asks(more) == asks


@pytest.mark.parametrize(
    ("more", "major", "open_"),
    [
        ("site_config: []", 5, True),
        ("public_network_access_enabled: false", 5, False),
        ("site_config: [{ip_restriction_default_action: Deny}]", 5, False),
        ("site_config: [{ip_restriction: [{service_tag: AzureFrontDoor.Backend}]}]", 5, True),
        ("site_config: [{ip_restriction: [{service_tag: AzureFrontDoor.Backend}]}]", 3, None),
        ("site_config: [{ip_restriction_default_action: unknown(var.action)}]", 5, None),
        ("public_network_access_enabled: unknown(var.public)", 5, None),
    ],
)
def test_whether_the_internet_reaches_an_app(more: str, major: int, *, open_: bool | None) -> None:
    (app,) = resources_of(APP.format(more), major).members
    assert known_value(reached(app)) is open_


@pytest.mark.parametrize(
    ("more", "guard", "holds", "stated"),
    [
        ("site_config: [{ftps_state: AllAllowed}]", GuardName.NO_PLAIN_FTP, False, True),
        ("site_config: [{ftps_state: FtpsOnly}]", GuardName.NO_PLAIN_FTP, True, True),
        ("site_config: []", GuardName.NO_PLAIN_FTP, True, False),
        ("site_config: [{remote_debugging_enabled: true}]", GuardName.NO_DEBUGGER, False, True),
        ("site_config: []", GuardName.NO_DEBUGGER, True, False),
    ],
)
def test_the_guards_of_an_app(more: str, guard: GuardName, *, holds: bool, stated: bool) -> None:
    app = only(APP.format(more), HostedApp)
    (found,) = [each.holds for each in app.guards if each.name is guard]
    assert isinstance(found, Known)
    assert (found.value, found.stated) == (holds, stated)


@pytest.mark.parametrize(
    ("more", "kept"),
    [
        ("site_config: []", False),
        ("logs: [{detailed_error_messages: true}]", False),
        ("logs: [{application_logs: [{file_system_level: Error}]}]", False),
        ("logs: [{application_logs: [{file_system_level: Warning}]}]", True),
        ("logs: [{http_logs: [{file_system: [{retention_in_days: 3}]}]}]", True),
        ("app_settings: {APPINSIGHTS_INSTRUMENTATIONKEY: x}", True),
        ("app_settings: unknown(var.settings)", None),
        ("logs: unknown(var.logs)", None),
    ],
)
def test_whether_anything_keeps_what_an_app_says(more: str, *, kept: bool | None) -> None:
    facet = only(APP.format(more), HostedApp).facet(FacetName.OUTPUT_KEPT)
    assert facet is not None
    assert known_value(facet.holds) is kept


def test_an_app_sends_its_logs_by_a_diagnostic_setting() -> None:
    text = APP.format("site_config: []") + (
        "azurerm_monitor_diagnostic_setting.a:\n"
        "  target_resource_id: ref(azurerm_linux_web_app.web.id)\n"
        "  enabled_log: [{category: AppServiceHTTPLogs}]\n"
    )
    app = only(text, HostedApp)
    for name in (FacetName.LOGS_SENT, FacetName.OUTPUT_KEPT):
        facet = app.facet(name)
        assert facet is not None
        assert known_value(facet.holds) is True


@pytest.mark.parametrize(
    "tie",
    [
        "virtual_network_subnet_id: ref(azurerm_subnet.apps.id)}\n",
        (
            "site_config: []}\nazurerm_app_service_virtual_network_swift_connection.a: "
            "{app_service_id: ref(azurerm_linux_web_app.web.id), subnet_id: ref(azurerm_subnet.apps.id)}\n"
        ),
    ],
)
def test_the_subnet_through_which_an_app_goes_out(tie: str) -> None:
    text = f"azurerm_subnet.apps: {{name: apps}}\nazurerm_linux_web_app.web: {{name: web, {tie}"
    app = only(text, HostedApp)
    assert app.location is not None
    assert known_value(app.location.subnets) == ("azurerm_subnet.apps",)


def test_a_slot_is_the_next_version_of_an_app() -> None:
    text = (
        "azurerm_service_plan.main: {sku_name: P1v3, worker_count: 3}\n"
        "azurerm_linux_web_app.web: {name: web, service_plan_id: ref(azurerm_service_plan.main.id)}\n"
        "azurerm_linux_web_app_slot.next:\n"
        "  name: next\n"
        "  app_service_id: ref(azurerm_linux_web_app.web.id)\n"
        "  https_only: true\n"
        "  app_settings: {DEBUG: 'true'}\n"
    )
    (slot,) = [each for each in lifted(text, HostedApp) if each.slot_of]
    assert (slot.address, slot.slot_of, slot.role) == (
        "azurerm_linux_web_app_slot.next",
        "azurerm_linux_web_app.web",
        Role.UNKNOWN,
    )
    assert known_value(slot.replicas) == 3
    assert slot.containers[0].variable("DEBUG") is not None
    assert slot.targets == ()
    (door,) = [each for each in lifted(text, Gateway) if each.address.startswith("azurerm_linux_web_app_slot")]
    assert [known_value(each.service) for each in door.routes] == ["azurerm_linux_web_app_slot.next"]
    assert known_value(door.listeners[0].redirects) is True


def test_the_former_name_of_the_least_version_counts() -> None:
    door = only("azurerm_app_service.web: {site_config: [{min_tls_version: '1.1'}]}\n", Gateway)
    assert known_value(door.listeners[1].tls_policy or Absent(door.at)) == "1.1"
