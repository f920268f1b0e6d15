"""Tells which passwords and signing keys take effect, and who reads the places where secrets stand."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.facts.secrets import (
    WELL_KNOWN,
    is_password_name,
    is_plain_switch,
    is_secret_name,
    is_signing_name,
    signing_weakness,
    weakness,
)
from infraaudit.model import (
    DEFAULT_VALUES,
    ChartValuesSite,
    Container,
    Credential,
    Edge,
    EdgeKind,
    EntryState,
    EnvironmentFileSite,
    Known,
    ResourceSite,
    SecretObjectSite,
    SecretSite,
    Unknown,
    VariablesFileSite,
    VariableSite,
    Workload,
    known_value,
    parse_image_reference,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infraaudit.model import Entity, EnvironmentVariable, Estate, Value
    from infraaudit.source.span import Span

_VENDORED = frozenset({"vendor", "vendored", "third_party", "third-party", "node_modules", "bower_components"})
"""Folders of what others wrote: their Compose files are never started here."""

_IN_EFFECT = (ResourceSite, VariablesFileSite, SecretObjectSite, ChartValuesSite, VariableSite)
"""Sites whose values take effect without a container that this model knows."""


def join_credentials(estate: Estate) -> Estate:
    """Add the credentials that take effect, with how much they protect, and the readers of files and Secrets."""
    local = tuple(_with_owners_locality(estate))
    estate = estate.with_entities(local) if local else estate
    given = list(_of_containers(estate))
    places = {(each.at.path, each.at.start_line) for each in given}
    added: list[Entity] = [
        *given,
        *(each for each in _of_sites(estate) if (each.at.path, each.at.start_line) not in places),
    ]
    edges = (*_file_readers(estate), *_secret_readers(estate))
    return estate.with_entities(added).with_edges(edges) if added or edges else estate


def _with_owners_locality(estate: Estate) -> Iterator[SecretSite]:
    """Take over from the workloads of a file whether it only serves development."""
    local: dict[str, bool] = {}
    for workload in estate.of(Workload):
        local[workload.at.path] = local.get(workload.at.path, True) and workload.deployment.local
    for site in estate.of(SecretSite):
        if local.get(site.at.path):
            yield replace(site, deployment=replace(site.deployment, local=True))


# -- credentials of containers -------------------------------------------------------------------------------------


def _of_containers(estate: Estate) -> Iterator[Credential]:
    clients: dict[str, list[Credential]] = defaultdict(list)
    defined: set[str] = set()
    by_files = _files_with_servers(estate)
    for container in estate.of(Container):
        if not _VENDORED.isdisjoint(container.at.path.split("/")):
            continue
        beside = _plain_texts(container.environment)
        for variable in container.environment:
            kind = _kind_of(variable)
            if not kind or variable.secret_ref:
                continue
            found = _credential(container, variable, beside)
            if kind == "client":
                clients[container.deployment.id].append(found)
                continue
            if known_value(found.weakness) != "":
                defined.add(container.deployment.id)
            yield found
        yield from _built_in(container)
    for deployment, found_there in clients.items():
        # Where the server's own password is told weak, its clients' copies of it are the same fault.
        yield from (each for each in found_there if deployment not in defined and each.at.path not in by_files)


def _kind_of(variable: EnvironmentVariable) -> str:
    if is_signing_name(variable.name):
        return "signing"
    if variable.name in _server_variables():
        return "server"
    return "client" if is_secret_name(variable.name) and is_password_name(variable.name) else ""


def _credential(container: Container, variable: EnvironmentVariable, beside: frozenset[str]) -> Credential:
    signing = is_signing_name(variable.name)
    at = _origin(variable.value.at)
    return Credential(
        address=f"{container.address} {variable.name}",
        kind="signing key" if signing else "password",
        name=variable.name,
        at=at,
        deployment=container.deployment,
        weakness=_weakness_of(variable, at, beside, signing=signing),
        owner=str(container),
        workload=container.workload,
        signing=signing,
    )


def _origin(at: Span) -> Span:
    """Return the place where a value is written that came here by way of a file of variables or a ConfigMap."""
    setting = [step for step in at.trail if not step.what.startswith("used in ")]
    return replace(setting[-1].at, trail=()) if setting else at


def _weakness_of(variable: EnvironmentVariable, at: Span, beside: frozenset[str], *, signing: bool) -> Value[str]:
    value = variable.value
    if isinstance(value, Unknown):
        return Known("", at) if value.mentions else Unknown(value.why, value.at)
    if not isinstance(value, Known):
        return Known("", at)
    if signing:
        return Known(signing_weakness(value.value), at)
    # A server's own password is one whatever its variable is called.
    why = weakness("password", value.value)
    is_word = bool(value.value) and not is_plain_switch(value.value)
    equal = is_word and value.value.lower() in beside and why != WELL_KNOWN
    return Known("the same as a name beside it" if equal else why, at)


def _plain_texts(variables: Iterable[EnvironmentVariable]) -> frozenset[str]:
    named = ((each.name, known_value(each.value)) for each in variables)
    return frozenset(text.lower() for name, text in named if text and not is_secret_name(name))


def _built_in(container: Container) -> Iterator[Credential]:
    """Yield the login that an image comes with, where no variable, file or command changes it."""
    image = known_value(container.image)
    reference = parse_image_reference(image) if image else None
    if reference is None:
        return
    for repository, login, name, *others in table("secret_slots")["server.built_in"]["rows"]:
        if reference.repository not in {repository, f"library/{repository}"}:
            continue
        set_otherwise = any(container.variable(each) is not None for each in (name, *others))
        if set_otherwise or any((known_value(each.path) or "").startswith(_CONFIGURATION) for each in container.mounts):
            continue
        at = container.image.at
        weak: Value[str] = Known(f"the login {login} that the image comes with", at)
        if not container.environment_complete:
            weak = Unknown("some of its variables come from a source that cannot be read", at)
        yield Credential(
            address=f"{container.address} {name}",
            kind="password",
            name=name,
            at=at,
            deployment=container.deployment,
            weakness=weak,
            owner=str(container),
            workload=container.workload,
        )


_CONFIGURATION = ("/etc/rabbitmq", "/opt/bitnami/rabbitmq/etc")


# -- credentials elsewhere -----------------------------------------------------------------------------------------


def _files_with_servers(estate: Estate) -> frozenset[str]:
    """Return the files with a Secret that gives a server a weak password: clients there only repeat it."""
    weak = ((site, site.in_state(EntryState.WEAK)) for site in estate.of(SecretObjectSite))
    return frozenset(
        site.at.path for site, entries in weak if any(entry.key in _server_variables() for entry in entries)
    )


def _server_variables() -> frozenset[str]:
    return frozenset(table("secret_slots")["server.variables"]["words"])


def _of_sites(estate: Estate) -> Iterator[Credential]:
    servers = _files_with_servers(estate)
    for site in estate.of(SecretSite):
        if site.example or not isinstance(site, _IN_EFFECT):
            continue
        for number, entry in enumerate(site.in_state(EntryState.WEAK)):
            if site.at.path in servers and not entry.signing and entry.key not in _server_variables():
                continue
            yield Credential(
                address=f"{site.address} {entry.key} {number}" if number else f"{site.address} {entry.key}",
                kind="signing key" if entry.signing else "password",
                name=entry.key,
                at=entry.at,
                deployment=site.deployment,
                weakness=Known(entry.weakness or "a well-known default", entry.at),
                owner=str(site),
                signing=entry.signing,
                replaceable=site.kind == DEFAULT_VALUES,
            )


# -- readers -------------------------------------------------------------------------------------------------------


def _file_readers(estate: Estate) -> Iterator[Edge]:
    sites = {site.at.path: site for site in estate.of(EnvironmentFileSite)}
    for container in estate.of(Container) if sites else ():
        owner = estate.workload_of(container)
        for variable in container.environment:
            for place in _places(variable.value.at):
                site = sites.get(place.path)
                if site is not None:
                    evidence = f"{owner} takes variables from {site.name}"
                    yield Edge(EdgeKind.READS, owner.key, site.key, evidence, site.at)


def _places(at: Span) -> Iterator[Span]:
    yield at
    yield from (step.at for step in at.trail)


def _secret_readers(estate: Estate) -> Iterator[Edge]:
    sites = {site.name.rpartition("/")[2]: site for site in estate.of(SecretObjectSite)}
    for container in estate.of(Container) if sites else ():
        owner = estate.workload_of(container)
        for variable in container.environment:
            site = sites.get(variable.secret_ref.partition("/")[0]) if variable.secret_ref else None
            if site is not None and (not site.name.count("/") or site.name.startswith(f"{owner.namespace}/")):
                yield Edge(EdgeKind.READS, owner.key, site.key, f"{owner} reads {site}", variable.at)
