"""As whom programs log in to databases."""

import re
from collections.abc import Iterator

from infraaudit.model import (
    Container,
    Datastore,
    EdgeKind,
    EnvironmentVariable,
    Estate,
    Known,
    Maybe,
    Role,
    Unknown,
    Workload,
    known_value,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    clients_of,
    policy,
)

_LOGIN = re.compile(r"(^|_)(DB|DATABASE|PG|POSTGRES|POSTGRESQL|MYSQL|MARIADB|SQL)_?(USER|USERNAME|USER_NAME|LOGIN)$")
_URL = re.compile(r"[a-z][a-z0-9+]*://(?P<user>[^:@/\s]+)(?::[^@\s]*)?@")
_CHANGES_TABLES = re.compile(r"(?<![a-z])(migrat\w*|schema|flyway|liquibase|alembic|admin|bootstrap|init)(?![a-z])")
_RELATIONAL = frozenset({"postgres", "mysql", "mariadb", "sqlserver", "redshift"})


def _has_clients(store: Datastore, estate: Estate) -> Exclusion | None:
    if store.administrator is None:
        return Exclusion(Reason.MANAGED, "which login may do everything in it is not read")
    if not clients_of(store, estate):
        return Exclusion(Reason.ROLE, "nothing of the scan is seen to use it")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.MEDIUM,
    when=_has_clients,
    holds="programs log in to databases as users of their own",
    insight=True,
)
def application_uses_database_admin(store: Datastore, estate: Estate) -> Findings:
    """A program logs in to its database as the one who may do everything in it.

    Why: a flaw in one query of the program is then enough to drop tables, to read the data of every other program and
    to make logins of one's own. Nor can the password be changed without an outage of everything.

    Fix: make a role for each program with the rights that it needs (postgresql_role, google_sql_user with
    database_roles), and keep the administrator for people and for changes of the tables.

    Quiet when: the program logs in as somebody else, or changes the tables by its name (migrations).

    See: OWASP Database Security Cheat Sheet, Creating a Least Privilege Database User.
    """
    administrator = store.administrator
    if administrator is None:
        return
    for client, edge in clients_of(store, estate):
        if _may_be_another(client, store, estate) or _changes_tables(client):
            continue
        used = next((each for box in client.containers for each in _logins(box, store, administrator)), None)
        if used is not None:
            name = f" {administrator.value}" if isinstance(administrator, Known) else ""
            yield Finding(
                used.at,
                f"{client} logs in to {store} as its administrator{name}",
                label=f"{used.name} names the administrator",
                places=(
                    Place(edge.at, f"{client} uses {store}"),
                    Place(administrator.at, "the administrator is named here"),
                ),
                part=client.address,
            )
        elif any(_LOGIN.search(each.name) for box in client.containers for each in box.environment):
            administrator.settled()


def _changes_tables(client: Workload) -> bool:
    return client.role is Role.JOB or bool(_CHANGES_TABLES.search(client.name.lower().replace("_", "-")))


def _may_be_another(client: Workload, store: Datastore, estate: Estate) -> bool:
    """Whether a login may be that of another database that a workload uses as well."""
    others = estate.targets(client, EdgeKind.READS, Datastore)
    return any(each.key != store.key and each.engine in _RELATIONAL for each in others)


def _logins(container: Container, store: Datastore, administrator: Maybe[str]) -> Iterator[EnvironmentVariable]:
    """Yield the variables that name the administrator of a store, or hand out the secret that the platform keeps."""
    name = known_value(administrator)
    for variable in container.environment:
        value = variable.value
        text = known_value(value)
        if variable.secret_ref == store.address:
            yield variable
        elif _LOGIN.search(variable.name):
            mentions = value.mentions if isinstance(value, Unknown) else ()
            if store.address in mentions or (text is not None and text == name):
                yield variable
        elif text is not None and (match := _URL.match(text)) is not None and match["user"] == name:
            yield variable
