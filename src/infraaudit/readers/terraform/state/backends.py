"""Lifts where a root keeps its state: the block of its backend, with the settings of a file for that purpose."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, StateBackend, Unknown
from infraaudit.model.node import Missing, Node
from infraaudit.readers.terraform.language.bodies import body_node
from infraaudit.readers.terraform.lifting.naming import words_of
from infraaudit.readers.terraform.state.secrets import exposure_of, state_secrets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infraaudit.model import Deployment, Maybe
    from infraaudit.readers.terraform.configuration.modules import Module
    from infraaudit.readers.terraform.configuration.resource import Resource
    from infraaudit.source.hcl_tree import Block

_PLACES = {
    "s3": ("bucket", "key"),
    "gcs": ("bucket", "prefix"),
    "azurerm": ("container_name", "key"),
    "http": ("address", ""),
    "consul": ("address", "path"),
    "oss": ("bucket", "key"),
    "cos": ("bucket", "key"),
    "kubernetes": ("secret_suffix", ""),
    "local": ("", "path"),
    "remote": ("organization", "workspaces"),
    "cloud": ("organization", "workspaces"),
}
"""What each backend calls the place of the state, and the way in it."""

_LOCKS = {"http": "lock_address", "oss": "tablestore_table"}
"""The setting without which a backend does not lock."""

_ACCOUNTS = {"azurerm": "storage_account_name", "s3": "region"}
_BUCKETS = frozenset({"aws_s3_bucket", "google_storage_bucket", "azurerm_storage_account", "azurerm_storage_container"})
_STATE = frozenset({"tfstate", "tfstates", "state", "states", "terraform", "tf"})
_COMPLETED_BY = (".tfbackend", "backend.hcl", "backend.conf", ".backend.hcl")


def lift_state(
    module: Module, deployment: Deployment, resources: Iterable[Resource], perhaps: Iterable[Resource]
) -> Iterator[StateBackend]:
    """Yield the backend of a root that manages resources. A folder without any keeps no state worth the name.

    A folder that configures neither a backend nor a provider is taken for a module that others call from elsewhere.
    """
    certain = tuple(resources)
    managed = [each for each in (*certain, *perhaps) if not each.data]
    if not managed:
        return
    secrets = tuple(state_secrets(certain))
    found = _backend(module)
    if found is None and not _configures_providers(module):
        return
    terragrunt = _beside(module, "terragrunt.hcl")
    if found is None:
        yield replace(_local(module, deployment, managed, generated=terragrunt), secrets=secrets)
        return
    type_, block = found
    body = body_node(block.body, module.scope, block.at.span, block.head.span)
    partial = terragrunt or _is_completed(module, body, type_)
    place, way = _PLACES.get(type_, ("", ""))
    yield StateBackend(
        address=f"terraform.backend.{type_}",
        kind="backend",
        name=type_,
        at=block.head.span,
        deployment=deployment,
        type=Known(type_, block.head.span),
        written=True,
        store=_setting(body, place, partial=partial),
        path=_way(body, way, partial=partial),
        encrypted=body["encrypt"].boolean(),
        locked=_locked(body, type_),
        resources=len(managed),
        partial=partial,
        makes_store=_makes_store(managed),
        secrets=secrets,
        exposure=exposure_of(type_, body),
    )


def _configures_providers(module: Module) -> bool:
    sources = module.root.sources
    documents = (sources.document(path) for path in sources.files(module.configuration.folder))
    return any(
        block.type == "provider" for document in documents if document is not None for block in document.body.blocks
    )


def _backend(module: Module) -> tuple[str, Block] | None:
    for terraform in module.configuration.terraform:
        for block in terraform.body.blocks:
            if block.type == "backend" and block.labels:
                return block.labels[0].text, block
            if block.type == "cloud":
                return "cloud", block
    return None


def _local(module: Module, deployment: Deployment, managed: list[Resource], *, generated: bool) -> StateBackend:
    at = managed[0].at
    why = "a terragrunt.hcl stands beside these files, and may write the backend"
    return StateBackend(
        address="terraform.backend.local",
        kind="backend",
        name="local",
        at=at,
        deployment=deployment,
        type=Unknown(why, at) if generated or module.configuration.damaged else Known("local", at, stated=False),
        written=False,
        store=Absent(at),
        path=Absent(at),
        encrypted=Absent(at),
        locked=Absent(at),
        resources=len(managed),
        makes_store=_makes_store(managed),
    )


def _setting(body: Node, name: str, *, partial: bool) -> Maybe[str]:
    """Return a setting; where it is left out it comes from the command line or a file given there."""
    if not name:
        return Absent(body.at)
    node = body[name]
    account = next((body[other] for type_, other in _ACCOUNTS.items() if _PLACES[type_][0] == name), None)
    value = node.string()
    if isinstance(value, Absent):
        why = f"{name} is given when Terraform is initialised"
        return Unknown(why, body.key_at or body.at) if partial else value
    if isinstance(value, Known) and account is not None and isinstance(text := account.string(), Known):
        return replace(value, value=f"{text.value}/{value.value}") if name == "container_name" else value
    return value


def _way(body: Node, name: str, *, partial: bool) -> Maybe[str]:
    """Return the key or prefix; where workspaces have a prefix of their own the one that is applied decides it."""
    workspaces = body["workspace_key_prefix"]
    if not workspaces.is_absent:
        return Unknown(
            "the workspace that is applied belongs to the key, and is chosen on the command line", workspaces.at
        )
    return _setting(body, name, partial=partial)


def _is_completed(module: Module, body: Node, type_: str) -> bool:
    """Whether settings that the backend cannot do without are left out, or a file for them stands beside."""
    place, way = _PLACES.get(type_, ("", ""))
    lacks = type_ in {"s3", "gcs", "azurerm", "http", "oss", "cos"} and isinstance(body[place].content, Missing)
    lacks_key = type_ in {"s3", "azurerm"} and isinstance(body[way].content, Missing)
    return lacks or lacks_key or any(_beside(module, ending) for ending in _COMPLETED_BY)


def _beside(module: Module, ending: str) -> bool:
    folder = module.configuration.folder
    return any(name.endswith(ending) for name in module.root.sources.tree.names(folder))


def _locked(body: Node, type_: str) -> Maybe[bool]:
    """Return whether two runs at once are kept apart."""
    if type_ == "s3":
        table = body["dynamodb_table"]
        return body["use_lockfile"].boolean() if table.is_absent else Known(value=True, at=table.at)
    if type_ in _LOCKS:
        lock = body[_LOCKS[type_]]
        return Absent(body.key_at or body.at) if lock.is_absent else Known(value=True, at=lock.at)
    return Known(value=True, at=body.key_at or body.at, stated=False)


def _makes_store(managed: list[Resource]) -> bool:
    """Whether the root makes a bucket that is meant for a state, as the first root of all has to."""
    for resource in managed:
        if resource.type in _BUCKETS:
            texts = [resource.name, *(str(resource.body[key].content or "") for key in ("bucket", "name"))]
            words = words_of(texts)
            if "tfstate" in words or len(words & _STATE) > 1:
                return True
    return False
