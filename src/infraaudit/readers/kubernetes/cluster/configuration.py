"""ConfigMaps and Secrets by the names of their keys, and the objects that make Secrets in a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.model import Absent, ConfigObject, Known, SecretProvider, Unknown, known_value
from infraaudit.readers.kubernetes.texts import labels_of, literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.kubernetes.manifest import Manifest
    from infraaudit.source.span import Span

_PARTS = {"ConfigMap": ("data", "binaryData"), "Secret": ("data", "stringData")}
_FILLED_BY = {
    "kubernetes.io/service-account.name": "the cluster",
    "replicator.v1.mittwald.de/replicate-from": "the replicator",
    "reflector.v1.k8s.emberstack.com/reflects": "the reflector",
    "config.openshift.io/inject-trusted-cabundle": "OpenShift",
    "service.beta.openshift.io/inject-cabundle": "OpenShift",
}
"""Labels and annotations that tell that somebody fills an object in the cluster."""

_Keys = tuple[tuple[str, "Span"], ...]


def config_object_of(manifest: Manifest) -> ConfigObject:
    """Return a ConfigMap or Secret without any of its values."""
    body = manifest.body
    parts = [body[name] for name in _PARTS[manifest.kind]]
    type_ = literal(body["type"])
    filler = _filler(manifest)
    return ConfigObject(
        **manifest.head,
        namespace=manifest.namespace,
        secret=manifest.kind == "Secret",
        keys=tuple(pair for part in parts for pair in _keys(part)),
        complete=body.complete and all(part.complete for part in parts) and not filler,
        type=type_ if manifest.kind == "Secret" else None,
        immutable=body["immutable"].boolean(),
        replaced_outside=filler,
    )


def _keys(part: Node) -> Iterator[tuple[str, Span]]:
    for key, node in part.items():
        yield key, node.key_at or node.at


def _filler(manifest: Manifest) -> str:
    for node in (manifest.annotations, manifest.labels):
        for name, filler in _FILLED_BY.items():
            if not node[name].is_absent:
                return filler
    if known_value(literal(manifest.body["type"])) == "kubernetes.io/service-account-token":
        return "the cluster"
    return ""


def _sealed_secret(manifest: Manifest) -> SecretProvider:
    spec = manifest.body["spec"]
    template = spec["template"]
    name = template["metadata"]["name"]
    keys = (*_keys(spec["encryptedData"]), *_keys(template["data"]))
    return _provider(manifest, _made(manifest, name), keys, complete=spec["encryptedData"].complete)


def _external_secret(manifest: Manifest) -> SecretProvider:
    """Return an ExternalSecret; ``dataFrom`` and templates bring keys that only the store knows."""
    spec = manifest.body["spec"]
    target = spec["target"]
    templated = target["template"]["data"]
    pairs = ((known_value(literal(each["secretKey"])), each.at) for each in spec["data"].each())
    keys = tuple((name, at) for name, at in pairs if name is not None)
    told = spec["dataFrom"].is_absent and spec["data"].complete and target["template"].is_absent
    store = spec["secretStoreRef"]
    return _provider(
        manifest,
        _made(manifest, target["name"]),
        (*(keys if templated.is_absent else ()), *_keys(templated)),
        complete=told,
        store=literal(store["name"]),
        store_kind=known_value(literal(store["kind"])) or "SecretStore",
    )


def _old_external_secret(manifest: Manifest) -> SecretProvider:
    """Return an ExternalSecret of the project before, which bore the name of its own Secret."""
    spec = manifest.body["spec"]
    pairs = ((known_value(literal(each["name"])), each.at) for each in spec["data"].each())
    keys = tuple((name, at) for name, at in pairs if name is not None)
    told = spec["dataFrom"].is_absent and spec["data"].complete and spec["template"].is_absent
    return _provider(manifest, _made(manifest, spec["nothing"]), keys, complete=told)


def _provider_class(manifest: Manifest) -> SecretProvider:
    """Return a SecretProviderClass with the Secrets that its mounts are synchronised into."""
    spec = manifest.body["spec"]
    objects = spec["secretObjects"]
    made = tuple(_address("Secret", manifest, each["secretName"]) for each in objects.each())
    pairs = ((known_value(literal(part["key"])), part.at) for each in objects.each() for part in each["data"].each())
    return SecretProvider(
        **manifest.head,
        namespace=manifest.namespace,
        makes=made,
        makes_complete=objects.complete,
        keys=tuple((name, at) for name, at in pairs if name is not None),
        complete=objects.complete,
        store=literal(spec["provider"]),
    )


def _in_its_own_name(manifest: Manifest) -> SecretProvider:
    return _provider(manifest, _made(manifest, manifest.body["nothing"]), (), complete=False)


def _named_by(*path: str) -> Callable[[Manifest], SecretProvider]:
    """Return the lift of a kind that writes the name of its Secret at a path, and keys that only it knows."""

    def lift(manifest: Manifest) -> SecretProvider:
        return _provider(manifest, _made(manifest, manifest.body.path(*path)), (), complete=False)

    return lift


PROVIDERS: dict[tuple[str, str], Callable[[Manifest], SecretProvider]] = {
    ("bitnami.com", "SealedSecret"): _sealed_secret,
    ("external-secrets.io", "ExternalSecret"): _external_secret,
    ("kubernetes-client.io", "ExternalSecret"): _old_external_secret,
    ("secrets-store.csi.x-k8s.io", "SecretProviderClass"): _provider_class,
    ("secrets.hashicorp.com", "VaultStaticSecret"): _named_by("spec", "destination", "name"),
    ("secrets.hashicorp.com", "VaultDynamicSecret"): _named_by("spec", "destination", "name"),
    ("secrets.hashicorp.com", "VaultPKISecret"): _named_by("spec", "destination", "name"),
    ("secrets.infisical.com", "InfisicalSecret"): _named_by("spec", "managedSecretReference", "secretName"),
    ("secrets.doppler.com", "DopplerSecret"): _named_by("spec", "managedSecret", "name"),
    ("onepassword.com", "OnePasswordItem"): _in_its_own_name,
    ("ricoberger.de", "VaultSecret"): _in_its_own_name,
    ("codemowers.io", "SecretClaim"): _in_its_own_name,
    ("isindir.github.com", "SopsSecret"): _in_its_own_name,
    ("spv.no", "AzureKeyVaultSecret"): _named_by("spec", "output", "secret", "name"),
}
"""Kinds of other projects that make Secrets, by group and kind."""


def _made(manifest: Manifest, name: Node) -> Value[str]:
    """Return the address of the Secret that an object makes: by the name written, else by its own."""
    if name.is_absent:
        return Known(f"Secret/{manifest.namespace}/{manifest.name}", manifest.at)
    return _address("Secret", manifest, name)


def _address(kind: str, manifest: Manifest, name: Node) -> Value[str]:
    written: Maybe[str] = literal(name)
    if isinstance(written, Absent):
        return Unknown(f"no {kind} is named here", written.at)
    return written.map(lambda text: f"{kind}/{manifest.namespace}/{text}")


def _provider(
    manifest: Manifest,
    made: Value[str],
    keys: _Keys,
    *,
    complete: bool,
    store: Maybe[str] | None = None,
    store_kind: str = "",
) -> SecretProvider:
    return SecretProvider(
        **manifest.head,
        namespace=manifest.namespace,
        makes=(made,),
        keys=keys,
        complete=complete,
        store=store,
        store_kind=store_kind,
        labels=labels_of(manifest.labels),
    )
