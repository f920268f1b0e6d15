from __future__ import annotations

import pytest

from infraaudit.model import StoredSetting, known_value
from tests.unit.readers.terraform.aws.builder import only


@pytest.mark.parametrize(
    ("text", "encrypted", "secrecy"),
    [
        ("azurerm_app_configuration_key.a: {key: db_password, value: x}", False, "it is called db_password"),
        ("azurerm_app_configuration_key.a: {key: db_password, type: vault}", True, None),
        ("azurerm_app_configuration_key.a: {key: colour, value: red}", False, None),
        ("azurerm_app_configuration_key.a: {key: db_password, type: unknown(var.t)}", None, None),
        ("azurerm_automation_variable_string.a: {name: api_token, value: x}", False, "it is called api_token"),
        (
            "azurerm_automation_variable_string.a: {name: a_token, value: x, encrypted: true}",
            True,
            "it is called a_token",
        ),
    ],
)
def test_a_setting(text: str, secrecy: str | None, *, encrypted: bool | None) -> None:
    setting = only(f"{text}\n", StoredSetting)
    assert known_value(setting.encrypted) is encrypted
    assert known_value(setting.secrecy) == secrecy
