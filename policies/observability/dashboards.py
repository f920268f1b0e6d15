"""Whether dashboards are open to everybody who finds them."""

from infraaudit.model import Absent, Container, Estate, Known, Maybe, Unknown, known_value, parse_image_reference
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
    entrances_before,
    policy,
)

_REPOSITORIES = ("grafana/grafana", "grafana/grafana-oss", "grafana/grafana-enterprise", "bitnami/grafana")
_ANONYMOUS = "GF_AUTH_ANONYMOUS_ENABLED"
_ROLE = "GF_AUTH_ANONYMOUS_ORG_ROLE"
_PASSWORD = "GF_SECURITY_ADMIN_PASSWORD"  # noqa: S105 - the name of a variable
_OTHER_LOGINS = ("GF_AUTH_PROXY_ENABLED", "GF_AUTH_DISABLE_LOGIN_FORM", "GF_AUTH_GENERIC_OAUTH_ENABLED")
_WRITING = frozenset({"editor", "admin"})


def _is_grafana(container: Container, _: Estate) -> Exclusion | None:
    image = known_value(container.image)
    reference = parse_image_reference(image) if image is not None else None
    if reference is None or not reference.repository.endswith(_REPOSITORIES):
        return Exclusion(Reason.ROLE, "it is no Grafana")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_is_grafana,
    holds="Grafana asks for a login of its own",
    insight=True,
    local=Local.LOWERED,
)
def grafana_insecure_access(container: Container, estate: Estate) -> Findings:
    """Grafana lets in whoever finds it.

    Why: dashboards show what runs, where and how loaded it is, and an editor can send queries of any kind to every data
    source behind them.

    Fix: set GF_AUTH_ANONYMOUS_ENABLED=false, give GF_SECURITY_ADMIN_PASSWORD__FILE a secret, and put OAuth or a proxy
    that authenticates in front.

    Quiet when: a password comes from a secret, or another login stands before it (a proxy, OAuth). Could
    not tell where a configuration file is mounted, which may say otherwise.

    See: Grafana documentation, Configure anonymous access; Configure Grafana, admin_password.
    """
    reach = _reach(container, estate)
    anonymous = _setting(container, _ANONYMOUS)
    if isinstance(anonymous, Known) and anonymous.value.lower() == "true":
        role = _setting(container, _ROLE)
        word = role.settled().value if not isinstance(role, Absent) else "Viewer"
        writes = word.lower() in _WRITING
        yield Finding(
            anonymous.at,
            f"{estate.words_for(container)} lets everybody in as {word} without a login",
            label="no login is asked for",
            places=() if isinstance(role, Absent) else (Place(role.at, f"everybody is {word}"),),
            factors=() if writes else (at_most(Severity.MEDIUM if not reach else Severity.LOW, "viewers read only"),),
            part="anonymous",
        )
    yield from _default_login(container, estate, reach)


def _default_login(container: Container, estate: Estate, reach: tuple[Factor, ...]) -> Findings:
    names = (_PASSWORD, f"{_PASSWORD}__FILE", *_OTHER_LOGINS)
    if any(container.variable(name) is not None for name in names):
        return
    _may_be_set_elsewhere(container)
    yield Finding(
        container.at,
        f"{estate.words_for(container)} keeps the login admin with the password that every installation begins with",
        label=f"{_PASSWORD} is not set",
        factors=reach,
        part="password",
    )


def _may_be_set_elsewhere(container: Container) -> None:
    """End the check where the settings may stand in a file, or in variables that cannot be told."""
    if not container.environment_complete:
        Unknown(f"not every variable of {container} can be told", container.at).settled()
    for mount in container.mounts:
        path = mount.path.settled().value
        if path.startswith(("/etc/grafana", "/usr/share/grafana/conf", "/opt/bitnami/grafana/conf")):
            Unknown(f"the settings that are mounted at {path} may say otherwise", mount.at).settled()


def _reach(container: Container, estate: Estate) -> tuple[Factor, ...]:
    entrances = entrances_before(estate.workload_of(container), estate)
    if any(known_value(each.public) is not False for each in entrances):
        return ()
    return (at_most(Severity.MEDIUM, "nothing public leads to it"),)


def _setting(container: Container, name: str) -> Maybe[str]:
    variable = container.variable(name)
    return variable.value if variable is not None else Absent(container.at)
