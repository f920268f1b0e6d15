"""The addresses that Azure gives to apps, functions and container apps."""

from __future__ import annotations

import pytest

from infraaudit.model import Absent, Known, OwnAddress, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import only

CONTAINER = """\
azurerm_container_app_environment.main: {{name: shop{environment}}}
azurerm_container_app.api:
  container_app_environment_id: ref(azurerm_container_app_environment.main.id)
  ingress: [{ingress}]
"""


@pytest.mark.parametrize(
    ("ingress", "environment", "open_"),
    [
        ("{external_enabled: true, target_port: 80}", "", True),
        ("{target_port: 80}", "", False),
        ("{external_enabled: true}", ", internal_load_balancer_enabled: true", False),
        ("{external_enabled: true, ip_security_restriction: [{action: Allow}]}", "", False),
        ("{external_enabled: true, ip_security_restriction: [{action: Deny}]}", "", True),
        ("{external_enabled: unknown(var.external)}", "", None),
    ],
)
def test_whether_the_internet_reaches_a_container_app(ingress: str, environment: str, *, open_: bool | None) -> None:
    address = only(CONTAINER.format(ingress=ingress, environment=environment), OwnAddress)
    assert known_value(address.reached) is open_
    assert isinstance(address.asks, Absent)


def test_a_container_app_of_an_environment_elsewhere_cannot_be_told() -> None:
    address = only("azurerm_container_app.api: {ingress: [{external_enabled: true}]}\n", OwnAddress)
    assert isinstance(address.reached, Unknown)


def test_a_container_app_without_ingress_has_no_address_and_one_may_ask_for_certificates() -> None:
    text = CONTAINER.format(ingress="{external_enabled: true, client_certificate_mode: require}", environment="")
    address = only(f"{text}azurerm_container_app.worker: {{name: worker}}\n", OwnAddress)
    assert isinstance(address.asks, Known)


def test_what_a_function_asks_is_written_in_its_code() -> None:
    address = only("azurerm_linux_function_app.f: {name: f}\n", OwnAddress)
    assert isinstance(address.asks, Unknown)
    assert known_value(address.reached) is True


def test_the_door_of_an_app_is_its_own_front_end() -> None:
    address = only("azurerm_linux_web_app.web: {name: web}\n", OwnAddress)
    assert (address.of, address.door) == ("azurerm_linux_web_app.web", "azurerm_linux_web_app.web#door")
