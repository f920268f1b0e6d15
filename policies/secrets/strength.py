"""Credentials that protect little: well-known defaults, weak keys, one value for several environments."""

from infraaudit.model import (
    Credential,
    Environment,
    Estate,
    SecretMaterial,
    SecretUse,
    Workload,
    known_value,
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
    Scope,
    Severity,
    at_least,
    at_most,
    lowered,
    policy,
)

_LOOPBACK = ("127.", "::1", "localhost")
_MOST_PLACES = 6


def _signing(wanted: bool) -> Scope:  # noqa: FBT001 - the one switch between two policies
    def holds(credential: Credential, _: Estate) -> Exclusion | None:
        if credential.signing is wanted:
            return None
        return Exclusion(Reason.MANAGED, f"it is a {credential.kind}")

    return holds


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_signing(wanted=False),
    holds="no password that takes effect is a well-known default",
    insight=True,
    local=Local.SAME,
)
def weak_default_credential(credential: Credential, estate: Estate) -> Findings:
    """A password that takes effect is a well-known default.

    Why: the first thing that anybody tries is the name of the product. A default protects nothing once the port can be
    reached, from the internet, from a neighbour or from a program that was broken into.

    Fix: make the variable required, so that nothing starts without a password, and generate one for each environment.

    Quiet when: the value is required and not given, comes from a secret store, or belongs to the services of a test.

    See: CWE-1392; OWASP Application Security Verification Standard, chapter 2.
    """
    weakness = credential.weakness.settled()
    if weakness.value:
        yield Finding(
            weakness.at,
            f"{credential.name} of {credential.owner} is {weakness.value}",
            label="in effect as it stands here (hidden)",
            factors=_reach(credential, estate),
            part=credential.name,
        )


def _reach(credential: Credential, estate: Estate) -> tuple[Factor, ...]:
    workload = estate.beside(credential, credential.workload, Workload) if credential.workload else None
    published = workload is not None and _is_published(workload)
    if credential.deployment.local:
        if published:
            return (at_most(Severity.MEDIUM, "local development, but its port is open on every address"),)
        return (at_most(Severity.LOW, "local development, reached from the machine alone"),)
    if credential.replaceable:
        return (lowered("it is the default of a chart, which an installation may replace"),)
    if published and credential.deployment.environment is not Environment.NONPRODUCTION:
        return (at_least(Severity.HIGH, "its port is published beyond the machine"),)
    return ()


def _is_published(workload: Workload) -> bool:
    return any(
        port.published is not None and known_value(port.published) is not None and not _is_loopback(port.host_address)
        for container in workload.containers
        for port in container.ports
    )


def _is_loopback(address: str) -> bool:
    return address.startswith(_LOOPBACK)


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_signing(wanted=True),
    holds="no key with which a framework signs is weak",
    insight=True,
    local=Local.LOWERED,
)
def framework_signing_key_weak(credential: Credential) -> Findings:
    """A framework signs sessions with a weak key.

    Why: whoever guesses the key makes sessions and tokens of any user, administrators among them, without ever logging
    in and without a trace.

    Fix: generate 50 random characters or more for each environment and keep them in the secret store. Django takes the
    old key in SECRET_KEY_FALLBACKS until all sessions are renewed.

    Quiet when: the key is a reference, or long and random.

    See: Django documentation, Deployment checklist.
    """
    weakness = credential.weakness.settled()
    if weakness.value:
        yield Finding(
            weakness.at,
            f"{credential.name} of {credential.owner} is {weakness.value}",
            label="in effect as it stands here (hidden)",
            part=credential.name,
        )


# -- reuse ---------------------------------------------------------------------------------------------------------


def _in_several_places(secret: SecretMaterial, _: Estate) -> Exclusion | None:
    if len(_uses(secret)) < 2:  # noqa: PLR2004 - two places at least
        return Exclusion(Reason.MANAGED, "it stands in one place")
    if secret.weak:
        return Exclusion(Reason.MANAGED, "a well-known default is equal everywhere")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_in_several_places,
    holds="no secret is shared by several environments",
    insight=True,
    local=Local.SAME,
    environment_matters=False,
)
def secret_reused_across_environments(secret: SecretMaterial) -> Findings:
    """Several environments share one secret.

    Why: whoever gets at the test system, which is guarded less, holds the key to production.

    Fix: generate a secret for each environment, keep them under paths of their own, and let the identity of each
    environment read only its own.

    Quiet when: the places belong to one environment, or the value is public or a default.

    See: OWASP Secrets Management Cheat Sheet; The Twelve-Factor App, Config.
    """
    production = _first_in(secret, Environment.PRODUCTION)
    other = _first_in(secret, Environment.NONPRODUCTION)
    if production is None or other is None:
        return
    yield Finding(
        other.at,
        f"{secret.key_name or secret.kind} has the same value in {_words(other)} as in {_words(production)}",
        label="value (hidden)",
        places=tuple(
            Place(each.at, f"the same value, {each.deployment.environment}")
            for each in _uses(secret)[:_MOST_PLACES]
            if each.at != other.at
        ),
        part="reuse",
    )


def _uses(secret: SecretMaterial) -> tuple[SecretUse, ...]:
    return tuple(each for each in secret.uses if not each.example)


def _first_in(secret: SecretMaterial, environment: Environment) -> SecretUse | None:
    return next((each for each in _uses(secret) if each.deployment.environment is environment), None)


def _words(use: SecretUse) -> str:
    return f"{use.at.path} ({use.deployment.environment})"
