"""Reads what the apps and the functions of Azure App Service are given: settings, connection strings, a language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infraaudit.model import Absent, EnvironmentVariable, Known, Unknown, known_value
from infraaudit.readers.terraform.azure.identity.identities import own_identity
from infraaudit.readers.terraform.azure.identity.vaults import named_in
from infraaudit.readers.terraform.lifting.arguments import argument, block, blocks
from infraaudit.readers.terraform.lifting.container_parts import WHY_SECRET, variables_of
from infraaudit.readers.terraform.lifting.pointing import pointed

if TYPE_CHECKING:
    from infraaudit.model import Maybe, Node
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_FROM_VAULT = "@Microsoft.KeyVault("
_PREFIXES = {
    "custom": "CUSTOMCONNSTR_",
    "mysql": "MYSQLCONNSTR_",
    "postgresql": "POSTGRESQLCONNSTR_",
    "sqlazure": "SQLAZURECONNSTR_",
    "sqlserver": "SQLCONNSTR_",
}
"""What App Service puts before the name of a connection string, by its type, to make it a variable."""

_LANGUAGES = {"python_version": "python", "node_version": "nodejs", "ruby_version": "ruby", "php_version": "php"}
_VERSION = re.compile(r"~?(\d+(?:\.\d+)*)")


def environment_of(app: Resource, resources: Resources) -> tuple[tuple[EnvironmentVariable, ...], bool]:
    """Return the variables of an app, and whether these are all that the configuration gives it."""
    node = argument(app, "app_settings")
    settings, complete = variables_of(node, resources)
    strings, all_told = blocks(app.body["connection_string"])
    written = [*((each, node[each.name]) for each in settings), *((_variable(each), each["value"]) for each in strings)]
    return tuple(_from_vault(each, value, resources) for each, value in written), complete and all_told


def fetches_as(app: Resource, resources: Resources) -> Maybe[str]:
    """Return as whom App Service reads secrets for an app: the identity it names, else the one that it comes with."""
    named = argument(app, "key_vault_reference_identity_id")
    if not named.is_absent:
        return pointed(resources, named)
    own = argument(app, "identity.type").string()
    if isinstance(own, Known):
        return Known(own_identity(app), own.at) if "systemassigned" in own.value.lower() else Absent(own.at)
    return Unknown(own.why, own.at) if isinstance(own, Unknown) else own


def _variable(string: Node) -> EnvironmentVariable:
    prefix = _PREFIXES.get((known_value(string["type"].string()) or "").lower(), _PREFIXES["custom"])
    value = string["value"]
    return EnvironmentVariable(f"{prefix}{known_value(string['name'].string()) or ''}", value.string(), value.at)


def _from_vault(variable: EnvironmentVariable, node: Node, resources: Resources) -> EnvironmentVariable:
    """Return a setting that names a secret of a vault as the reference that it is."""
    written = known_value(variable.value)
    secret = named_in(node, resources)
    if secret:
        return EnvironmentVariable(variable.name, Unknown(WHY_SECRET, variable.at), variable.at, secret)
    if written is None or not written.startswith(_FROM_VAULT):
        return variable
    named = written.removeprefix(_FROM_VAULT).rstrip(")")
    return EnvironmentVariable(variable.name, Unknown(WHY_SECRET, variable.at), variable.at, named)


def runtime_of(app: Resource) -> Maybe[str] | None:
    """Return the language of an app that brings no image along; ``None`` where it names none."""
    stack = block(app, "site_config.application_stack")
    for name, language in _LANGUAGES.items():
        written = stack[name].string()
        if isinstance(written, Unknown):
            return written
        version = _VERSION.match(written.value) if isinstance(written, Known) else None
        if version is not None:
            return Known(f"{language}{version[1]}", written.at)
    return None


def image_of(app: Resource) -> Maybe[str]:
    """Return the image of an app; absent where Azure runs its code in an image of its own."""
    stack = block(app, "site_config.application_stack")
    named = stack["docker_image_name"]
    if not named.is_absent:
        return _with_registry(named, stack["docker_registry_url"])
    former, tag = stack["docker_image"], stack["docker_image_tag"]
    if not former.is_absent:
        return _tagged(former, tag)
    described = argument(app, "site_config.linux_fx_version").string()
    if isinstance(described, Known):
        kind, _, image = described.value.partition("|")
        return Known(image, described.at) if kind.upper() == "DOCKER" else Absent(described.at)
    return described


def _with_registry(name: Node, registry: Node) -> Maybe[str]:
    image, url = name.string(), registry.string()
    if isinstance(url, Unknown):
        return Unknown(url.why, url.at, mentions=(*url.mentions, *name.mentions))
    if isinstance(url, Absent) or not isinstance(image, Known):
        return image
    host = url.value.removeprefix("https://").removeprefix("http://").rstrip("/")
    return image if host.endswith("docker.io") else image.map(lambda written: f"{host}/{written}")


def _tagged(name: Node, tag: Node) -> Maybe[str]:
    image, written = name.string(), tag.string()
    if isinstance(written, Unknown):
        return Unknown(written.why, written.at)
    if isinstance(image, Known) and isinstance(written, Known):
        return image.map(lambda each: f"{each}:{written.value}")
    return image
