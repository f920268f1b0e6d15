"""Whether what runs in production runs in the mode that is meant for it."""

import re

from infraaudit.model import (
    Absent,
    Container,
    EdgeKind,
    Environment,
    Estate,
    Image,
    Known,
    Server,
    Unknown,
    UnsettledError,
    known_value,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    answering,
    at_most,
    effective_variable,
    followed,
    gateways_before,
    policy,
    services_before,
    with_process,
)

_ON = re.compile(r"(?:1|true|yes|on|t|y)", re.IGNORECASE)
_LOOPBACK = re.compile(r"(?:127\.|localhost:|\[?::1)")
_ALWAYS_DEBUG = ("DJANGO_DEBUG", "FLASK_DEBUG", "FASTAPI_DEBUG", "APP_DEBUG", "PYTHONDEVMODE")
_DEVELOPMENT_MODES = ("FLASK_ENV", "NODE_ENV", "RAILS_ENV", "RACK_ENV")
_PROFILES = (
    "APP_ENV",
    "APP_ENVIRONMENT",
    "ENV",
    "ENVIRONMENT",
    "CONFIG_ENV",
    "DJANGO_ENV",
    "SPRING_PROFILES_ACTIVE",
    "ASPNETCORE_ENVIRONMENT",
    "DOTNET_ENVIRONMENT",
)
_LABELS = ("SENTRY_ENVIRONMENT", "DD_ENV", "OTEL_RESOURCE_ATTRIBUTES")
_LABEL_OF_RESOURCE = re.compile(r"deployment\.environment(?:\.name)?=([^,]+)")
_DEVELOPMENT = frozenset({"local", "dev", "develop", "development", "test", "tests", "testing", "debug", "ci"})
_OTHER_STAGES = frozenset({"qa", "uat", "stage", "staging", "preprod", "sandbox", "demo"})
_PRODUCTION = frozenset({"prod", "production", "live"})
_PYTHON = frozenset({Server.GUNICORN, Server.UVICORN, Server.FASTAPI, Server.HYPERCORN, Server.DAPHNE, Server.UWSGI})
_SYNCHRONOUS_CLASSES = frozenset({"sync", "gthread", "gevent", "eventlet", "tornado"})
_ASGI_FRAMEWORKS = frozenset({"fastapi", "starlette", "litestar", "quart", "blacksheep"})
_WSGI_FRAMEWORKS = frozenset(
    {"flask", "django", "bottle", "falcon", "pyramid", "a2wsgi", "asgiref", "dash", "apiflask"}
)


def _deployed(container: Container, estate: Estate) -> tuple[Factor, ...]:
    """Weigh who can reach it, and what its files say that they are for."""
    workload = estate.workload_of(container)
    if workload.platform.single_host and workload.deployment.environment is Environment.UNKNOWN:
        return (at_most(Severity.MEDIUM, "nothing says what this Compose file is for"),)
    published = any(isinstance(port.published, Known | Unknown) for port in container.ports)
    if not (published or gateways_before(workload, estate) or services_before(workload, estate)):
        return (at_most(Severity.MEDIUM, "nothing sends requests to it"),)
    return ()


def _is_meant_for_users(container: Container, estate: Estate) -> Exclusion | None:
    workload = estate.workload_of(container)
    if workload.deployment.environment is Environment.NONPRODUCTION:
        return Exclusion(Reason.DESIGN, "its environment is one for development or tests")
    return None


def _is_own_code(container: Container, estate: Estate) -> bool:
    """Whether the program is the owner's: built here, or started by a server of Python applications."""
    process = container.process
    return bool(estate.targets(container, EdgeKind.RUNS, Image)) or (process is not None and process.server in _PYTHON)


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(answering, _is_meant_for_users),
    holds="debugging is off where users are served",
    insight=True,
)
def debug_mode_in_production(container: Container, estate: Estate) -> Findings:
    """A deployed program runs in debug mode.

    Why: error pages show source, settings and queries to whoever causes an error, and some of them run code. Debug
    modes also keep every query in memory.

    Fix: take the variable away where it is deployed, and let the default be off.

    Quiet when: the files serve local development or tests. DEBUG of a foreign image, which often means a log level.

    See: Django documentation, Deployment checklist, DEBUG; Flask documentation, Debug Mode.
    """
    doubt = None if container.environment_complete else Unknown("some of its variables cannot be read", container.at)
    for name, says in _debug_switches(container, estate):
        variable = effective_variable(container, estate, name)
        value = variable.value if variable is not None else None
        if isinstance(value, Unknown):
            doubt = value
        if isinstance(value, Known) and says.fullmatch(value.value.strip()):
            yield Finding(
                value.at,
                f"{estate.words_for(container)} runs in debug mode: {name}={value.value.strip()}",
                label="switches debugging on",
                factors=_deployed(container, estate),
                part=name,
            )
    if doubt is not None:
        doubt.settled()


def _debug_switches(container: Container, estate: Estate) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the variables that may switch debugging on, each with the values that do."""
    switches = [(name, _ON) for name in _ALWAYS_DEBUG]
    switches.append(("WERKZEUG_DEBUG_PIN", re.compile("off")))
    if _is_own_code(container, estate):
        switches.append(("DEBUG", _ON))
        switches.extend((name, re.compile(r"dev(?:elopment)?", re.IGNORECASE)) for name in _DEVELOPMENT_MODES)
    return tuple(switches)


def _words(value: str) -> frozenset[str]:
    return frozenset(re.split(r"[^a-z]+", value.lower()))


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(answering, _is_meant_for_users),
    holds="the settings that are chosen are those of the environment",
    insight=True,
)
def wrong_settings_profile(container: Container, estate: Estate) -> Findings:
    """A deployed program is told to use the settings of another environment.

    Why: settings for development switch checks off, print secrets and point at other stores, and telemetry with the
    label of another environment is found by nobody.

    Fix: name the settings of this environment where it is deployed, and let the image name none or those of production.

    Quiet when: the files serve local development or tests; the name of the settings says nothing of an environment.

    See: Twelve-Factor App, Config; Django documentation, Designating the settings.
    """
    module = _stated(container, estate, "DJANGO_SETTINGS_MODULE")
    if module is not None and _words(module.value.rpartition(".")[2]) & _DEVELOPMENT:
        yield _profile_finding(container, estate, "DJANGO_SETTINGS_MODULE", module, _deployed(container, estate))
    if estate.workload_of(container).deployment.environment is not Environment.PRODUCTION:
        return
    for name in _PROFILES:
        profile = _stated(container, estate, name)
        if profile is not None and _is_elsewhere(profile.value):
            yield _profile_finding(container, estate, name, profile, ())
    for name in _LABELS:
        label = _stated(container, estate, name)
        match = _LABEL_OF_RESOURCE.search(label.value) if label is not None and name.startswith("OTEL") else None
        named = match[1] if match is not None else label.value if label is not None else ""
        if label is not None and (match is not None or not name.startswith("OTEL")) and _is_elsewhere(named):
            factors = (at_most(Severity.MEDIUM, "only its telemetry bears the wrong name"),)
            yield _profile_finding(container, estate, name, label, factors)


def _stated(container: Container, estate: Estate, name: str) -> Known[str] | None:
    """Return the value of a variable; one that cannot be told is no sign of anything here."""
    variable = effective_variable(container, estate, name)
    return variable.value if variable is not None and isinstance(variable.value, Known) else None


def _is_elsewhere(value: str) -> bool:
    words = _words(value)
    return bool(words & (_DEVELOPMENT | _OTHER_STAGES)) and not words & _PRODUCTION


def _profile_finding(
    container: Container, estate: Estate, name: str, value: Known[str], factors: tuple[Factor, ...]
) -> Finding:
    deployment = estate.workload_of(container).deployment
    produces = deployment.environment is Environment.PRODUCTION
    told = f", and {deployment.evidence} is production" if produces and deployment.evidence else ""
    return Finding(
        value.at,
        f"{estate.words_for(container)} is told {name}={value.value}{told}",
        label="settings of another environment",
        factors=factors,
        part=name,
    )


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(answering, with_process, followed),
    holds="no debugger listens for the network",
    insight=True,
)
def debugger_port_open(container: Container, estate: Estate) -> Findings:
    """A debugger listens on the network of a deployed program.

    Why: whoever reaches the port runs any code in the process, without a password.

    Fix: start the program without the debugger; where one is needed for an hour, bind it to 127.0.0.1 and forward a
    port to it.

    Quiet when: it listens on the loopback address, or the files serve local development.

    See: CWE-489, Active Debug Code; Node.js documentation, Debugging, security implications.
    """
    process = container.process
    if process is None or process.debugger is None:
        return
    address = process.debugger.settled()
    if isinstance(address, Absent) or _LOOPBACK.match(address.value):
        return
    port = address.value.rpartition(":")[2]
    doors = (each for each in container.ports if str(known_value(each.number)) == port)
    yield Finding(
        address.at,
        f"a debugger of {estate.words_for(container)} listens on {address.value}",
        label="runs any code that it is sent",
        places=tuple(Place(door.at, "this port leads to it") for door in doors),
    )


def _is_python_server(container: Container, _: Estate) -> Exclusion | None:
    process = container.process
    if process is None or process.server not in {Server.GUNICORN, Server.UVICORN}:
        return Exclusion(Reason.MANAGED, "it runs neither gunicorn nor uvicorn")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(answering, with_process, _is_python_server),
    holds="servers speak the interface of the application that they serve",
    insight=True,
)
def asgi_wsgi_worker_mismatch(container: Container, estate: Estate) -> Findings:
    """A server of Python speaks another interface than its application.

    Why: the server starts and every request then fails, because it calls the application with arguments that it does
    not take.

    Fix: serve an ASGI application with uvicorn, or with gunicorn -k uvicorn_worker.UvicornWorker; serve a WSGI
    application with the sync or gthread workers of gunicorn.

    Quiet when: uvicorn is told --interface wsgi; the name of the application and the packages of the image say nothing
    of its interface.

    See: Uvicorn documentation, Deployment; gunicorn documentation, Settings, worker_class.
    """
    process = container.process
    application = process.setting("application") if process is not None else None
    if process is None or not isinstance(application, Known):
        at = process.at if process is not None else container.at
        raise UnsettledError(Unknown("which application it serves is not written in its command", at))
    interface, why = _interface(application, container, estate)
    if not interface:
        return
    if process.server is Server.UVICORN:
        told = (process.setting("interface") or Absent(process.at)).settled()
        speaks = "wsgi" if known_value(told) == "wsgi" else "asgi"
        server = "uvicorn"
    else:
        worker = (process.setting("worker_class") or Absent(process.at)).settled()
        name = worker.value if isinstance(worker, Known) else ""
        speaks = "wsgi" if name in _SYNCHRONOUS_CLASSES else "asgi" if "uvicorn" in name.lower() else interface
        server = f"gunicorn with {name} workers"
    if speaks != interface:
        yield Finding(
            process.at,
            f"{server} speaks {speaks.upper()}, and the application {application.value} of "
            f"{estate.words_for(container)} is {interface.upper()}: {why}",
            label=f"speaks {speaks.upper()}",
            places=(Place(application.at, f"the application: {why}"),),
        )


def _interface(application: Known[str], container: Container, estate: Estate) -> tuple[str, str]:
    """Tell the interface of an application by the name of its module, else by the packages that its image installs."""
    module = application.value.partition(":")[0].rpartition(".")[2]
    if module in {"asgi", "wsgi"}:
        return module, f"its module is {module}"
    images = estate.targets(container, EdgeKind.RUNS, Image)
    packages = images[0].python_packages if len(images) == 1 else None
    names = {package.name for package in packages or () if package.direct}
    found = sorted(names & _ASGI_FRAMEWORKS)
    if found and not names & _WSGI_FRAMEWORKS:
        return "asgi", f"its image installs {found[0]} and no framework of WSGI"
    return "", ""
