"""What runs: workloads, their containers and processes, what scales them and what stands in front of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.model.deployment.configuration import Referring
from infraaudit.model.entity import Entity
from infraaudit.model.location import Placed

if TYPE_CHECKING:
    from infraaudit.model.compute.placement import Placement
    from infraaudit.model.compute.platform import Platform
    from infraaudit.model.compute.programs import BuiltFor, Programs
    from infraaudit.model.compute.rollout import Rollout, Schedule
    from infraaudit.model.compute.script import Script
    from infraaudit.model.compute.start_step import StartStep
    from infraaudit.model.data.volume import ClaimRetention, ClaimTemplate, Mount, PodVolume
    from infraaudit.model.deployment.configuration import ObjectReference
    from infraaudit.model.labels import Labels, Selector
    from infraaudit.model.networking.dependency import Dependency
    from infraaudit.model.networking.label_route import LabelRoute
    from infraaudit.model.observability.telemetry import Logging
    from infraaudit.model.security.hardening import Hardening, PodHardening
    from infraaudit.model.values import Maybe, Value
    from infraaudit.source.span import Span


class Role(StrEnum):
    """What a workload is there for, told from its command, image, ports and neighbours."""

    WEB = "web"
    WORKER = "worker"
    SCHEDULER = "scheduler"
    DATASTORE = "datastore"
    PROXY = "proxy"
    JOB = "job"
    FUNCTION = "function"
    AGENT = "agent"
    UNKNOWN = "unknown"


class CommandForm(StrEnum):
    """How a command was written: a list is run as it is, a string is handed to a shell."""

    LIST = "list"
    SHELL = "shell"


@dataclass(frozen=True, slots=True)
class Command:
    """A command as written. In shell form ``words`` holds the one line that the shell gets.

    ``shell`` are the words that the platform puts before a shell line, usually ``/bin/sh -c``.
    """

    form: CommandForm
    words: tuple[str, ...]
    shell: tuple[str, ...] = ("/bin/sh", "-c")


class Secrecy(StrEnum):
    """What the detector makes of a named value. The text of a literal secret is taken out of the model."""

    PLAIN = "plain"
    NAMED = "named like a secret, but no literal one"
    LITERAL = "a literal secret"


@dataclass(frozen=True, slots=True)
class EnvironmentVariable:
    """One variable of a container. ``secret_ref`` names the secret object that it comes from instead of a value."""

    name: str
    value: Maybe[str]
    at: Span
    secret_ref: str = ""
    secrecy: Secrecy = Secrecy.PLAIN


@dataclass(frozen=True, slots=True)
class Port:
    """A port that a container opens. ``published`` is the port on the host, ``host_address`` where it is bound."""

    number: Value[int]
    at: Span
    name: str = ""
    protocol: str = "tcp"
    published: Maybe[int] | None = None
    host_address: str = ""


class ProbeKind(StrEnum):
    """How health is asked."""

    HTTP = "http"
    TCP = "tcp"
    EXEC = "exec"
    GRPC = "grpc"


@dataclass(frozen=True, slots=True)
class Probe:
    """A health check. Times are in seconds. ``port`` is a number or the name of a container's port.

    Of a command it is the one port of the loopback address that the command asks, derived. ``host`` is stated where
    another place than the pod is asked. ``stop_grace`` is the time to stop after this check failed. ``programs`` are
    those that a command needs, derived: each alternative behind ``||`` with all that it runs, ``None`` where that
    cannot be told. ``accepts`` are the codes of answers that count as healthy, in the platform's writing
    (``200-299,401``), absent where the platform decides that.
    """

    kind: ProbeKind
    at: Span
    port: Maybe[str] | None = None
    path: Maybe[str] | None = None
    command: Maybe[Command] | None = None
    initial_delay: Maybe[int] | None = None
    period: Maybe[int] | None = None
    timeout: Maybe[int] | None = None
    failure_threshold: Maybe[int] | None = None
    success_threshold: Maybe[int] | None = None
    stop_grace: Maybe[int] | None = None
    scheme: Maybe[str] | None = None
    host: Maybe[str] | None = None
    programs: tuple[tuple[str, ...], ...] | None = None
    accepts: Maybe[str] | None = None


class HookKind(StrEnum):
    """What a container does before it is stopped."""

    HTTP = "http"
    TCP = "tcp"
    EXEC = "exec"
    SLEEP = "sleep"


@dataclass(frozen=True, slots=True)
class StopHook:
    """What is done before a container gets the stop signal, within the time that it has for stopping.

    ``delay`` is how many seconds it surely waits, absent where it waits for nothing; it is unknown where that cannot be
    told from its command.
    """

    kind: HookKind
    at: Span
    delay: Maybe[int]
    command: Maybe[Command] | None = None


class Server(StrEnum):
    """The programs whose settings the facts tables know."""

    GUNICORN = "gunicorn"
    UVICORN = "uvicorn"
    HYPERCORN = "hypercorn"
    DAPHNE = "daphne"
    UWSGI = "uWSGI"
    FASTAPI = "fastapi"
    WAITRESS = "waitress"
    GRANIAN = "granian"
    RUNSERVER = "manage.py runserver"
    FLASK = "flask run"
    HTTP_SERVER = "python -m http.server"
    CELERY_WORKER = "celery worker"
    CELERY_BEAT = "celery beat"
    RQ = "rq worker"
    DRAMATIQ = "dramatiq"
    ARQ = "arq"
    NODE_DEV = "node development server"
    NODE = "node"
    NGINX = "nginx"
    PUMA = "puma"
    JAVA = "java"
    PHP_FPM = "php-fpm"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Process:
    """What the effective command of a container starts; times in seconds.

    ``at`` is the place of the command. ``pid1_shell`` tells that a shell stays the first process of the container
    and so swallows the stop signal; it is absent where the program itself is the first process.
    ``bind_port`` is absent for a socket file; ``other_ports`` are those that it binds beside it.
    ``development`` says why the program is a development server. ``host_cpus`` says why the number of processes
    follows the CPUs of the machine; ``processes`` is then unknown.
    ``keep_alive`` is absent for a server that keeps no connection alive. ``schedules`` tells that it fires a schedule,
    alone (celery beat) or beside its work (celery worker --beat). ``beside`` names another program that its script
    started and that may run in the background, such as a proxy.
    ``drain`` is how long it lets running requests or tasks go on once it is told to stop, absent where it waits for
    their end; ``request_limit`` how long one of them may take before it is ended, absent where nothing ends it. Both
    are ``None`` where the facts do not have the server. ``memory_per_process`` is the memory in bytes at which it puts
    a new process in the place of an old one. ``steps`` are the migrations, waits and the like that run before it, or
    that it is itself.
    ``max_requests`` is after how many requests or tasks a process gives way to a new one (0: never), with up to
    ``jitter`` more by chance. ``prefetch`` is how many messages each process reserves beyond those at work. ``heap`` is
    in bytes. ``settings`` are further named settings as text: ``application``, ``worker_class``, ``worker_tmp_dir``,
    ``preload``, ``queues``, ``scheduler``, ``pool``, ``schedule_file``. ``debugger`` is the address at which a debugger
    of the program listens, with its port.
    """

    server: Server
    at: Span
    words: tuple[str, ...] = ()
    processes: Maybe[int] | None = None
    threads: Maybe[int] | None = None
    asynchronous: bool = False
    bind_host: Maybe[str] | None = None
    bind_port: Maybe[int] | None = None
    other_ports: tuple[Maybe[int], ...] = ()
    keep_alive: Maybe[int] | None = None
    pid1_shell: Maybe[str] | None = None
    development: str = ""
    host_cpus: str = ""
    schedules: bool = False
    beside: str = ""
    drain: Maybe[int] | None = None
    request_limit: Maybe[int] | None = None
    memory_per_process: Maybe[int] | None = None
    steps: tuple[StartStep, ...] = ()
    max_requests: Maybe[int] | None = None
    jitter: Maybe[int] | None = None
    prefetch: Maybe[int] | None = None
    heap: Maybe[int] | None = None
    reload: bool = False
    debugger: Maybe[str] | None = None
    settings: tuple[tuple[str, Maybe[str]], ...] = ()

    def setting(self, name: str) -> Maybe[str] | None:
        """Return one of the further settings; ``None`` where the program has none of this name."""
        return next((value for each, value in self.settings if each == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Container(Entity):
    """One container of a workload.

    ``entrypoint`` and ``command`` are what the orchestrator sets over the image's own. ``environment_complete`` is
    false where variables come from a source that cannot be read, ``ports_complete`` where some ports or their names
    cannot be told. CPU is in thousandths of a core, memory in bytes.
    ``process`` is derived from the effective command; ``None`` means that nothing is known of it.
    ``build_context`` and the fields beside it are written where the container's image is built from the tree;
    ``build_arguments`` are those that its build is given.
    ``image_role`` is what the facts say that its image is there for. ``image_health`` is the check that the image
    brings along, derived, and ``None`` where the platform does not run it.
    ``health_disabled`` tells that the check of the image is switched off. ``workdir`` is the working directory set
    over the image's own. ``scripts`` are the scripts of the tree that are mounted, by their path in the container.
    ``sidecar`` marks one that starts before the others and runs as long as they do. ``stop_hook`` is what is done
    before the stop signal. ``hardening`` are the security settings that hold for it, ``None`` on platforms whose
    settings are not read. Ephemeral storage is in bytes.
    ``programs`` are those that are known of its image, ``built_for`` the processors that it is surely built for, both
    derived, as are its ``dependencies``: the hosts in its variables.
    ``logging`` is where the platform takes its output, ``None`` where it decides that by itself.
    """

    workload: str
    image: Maybe[str]
    entrypoint: Maybe[Command]
    command: Maybe[Command]
    environment: tuple[EnvironmentVariable, ...] = ()
    environment_complete: bool = True
    ports: tuple[Port, ...] = ()
    ports_complete: bool = True
    readiness: Maybe[Probe]
    liveness: Maybe[Probe]
    startup: Maybe[Probe]
    cpu_request: Maybe[int]
    cpu_limit: Maybe[int]
    memory_request: Maybe[int]
    memory_limit: Maybe[int]
    privileged: Value[bool]
    user: Maybe[str]
    mounts: tuple[Mount, ...] = ()
    init_process: bool = False
    image_role: str = ""
    image_health: Maybe[Probe] | None = None
    health_disabled: bool = False
    build_context: Maybe[str] | None = None
    build_file: Maybe[str] | None = None
    build_target: Maybe[str] | None = None
    build_arguments: tuple[tuple[str, Maybe[str]], ...] = ()
    process: Process | None = None
    workdir: Maybe[str] | None = None
    scripts: tuple[tuple[str, Script], ...] = ()
    ephemeral_request: Maybe[int] | None = None
    ephemeral_limit: Maybe[int] | None = None
    sidecar: bool = False
    stop_hook: Maybe[StopHook] | None = None
    stop_signal: Maybe[str] | None = None
    pull_policy: Maybe[str] | None = None
    hardening: Hardening | None = None
    programs: Programs | None = None
    built_for: BuiltFor | None = None
    logging: Logging | None = None
    dependencies: tuple[Dependency, ...] = ()

    def variable(self, name: str) -> EnvironmentVariable | None:
        """Return the variable of this name that wins: the last one written."""
        return next((each for each in reversed(self.environment) if each.name == name), None)


@dataclass(frozen=True, slots=True)
class ServiceTarget:
    """Where a workload registers its copies itself: the service's address, and the container and port behind it."""

    service: Value[str]
    container: str
    port: Value[int]
    at: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload(Placed, Referring):
    """Something that the platform keeps running in a number of equal copies, or runs once.

    ``replicas`` is how many copies are asked for. ``count_reset`` tells whether each deploy puts their number back to
    that, whatever an autoscaler has made of it: a number is written, and changes of it are not ignored. It is ``None``
    where the platform alone counts them.
    ``surge`` is how many more may run while a rollout replaces them: a count, or a share written with a percent sign.
    ``labels`` are those of the copies, by which services and budgets select them; it is ``None`` where they cannot be
    told. ``stop_grace`` is in seconds.
    ``single_by_design`` says why exactly one copy is right (a scheduler, an exclusive volume with recreation).
    ``depends_on`` are addresses of workloads in the same deployment; for those in ``waits_for_health`` it is started
    only once they are healthy. ``restart`` is when the platform starts it again, where that can be chosen.
    ``targets`` are the services that it registers with itself, where no selector ties them.
    ``profiles`` are the names under which alone it is started, if any. ``hostname`` is the name that every copy gives
    itself, absent where each one gets a name of its own.
    ``location`` is where the copies are placed, as far as that is chosen, and ``architecture`` the processors that they
    run on (``amd64``, ``arm64``). ``interruptible`` is whether every copy can be taken back by the platform at any time
    (spot capacity). ``time_limit`` is how long the platform lets one request or event take, in
    seconds. ``runtime`` is the language that the platform itself brings along, with its version (``python3.12``,
    ``nodejs20``). Each is ``None`` where a platform does not have it.
    ``selector`` chooses its own copies, ``own_labels`` are those of the workload itself. ``placement``, ``rollout``,
    ``schedule`` and ``hardening`` are ``None`` where the platform does not have them or they are not read.
    ``references`` are the objects that its pods name. ``request_concurrency`` is how many requests a copy takes at one
    time, where the platform bounds that. ``outer_networks`` are those of its ``networks`` that others make, so that
    more than its own neighbours may be in them. ``label_routes`` are the ways that it asks of a proxy. ``aliases`` are
    further names under which its neighbours reach it, and ``known_hosts`` names that it finds in its own hosts file.
    ``shared_identity`` is whether it acts as the account that the cloud makes for a whole project, ``None`` where there
    is none or that is not read.
    ``fetches_as`` is the identity by which the platform gets the secrets of a copy before it starts: its address or
    literal name. ``cluster`` is the address or literal name of the cluster that it names as its own, and
    ``shell_access`` whether the platform lets people start commands in running copies; both are ``None`` where that is
    no setting of it. ``public`` is whether its copies get addresses that the internet can reach, ``None`` where that is
    no matter of it. ``firewalls`` are the rule groups of its copies, ``firewalls_complete`` being false where some
    cannot be told. ``identity`` is as whom its programs act in the cloud, an address or literal name, absent where they
    act as nobody, and ``None`` where that is not read.
    """

    platform: Platform
    namespace: str = ""
    role: Role = Role.UNKNOWN
    replicas: Value[int]
    surge: Maybe[str]
    stop_grace: Value[int]
    containers: tuple[Container, ...] = ()
    init_containers: tuple[Container, ...] = ()
    labels: tuple[tuple[str, str], ...] | None = ()
    runs_once: bool = False
    per_node: bool = False
    stateful: bool = False
    recreate: bool = False
    host_network: Value[bool]
    single_by_design: str = ""
    depends_on: tuple[str, ...] = ()
    waits_for_health: tuple[str, ...] = ()
    restart: Maybe[str] | None = None
    networks: tuple[str, ...] = ()
    outer_networks: tuple[str, ...] = ()
    label_routes: tuple[LabelRoute, ...] = ()
    targets: tuple[ServiceTarget, ...] = ()
    profiles: tuple[str, ...] = ()
    hostname: Maybe[str] | None = None
    count_reset: Value[bool] | None = None
    architecture: Maybe[str] | None = None
    time_limit: Value[int] | None = None
    runtime: Maybe[str] | None = None
    annotations: Labels = ()
    own_labels: Labels = ()
    own_annotations: Labels = ()
    selector: Maybe[Selector] | None = None
    placement: Placement | None = None
    rollout: Rollout | None = None
    schedule: Schedule | None = None
    hardening: PodHardening | None = None
    priority_class: Maybe[str] | None = None
    service_account: Maybe[str] | None = None
    volumes: tuple[PodVolume, ...] = ()
    volumes_complete: bool = True
    claim_templates: tuple[ClaimTemplate, ...] = ()
    claim_retention: ClaimRetention | None = None
    references: tuple[ObjectReference, ...] = ()
    readiness_gates: tuple[str, ...] = ()
    request_concurrency: Maybe[int] | None = None
    shared_identity: Value[bool] | None = None
    aliases: tuple[str, ...] = ()
    known_hosts: tuple[str, ...] = ()
    fetches_as: Maybe[str] | None = None
    cluster: Maybe[str] | None = None
    shell_access: Value[bool] | None = None
    public: Value[bool] | None = None
    firewalls: tuple[str, ...] = ()
    firewalls_complete: bool = True
    identity: Maybe[str] | None = None
