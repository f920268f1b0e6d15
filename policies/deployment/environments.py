"""Whether an environment keeps to its own systems."""

import re

from infraaudit.model import Container, EnvironmentVariable, Estate, Known, Unknown, UnsettledError
from infraaudit.policy import Effort, Exclusion, Finding, Findings, Place, Reason, Severity, policy

_PRODUCTION = frozenset({"prod", "production", "prd"})
_OTHERS = frozenset(
    {"dev", "development", "stg", "stage", "staging", "qa", "uat", "test", "sandbox", "nonprod", "preprod"}
)
_TELLING = _PRODUCTION | (_OTHERS - {"test"}) | {"non-prod", "non-production", "pre-prod", "pre-production"}
"""Words that surely speak of a deployed environment; ``test`` and ``examples`` also name folders of test inputs."""

_NEARLY = frozenset({"non", "not", "pre"})
_SHARED = frozenset(
    {
        "shared", "common", "global", "mgmt", "management", "central", "hub", "platform", "infra", "tools", "tooling",
        "registry", "ecr", "gcr", "docker", "artifacts", "artifactory", "nexus", "harbor", "proxy", "cdn", "sso",
        "auth", "idp", "oauth", "login", "keycloak", "vault", "otel", "otlp", "telemetry", "logs", "logging", "metrics",
        "monitoring", "prometheus", "grafana", "loki", "tempo", "sentry", "datadog", "slack", "github", "gitlab",
    }
)  # fmt: skip
"""Words of what several environments use together."""

_ADDRESS = re.compile(
    r"(^|_)(HOST|HOSTNAME|URL|URI|ENDPOINT|ADDR|ADDRESS|DSN|SERVER|SERVERS|BROKERS?|BUCKET|QUEUE|TOPIC|TABLE|STREAM|ARN|"
    r"DATABASE|DB_NAME|CALLBACK|WEBHOOK)(_NAME|_URL|_URI|_ARN|_ID)?S?$"
)
_LISTS = re.compile(r"ALLOW|CORS|ORIGIN|TRUST|NO_PROXY|REDIRECT|REFERR?ER|CSP|DOCS?_|HELP|SUPPORT|TERMS|PRIVACY|LINK")
"""Names of what only lists or shows addresses, and calls none of them."""

_URL = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^@/\s]*@)?(?P<host>[^/:?#\s,]+)(?::\d+)?(?P<path>/[^?#\s,]*)?")
_IN_PATH = ("amazonaws.com", "googleapis.com", "windows.net")
"""Hosts of a cloud under which the path names the customer's own thing."""

_REGION = re.compile(r"(?<![a-z])[a-z]{2}(?:-gov|-iso[a-z]?)?-(?:north|south|east|west|central)+-?\d+(?!\d)")
_HOST = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+(?::\d+)?")
_ENDS = 2
_COUNTRY_ENDS = frozenset({"co", "com", "gov", "org", "ac", "net", "service"})
_FOREIGN = ("dev.azure.com",)


def _is_told(container: Container, estate: Estate) -> Exclusion | None:
    deployment = estate.workload_of(container).deployment
    if deployment.word not in _TELLING:
        return Exclusion(Reason.MANAGED, "nothing says which environment it belongs to")
    if not any(_is_address(each) for each in container.environment):
        return Exclusion(Reason.MANAGED, "no variable of it names another system")
    return None


def _is_address(variable: EnvironmentVariable) -> bool:
    name = variable.name.upper()
    if _LISTS.search(name) or variable.secret_ref:
        return False
    value = variable.value
    return bool(_ADDRESS.search(name)) or (isinstance(value, Known) and "://" in value.value)


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_is_told,
    holds="each environment calls its own systems",
    insight=True,
    environment_matters=False,
)
def cross_environment_reference(container: Container, estate: Estate) -> Findings:
    """A variable of one environment points into another one.

    Why: production that reads from a test system serves wrong data and falls with it; a test that writes into
    production destroys what is real. Nothing fails on the day on which it is deployed.

    Fix: let host, bucket, queue and account come from a parameter of each environment, and let the pipeline refuse the
    words of another one.

    Quiet when: the value names something shared (a registry, an identity provider, telemetry), or the words of both
    environments.

    See: AWS Well-Architected SEC01-BP01.
    """
    workload = estate.workload_of(container)
    here = workload.deployment.word
    doubt: Unknown[str] | None = None
    for variable in container.environment:
        if not _is_address(variable):
            continue
        if isinstance(variable.value, Unknown) and not variable.value.mentions:
            doubt = doubt or variable.value
        if not isinstance(variable.value, Known):
            continue
        found = next((each for each in _names_in(variable.value.value) if _is_foreign(here, each)), None)
        if found is not None:
            yield Finding(
                variable.value.at,
                f"{variable.name} of {estate.words_for(container)} in {here} names {found}",
                label=f"the word {_word_of(found)} speaks of another environment",
                places=(Place(workload.at, f"belongs to {workload.deployment.evidence}"),),
                part=variable.name,
            )
    if doubt is not None:
        raise UnsettledError(doubt)


def _names_in(value: str) -> tuple[str, ...]:
    """Return the hosts and names in a value, each as far as its owner chose it."""
    urls = list(_URL.finditer(value))
    if urls:
        return tuple(_chosen(url["host"], url["path"] or "") for url in urls)
    if value.startswith(("/", ".")) or "@" in value or " " in value:
        return ()
    if value.startswith("arn:"):
        return (value.split(":", 5)[-1],)
    return tuple(_chosen(part.strip(), "") for part in value.split(","))


def _chosen(host: str, path: str) -> str:
    """Return a host without the end that a registrar sold, with the path where that names the customer's thing."""
    host = host.rpartition(":")[0] if _HOST.fullmatch(host) and ":" in host else host
    if host.lower().endswith(_IN_PATH):
        return f"{host}{path}"
    return host


def _words(name: str) -> tuple[str, ...]:
    """Return the words of a name that its owner chose."""
    if name.lower().endswith(_FOREIGN):
        return ()
    host, slash, path = name.partition("/")
    labels = host.lower().split(".")
    if len(labels) > _ENDS and not slash:
        ends = _ENDS + (labels[-2] in _COUNTRY_ENDS)
        labels = labels[:-ends] if "svc" not in labels and labels[-1] not in {"local", "internal"} else labels
    elif len(labels) == _ENDS:
        labels = labels[:1] if labels[1] in {"dev", "test", "com", "net", "org", "io"} else labels
    return tuple(re.findall(r"[a-z]+|\d+", _REGION.sub(" ", " ".join((*labels, path.lower())))))


def _environments(name: str) -> frozenset[bool]:
    """Return the environments that a name speaks of: true is production, false another one."""
    words = _words(name)
    return frozenset(
        word in _PRODUCTION and before not in _NEARLY
        for before, word in zip(("", *words), words, strict=False)
        if word in _PRODUCTION or word in _OTHERS
    )


def _is_foreign(here: str, name: str) -> bool:
    other = here not in _PRODUCTION
    return _environments(name) == {other} and not _SHARED.intersection(_words(name))


def _word_of(name: str) -> str:
    return next((word for word in _words(name) if word in _PRODUCTION | _OTHERS), "")
