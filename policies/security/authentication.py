"""Whether a store asks who its clients are."""

from collections.abc import Iterator

from infraaudit.model import (
    Absent,
    Container,
    DataClass,
    Datastore,
    EdgeKind,
    Environment,
    Estate,
    Facet,
    FacetName,
    Known,
    Service,
    Value,
    Workload,
    parse_image_reference,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Local,
    Place,
    Reason,
    Severity,
    at_most,
    by_default,
    policy,
    services_to,
    used_in_its_project,
)

_YES = frozenset({"yes", "1", "true", "on", "trust"})
_NO = frozenset({"no", "0", "false", "off"})
_SWITCHES: dict[str, tuple[tuple[str, frozenset[str]], ...]] = {
    "postgres": (("POSTGRES_HOST_AUTH_METHOD", frozenset({"trust"})), ("ALLOW_EMPTY_PASSWORD", _YES)),
    "mysql": (
        ("MYSQL_ALLOW_EMPTY_PASSWORD", _YES),
        ("MARIADB_ALLOW_EMPTY_ROOT_PASSWORD", _YES),
        ("ALLOW_EMPTY_PASSWORD", _YES),
    ),
    "redis": (("ALLOW_EMPTY_PASSWORD", _YES),),
    "elasticsearch": (("xpack.security.enabled", _NO),),
    "opensearch": (("DISABLE_SECURITY_PLUGIN", _YES), ("plugins.security.disabled", _YES)),
}
"""Variables of the images by which a store is told to ask nobody, and the values that tell it."""

_OPEN_UNLESS_TOLD = {"redis": ("requirepass", "aclfile")}
"""Engines that ask nobody unless one of these settings is written."""

_PLAIN = frozenset({"redis", "library/redis", "valkey/valkey"})
"""Images that start the engine with nothing but the arguments that are written."""

_OUTSIDE = frozenset({"loadbalancer", "nodeport"})


def _can_be_told(store: Datastore, _: Estate) -> Exclusion | None:
    if store.facet(FacetName.ASKS) is not None:
        return None
    if store.managed or store.image is None:
        return Exclusion(Reason.MANAGED, "its platform decides whom it asks")
    if store.engine not in _SWITCHES:
        return Exclusion(Reason.MANAGED, "nothing is known of how its image is told to ask nobody")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(_can_be_told, used_in_its_project),
    holds="stores ask who their clients are",
    equivalents=("CKV_AWS_31", "CKV_GCP_95"),
    local=Local.LOWERED,
    insight=True,
)
def datastore_without_authentication(store: Datastore, estate: Estate) -> Findings:
    """A store lets in whoever reaches its port.

    Why: one request that a web application can be talked into, one container next door or one published port is
    enough to read and change everything.

    Fix: set a password from a secret (POSTGRES_PASSWORD, --requirepass, xpack.security.enabled), and publish the port
    to no more than the loopback address; give a managed cache a token, groups of users or an access list of its own.

    Quiet when: nothing switches the question off, or only tests start it; Redis without a password is told only where
    its port is open to other machines.

    See: Redis documentation, Security; Docker Official Images, postgres, POSTGRES_HOST_AUTH_METHOD.
    """
    facet = store.facet(FacetName.ASKS)
    if facet is not None:
        yield from _of_managed(store, facet)
        return
    one = any(each.platform.single_host for each in estate.sources(store, EdgeKind.RUNS, Workload))
    for container in _containers(store, estate):
        door = next(_doors(container, estate), None)
        for name, values in _SWITCHES[store.engine]:
            variable = container.variable(name)
            if variable is None or isinstance(variable.value, Absent):
                continue
            written = variable.value.settled()
            if written.value.lower() in values:
                yield _finding(store, written, f"{name} = {written.value}", door, on_one_host=one)
        if door is not None:
            yield from _unless_told(store, container, door, on_one_host=one)


def _of_managed(store: Datastore, facet: Facet) -> Findings:
    asks = facet.holds.settled()
    if not asks.value:
        yield Finding(
            asks.at,
            f"{store} lets in whoever reaches it{by_default(asks)}",
            label=f"{facet.setting} is not set" if not asks.stated else "nobody is asked",
            factors=_weight_of_managed(store),
            part="managed",
        )


def _weight_of_managed(store: Datastore) -> tuple[Factor, ...]:
    public = store.facet(FacetName.PUBLIC)
    if public is not None and isinstance(public.holds, Known) and public.holds.value:
        return ()
    if store.data_class is DataClass.DERIVED:
        return (at_most(Severity.LOW, "only its network reaches it, and what it holds can be rebuilt"),)
    return (at_most(Severity.MEDIUM, "only its network reaches it"),)


def _containers(store: Datastore, estate: Estate) -> Iterator[Container]:
    for carrier in estate.sources(store, EdgeKind.RUNS, Workload):
        yield from (each for each in carrier.containers if each.image.at == store.at)


def _doors(container: Container, estate: Estate) -> Iterator[Value[int]]:
    """Yield the ports by which other machines reach a container: published on the host, or outside of the cluster."""
    for port in container.ports:
        if isinstance(port.published, Known) and not port.host_address.startswith(("127.", "::1", "localhost")):
            yield port.published
    for service in services_to(container, estate):
        if isinstance(service, Service) and service.exposure.lower() in _OUTSIDE and not service.internal:
            yield from (door.number for door in service.ports)


def _unless_told(store: Datastore, container: Container, door: Value[int], *, on_one_host: bool) -> Findings:
    settings = _OPEN_UNLESS_TOLD.get(store.engine)
    image = store.image.settled() if store.image is not None else None
    if settings is None or store.parameters is None or not isinstance(image, Known):
        return
    if parse_image_reference(image.value).repository not in _PLAIN or container.variable("REDIS_ARGS") is not None:
        return
    written = store.parameters.get(*settings).settled()
    if isinstance(written, Absent):
        nothing = Known("", container.image.at)
        yield _finding(store, nothing, "no password is set", door, on_one_host=on_one_host)


def _finding(
    store: Datastore, written: Known[str], label: str, door: Value[int] | None, *, on_one_host: bool
) -> Finding:
    return Finding(
        written.at,
        f"{store} lets in whoever reaches {store.engine}",
        label=label,
        places=() if door is None else (Place(door.at, "other machines reach it here"),),
        factors=_weight(store, door, on_one_host=on_one_host),
        part=label,
    )


def _weight(store: Datastore, door: Value[int] | None, *, on_one_host: bool) -> tuple[Factor, ...]:
    if door is not None and store.deployment.environment is Environment.UNKNOWN and on_one_host:
        return (at_most(Severity.MEDIUM, "a Compose project, and nothing says production"),)
    if door is not None:
        return ()
    if store.deployment.environment is Environment.PRODUCTION:
        return (at_most(Severity.MEDIUM, "only its neighbours reach it"),)
    return (at_most(Severity.LOW, "only its neighbours reach it, and nothing says production"),)
