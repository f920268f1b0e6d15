"""Tells who gets into apps and functions of App Service: by FTP, with a debugger, or as a stranger by the door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, GuardName, Known, MachineGuard, Unknown, known_value
from infraaudit.readers.terraform.azure.defaults import boolean_or_default, string_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, block, may_be_present, reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource

_FTP = "site_config.ftps_state"
_DEBUGGER = "site_config.remote_debugging_enabled"
_PLAIN = "allallowed"
_ANONYMOUS = "allowanonymous"
_OWN_ASKING = "App Service authentication"
_CERTIFICATES = "client certificates"


def guards_of_app(app: Resource) -> Iterator[MachineGuard]:
    """Yield the guards of an app: its files come in by encrypted ways alone, and nobody stops it from afar."""
    ftp = string_or_default(argument(app, _FTP), "app_service.ftps_state")
    yield MachineGuard(GuardName.NO_PLAIN_FTP, ftp.map(_is_encrypted), _FTP.rpartition(".")[2])
    debugger = boolean_or_default(argument(app, _DEBUGGER), "app_service.remote_debugging_enabled")
    yield MachineGuard(GuardName.NO_DEBUGGER, debugger.map(_not), _DEBUGGER.rpartition(".")[2])


def _is_encrypted(state: str) -> bool:
    return state.lower() != _PLAIN


def _not(on: bool) -> bool:  # noqa: FBT001 - the value that is mapped
    return not on


def asked_by_platform(app: Resource) -> Maybe[str]:
    """Return what App Service asks of a caller before the program sees the request; absent where it asks nothing."""
    answers = (_newer(app), _older(app), _certificates(app))
    known = next((each for each in answers if isinstance(each, Known)), None)
    doubt = next((each for each in answers if isinstance(each, Unknown)), None)
    return known or doubt or Absent(app.at)


def _newer(app: Resource) -> Maybe[str]:
    """Return what the second version of authentication asks: everything, unless strangers are let through."""
    settings = block(app, "auth_settings_v2")
    if not may_be_present(settings):
        return Absent(app.at)
    if settings.is_unknown:
        return Unknown(reason(settings), settings.at)
    enabled = settings["auth_enabled"].boolean()
    required = settings["require_authentication"].boolean()
    action = settings["unauthenticated_action"].string()
    for each in (enabled, required, action):
        if isinstance(each, Unknown):
            return Unknown(each.why, each.at)
    on = isinstance(enabled, Known) and enabled.value
    lets_through = (isinstance(required, Known) and not required.value) or (
        isinstance(action, Known) and action.value.lower() == _ANONYMOUS
    )
    return Known(_OWN_ASKING, settings.at) if on and not lets_through else Absent(settings.at)


def _older(app: Resource) -> Maybe[str]:
    """Return what the first version of authentication asks: something where it sends strangers to a login."""
    settings = block(app, "auth_settings")
    if not may_be_present(settings):
        return Absent(app.at)
    enabled, action = settings["enabled"].boolean(), settings["unauthenticated_client_action"].string()
    if isinstance(enabled, Unknown):
        return Unknown(enabled.why, enabled.at)
    if not isinstance(enabled, Known) or not enabled.value:
        return Absent(settings.at)
    if isinstance(action, Known):
        return Known(_OWN_ASKING, action.at) if action.value.lower() != _ANONYMOUS else Absent(action.at)
    why = action.why if isinstance(action, Unknown) else "what becomes of strangers is not written"
    return Unknown(why, action.at)


def _certificates(app: Resource) -> Maybe[str]:
    """Return that callers need a certificate of their own, everywhere in the app."""
    enabled = _either(app, "client_certificate_enabled", "client_cert_enabled").boolean()
    if isinstance(enabled, Unknown):
        return Unknown(enabled.why, enabled.at)
    if not isinstance(enabled, Known) or not enabled.value:
        return Absent(app.at)
    mode = _either(app, "client_certificate_mode", "client_cert_mode").string()
    if isinstance(mode, Unknown):
        return Unknown(mode.why, mode.at)
    if isinstance(mode, Absent):
        return Unknown("whether a certificate is asked for follows the version of the provider", enabled.at)
    excluded = may_be_present(argument(app, "client_certificate_exclusion_paths"))
    return Known(_CERTIFICATES, mode.at) if mode.value == "Required" and not excluded else Absent(mode.at)


def _either(app: Resource, name: str, former: str) -> Node:
    node = argument(app, name)
    return argument(app, former) if node.is_absent else node


def reached(app: Resource) -> Value[bool]:
    """Return whether the internet reaches an app: unless it is closed, or its rules turn away whoever is not named."""
    public = boolean_or_default(
        argument(app, "public_network_access_enabled"), "app_service.public_network_access_enabled"
    )
    if isinstance(public, Known) and not public.value:
        return public
    action = argument(app, "site_config.ip_restriction_default_action").string()
    if isinstance(action, Known):
        return action.map(_lets_in) if known_value(public) is True else public
    if isinstance(action, Unknown):
        return Unknown(action.why, action.at)
    rules = argument(app, "site_config.ip_restriction")
    if may_be_present(rules) and (app.provider_major or 0) < _WITH_DEFAULT:
        return Unknown("what becomes of callers that no rule names follows the version of the provider", rules.at)
    return public


_WITH_DEFAULT = 4
"""The version of the provider since which callers that no rule names are let in until something else is written."""


def _lets_in(action: str) -> bool:
    return action.lower() == "allow"
