"""Whether a workload may read the secrets that it is given by name."""

from collections.abc import Iterator

from infraaudit.model import (
    Absent,
    EnvironmentVariable,
    Estate,
    Function,
    Identity,
    Key,
    Known,
    StoredSecret,
    Unknown,
    UnsettledError,
    Workload,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    may_read,
    policy,
    surely_acting_as,
    touches,
)

_Use = tuple[Workload, EnvironmentVariable]


def _uses(estate: Estate) -> dict[Key, list[_Use]]:
    """Return which workloads are given which secret, and by which variable."""
    found: dict[Key, list[_Use]] = {}
    for workload in estate.of(Workload):
        if workload.fetches_as is None:
            continue
        for container in (*workload.containers, *workload.init_containers):
            for variable in container.environment:
                for secret in _secrets_of(workload, variable, estate):
                    found.setdefault(secret.key, []).append((workload, variable))
    return found


def _secrets_of(workload: Workload, variable: EnvironmentVariable, estate: Estate) -> Iterator[StoredSecret]:
    """Yield the secrets of the scan for which a variable stands.

    A function may only be told where a secret lies, and read it by itself.
    """
    if isinstance(workload, Function):
        mentioned = variable.value.mentions if isinstance(variable.value, Unknown) else ()
        addresses = (*mentioned, *((variable.secret_ref,) if variable.secret_ref else ()))
    else:
        addresses = (variable.secret_ref,) if variable.secret_ref else ()
    for address in addresses:
        secret = estate.beside(workload, address, StoredSecret)
        if secret is not None:
            yield secret


def _is_given_away(secret: StoredSecret, estate: Estate) -> Exclusion | None:
    if secret.key not in estate.derived(_uses):
        return Exclusion(Reason.ROLE, "no workload of the scan is given it by name")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_is_given_away,
    holds="the workloads that are given a secret may read it",
    insight=True,
)
def secret_read_not_permitted(secret: StoredSecret, estate: Estate) -> Findings:
    """A workload is given a secret that its identity may not read.

    Why: the platform fetches the secret before the first process starts. Without the permission the task never starts,
    and a rollout waits for copies that cannot come.

    Fix: permit exactly this secret to the identity that fetches it: secretsmanager:GetSecretValue or ssm:GetParameters
    for the execution role of ECS, roles/secretmanager.secretAccessor on the secret for a service account of Google,
    Key Vault Secrets User on the vault for the identity by which an app of Azure resolves its references.

    Quiet when: the role or one of its policies is not in the scan, or a policy of the secret may admit the role.

    See: Amazon ECS developer guide, Amazon ECS task execution IAM role; Cloud Run documentation, Configure secrets;
    Azure App Service, Use Key Vault references.
    """
    doubt: Unknown[object] | None = None
    told: set[str] = set()
    for workload, variable in estate.derived(_uses)[secret.key]:
        if workload.address in told:
            continue
        try:
            found = _unreadable(secret, workload, variable, estate)
        except UnsettledError as unsettled:
            doubt = doubt or unsettled.unknown
            continue
        if found is not None:
            told.add(workload.address)
            yield found
    if doubt is not None:
        raise UnsettledError(doubt)


def _unreadable(
    secret: StoredSecret, workload: Workload, variable: EnvironmentVariable, estate: Estate
) -> Finding | None:
    given = f"{workload} is given {variable.name} from {secret}"
    identity = _identity(workload, estate)
    if identity is None:
        return Finding(
            variable.at, f"{given}, and no role to fetch it with", "no execution role", part=workload.address
        )
    if isinstance(workload, Function) and touches(identity, secret, estate):
        return None
    permitted = may_read(identity, secret, estate).settled()
    if permitted.value:
        return None
    forbidden = permitted.at != identity.at
    return Finding(
        variable.at,
        f"{given}, which {identity} may not read",
        label="a statement forbids it" if forbidden else "nothing permits it",
        places=(Place(permitted.at, "it is forbidden here" if forbidden else f"the role of {workload.name}"),),
        part=workload.address,
    )


def _identity(workload: Workload, estate: Estate) -> Identity | None:
    """Return the identity that fetches the secrets of a workload, ``None`` where none is named."""
    fetching = workload.fetches_as.settled() if workload.fetches_as is not None else Absent(workload.at)
    if not isinstance(fetching, Known):
        return None
    return surely_acting_as(workload, fetching, estate)
