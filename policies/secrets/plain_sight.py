"""Credentials that anybody can read who can read the files."""

from infraaudit.model import Confidence, Estate, SecretClass, SecretMaterial, Workload
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
    at_most,
    lowered,
    policy,
)

_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1", "host.docker.internal"})


def _of(*classes: SecretClass) -> Scope:
    def holds(secret: SecretMaterial, _: Estate) -> Exclusion | None:
        if secret.secret_class in classes:
            return None
        return Exclusion(Reason.MANAGED, f"it is a {secret.secret_class}")

    return holds


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_of(SecretClass.PROVIDER_TOKEN, SecretClass.CREDENTIAL_DOCUMENT, SecretClass.SESSION_TOKEN),
    holds="no provider token stands in the files",
    equivalents=(
        "C-0012",
        "AWS-0029",
        "AVD-AWS-0029",
        "CKV_SECRET_2",
        "CKV_SECRET_3",
        "CKV_SECRET_9",
        "CKV_SECRET_11",
        "CKV_SECRET_12",
        "CKV_SECRET_14",
        "CKV_SECRET_15",
        "CKV_SECRET_16",
        "CKV_SECRET_17",
        "CKV_SECRET_18",
    ),
    local=Local.SAME,
    environment_matters=False,
)
def hardcoded_provider_token(secret: SecretMaterial) -> Findings:
    """A token of a provider stands in a file.

    Why: a token works wherever the file is read: every clone, every log of a build, every backup. Its form alone says
    what it opens, and scanners of strangers find it within minutes of publication.

    Fix: revoke it first, then read the new one from a secret store at run time, and only then clean the history.

    Quiet when: the value is a documented example, a reference, or encrypted.

    See: OWASP Secrets Management Cheat Sheet; CWE-798.
    """
    yield _exposed(secret, f"{secret.kind} stands in plain text")


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_of(SecretClass.PRIVATE_KEY),
    holds="no private key stands in the files",
    equivalents=("CKV_SECRET_13", "C-0012"),
    local=Local.SAME,
    environment_matters=False,
)
def private_key_in_repo(secret: SecretMaterial) -> Findings:
    """A private key stands in a file.

    Why: whoever can read the repository can be whoever the key belongs to, and a key has no log of who copied it.

    Fix: make a new pair, let the platform issue or mount it (ACM, Key Vault, cert-manager), and revoke the old one.

    Quiet when: it is a public key or a certificate.

    See: CWE-321.
    """
    yield _exposed(secret, f"{secret.kind} stands in plain text")


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_of(SecretClass.CONNECTION_URL),
    holds="no connection URL carries its password in plain text",
    equivalents=("CKV_SECRET_4",),
    local=Local.SAME,
    environment_matters=False,
)
def connection_url_with_password(secret: SecretMaterial, estate: Estate) -> Findings:
    """A connection URL carries its password in plain text.

    Why: the URL is copied as a whole, into logs, error reports and tickets, and takes the password along.

    Fix: change the password, then compose the URL at run time from a host and user in the configuration and
    a password from a secret store.

    Quiet when: the password is a reference to a variable or a secret store, or a well-known default of a store on the
    developer's own machine.

    See: RFC 3986 section 3.2.1.
    """
    local = secret.host in _LOCAL_HOSTS or _is_local_service(secret, estate)
    if secret.weak and local:
        return
    factors: list[Factor] = []
    if local:
        factors.append(at_most(Severity.LOW, f"it leads to {secret.host}, on one's own machine"))
    elif secret.weak:
        factors.append(at_most(Severity.MEDIUM, "the password is a well-known default, which is a fault of its own"))
    where = f" for {secret.host}" if secret.host else ""
    yield _exposed(secret, f"a {secret.kind} carries the password{where} in plain text", *factors)


def _is_local_service(secret: SecretMaterial, estate: Estate) -> bool:
    """Tell whether a URL leads to a service that Compose starts beside it, and only for development."""
    folder = secret.at.path.rpartition("/")[0] or "."
    services = [each for each in estate.of(Workload) if each.name == secret.host and each.deployment.folder == folder]
    return bool(services) and all(each.deployment.local for each in services)


def _exposed(secret: SecretMaterial, says: str, *factors: Factor) -> Finding:
    weights = list(factors)
    if secret.confidence is Confidence.EXPIRED:
        weights.append(at_most(Severity.LOW, "it has expired"))
    if secret.confidence is Confidence.RESTRICTED:
        key = secret.secret_class is SecretClass.PRIVATE_KEY
        weights.append(at_most(Severity.MEDIUM, "a passphrase protects it" if key else "what it opens is limited"))
    if secret.example:
        weights.append(lowered("the file looks like an example"))
    further = tuple(Place(place, "the same value again") for place in secret.places if place != secret.at)
    under = f" under {secret.key_name}" if secret.key_name else ""
    length = f", {secret.length} characters" if secret.length else ""
    return Finding(
        secret.at,
        f"{says}{under}",
        label=f"{secret.hint or 'value'} (hidden{length})",
        places=further,
        factors=tuple(weights),
    )
