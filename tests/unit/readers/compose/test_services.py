"""What a service becomes: exact places, values that remember, and what cannot be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.model import Absent, Command, CommandForm, Known, Unknown, VolumeKind, known_value
from tests.unit.readers.compose.projects import container_of, services_of, web_of

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.model import Maybe
    from infraaudit.source.span import Span


def _why(value: Maybe[object] | None) -> str:
    assert isinstance(value, Unknown)
    return value.why


def _columns(at: Span) -> tuple[int, int, int]:
    return at.start_line, at.start_column, at.end_column


# -- places and memory ---------------------------------------------------------------------------------------


def test_names_and_addresses(tmp_path: Path) -> None:
    web = web_of(tmp_path, "image: a")

    assert (str(web), web.address, _columns(web.at)) == ("service web", "service web", (2, 3, 6))
    assert (str(web.containers[0]), web.containers[0].address) == ("service web", "service web[web]")
    assert web.containers[0].workload == web.address


def test_the_place_of_a_listed_variable_is_its_value(tmp_path: Path) -> None:
    container = container_of(tmp_path, 'image: a\nenvironment:\n  - TOKEN=abc\n  - "QUOTED=${X:-d}"')
    plain, quoted = container.environment

    assert _columns(plain.value.at) == (5, 15, 18)
    assert _columns(quoted.value.at) == (6, 17, 24)


def test_a_value_of_the_env_file_remembers_its_line(tmp_path: Path) -> None:
    image = container_of(tmp_path, "image: nginx:${TAG}", **{".env": "# tags\nTAG=1.27\n"}).image

    assert known_value(image) == "nginx:1.27"
    assert _columns(image.at) == (3, 12, 24)
    assert [(step.what, str(step.at)) for step in image.at.trail] == [("the .env file", ".env:2:5")]


def test_a_default_remembers_that_it_is_one(tmp_path: Path) -> None:
    image = container_of(tmp_path, "image: nginx:${TAG:-1}").image

    assert [(step.what, str(step.at)) for step in image.at.trail] == [
        ("the default in ${TAG:-...}", "compose.yaml:3:12"),
    ]


def test_a_variable_of_a_file_remembers_the_file_and_who_named_it(tmp_path: Path) -> None:
    container = container_of(tmp_path, "image: a\nenv_file: web.env", **{"web.env": "A=b\n"})
    (variable,) = container.environment

    assert str(variable.value.at) == "web.env:1:3"
    assert [(step.what, str(step.at)) for step in variable.value.at.trail] == [("env_file", "compose.yaml:4:15")]


# -- what cannot be told -------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["$TAG", "${TAG}", "a:${TAG}", "${TAG?needed}", "${TAG:?needed}"])
def test_a_variable_that_nothing_sets_leaves_the_value_unknown(tmp_path: Path, written: str) -> None:
    assert "the variable TAG" in _why(container_of(tmp_path, f'image: "{written}"').image)


def test_a_required_variable_names_who_must_set_it(tmp_path: Path) -> None:
    assert _why(container_of(tmp_path, "image: ${TAG:?no tag}").image) == (
        "the variable TAG must be set by whoever starts the project"
    )


@pytest.mark.parametrize("written", ["a${", "a$", "${1}", "${A!b}"])
def test_an_invalid_substitution_is_unknown(tmp_path: Path, written: str) -> None:
    assert isinstance(container_of(tmp_path, f'image: "{written}"').image, Unknown)


def test_an_unknown_word_makes_the_command_unknown(tmp_path: Path) -> None:
    container = container_of(tmp_path, "image: a\ncommand: serve --workers ${N}")

    assert _why(container.command) == "the variable N is set neither in .env nor by a default"


def test_a_variable_that_is_passed_on_is_unknown(tmp_path: Path) -> None:
    (variable,) = container_of(tmp_path, "image: a\nenvironment: [TOKEN]").environment

    assert _why(variable.value) == "the variable TOKEN is passed on from the shell that starts the project"


def test_a_missing_file_of_variables_leaves_the_environment_incomplete(tmp_path: Path) -> None:
    assert not container_of(tmp_path, "image: a\nenv_file: gone.env").environment_complete


def test_a_missing_file_that_is_not_required_does_not(tmp_path: Path) -> None:
    body = "image: a\nenv_file:\n  - path: gone.env\n    required: false"

    assert container_of(tmp_path, body).environment_complete


def test_a_line_that_the_client_refuses_leaves_the_environment_incomplete(tmp_path: Path) -> None:
    container = container_of(tmp_path, "image: a\nenv_file: web.env", **{"web.env": "A=1\nwhat is this\nB=2\n"})

    assert [each.name for each in container.environment] == ["A"]
    assert not container.environment_complete


def test_a_service_without_image_and_build_is_unknown(tmp_path: Path) -> None:
    assert _why(container_of(tmp_path, "command: serve").image) == (
        "neither image nor build is written here; the file that this one changes cannot be told"
    )


# -- ports ---------------------------------------------------------------------------------------------------


def test_a_known_target_stays_known_beside_an_unknown_host_port(tmp_path: Path) -> None:
    (port,) = container_of(tmp_path, 'image: a\nports: ["${P}:80"]').ports

    assert known_value(port.number) == 80
    assert _why(port.published) == "the variable P is set neither in .env nor by a default"


def test_a_port_bound_to_an_unknown_address_is_not_told_to_be_open(tmp_path: Path) -> None:
    (port,) = container_of(tmp_path, 'image: a\nports: ["${IP}:8080:80"]').ports

    assert _why(port.published) == (
        "it is bound to an address that cannot be told: the variable IP is set neither in .env nor by a default"
    )


def test_a_port_that_the_engine_picks_is_published_but_unknown(tmp_path: Path) -> None:
    (port,) = container_of(tmp_path, "image: a\nports: [3000]").ports

    assert _why(port.published) == "the engine picks a free port of the host"


def test_an_exposed_port_is_not_published(tmp_path: Path) -> None:
    ports = container_of(tmp_path, 'image: a\nports: ["80:80"]\nexpose: [80, "81/udp"]').ports

    assert [(known_value(port.number), port.protocol, port.published is None) for port in ports] == [
        (80, "tcp", False),
        (81, "udp", True),
    ]


def test_a_range_is_expanded_no_further_than_its_limit(tmp_path: Path) -> None:
    assert len(container_of(tmp_path, 'image: a\nports: ["1000-1999:1000-1999"]').ports) == 50


def test_the_place_of_a_port_is_its_entry(tmp_path: Path) -> None:
    (port,) = container_of(tmp_path, 'image: a\nports:\n  - "127.0.0.1:8080:80"').ports

    assert _columns(port.at) == (5, 9, 28)
    assert port.host_address == "127.0.0.1"


# -- mounts --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "kind", "source"),
    [
        ("data:/d", VolumeKind.PERSISTENT, "data"),
        ("memory:/d", VolumeKind.EPHEMERAL, "memory"),
        ("outside:/d", VolumeKind.PERSISTENT, "outside"),
        ("/d", VolumeKind.EPHEMERAL, None),
        ("./web/conf:/d", VolumeKind.HOST_PATH, "./web/conf"),
        ("../up:/d", VolumeKind.HOST_PATH, "../up"),
        ("/var/run/docker.sock:/d", VolumeKind.HOST_PATH, "/var/run/docker.sock"),
        ("~/x:/d", VolumeKind.HOST_PATH, "~/x"),
        ('"c:\\\\data:/d"', VolumeKind.HOST_PATH, "c:\\data"),
        ("{type: tmpfs, target: /d}", VolumeKind.EPHEMERAL, None),
        ("{type: bind, source: ./x, target: /d}", VolumeKind.HOST_PATH, "./x"),
    ],
)
def test_what_a_volume_is(tmp_path: Path, entry: str, kind: VolumeKind, source: str | None) -> None:
    text = (
        f"services:\n  web:\n    image: a\n    volumes:\n      - {entry}\n"
        "volumes:\n  data:\n  memory: {driver_opts: {type: tmpfs, device: tmpfs}}\n  outside: {external: true}\n"
    )
    (mount,) = services_of(tmp_path, {"compose.yaml": text})["compose:. web"].containers[0].mounts

    assert (known_value(mount.path), known_value(mount.kind), known_value(mount.source)) == ("/d", kind, source)


def test_a_volume_named_by_a_variable_is_unknown_but_its_target_is_not(tmp_path: Path) -> None:
    (mount,) = container_of(tmp_path, "image: a\nvolumes:\n  - ${DATA}:/var/lib/postgresql/data").mounts

    assert known_value(mount.path) == "/var/lib/postgresql/data"
    assert isinstance(mount.kind, Unknown)


def test_a_folder_below_a_variable_is_still_on_the_host(tmp_path: Path) -> None:
    (mount,) = container_of(tmp_path, "image: a\nvolumes:\n  - ./${DATA}/db:/db").mounts

    assert known_value(mount.kind) is VolumeKind.HOST_PATH
    assert isinstance(mount.source, Unknown)


# -- the rest ------------------------------------------------------------------------------------------------


def test_a_text_command_is_split_and_no_shell_runs_it(tmp_path: Path) -> None:
    command = container_of(tmp_path, "image: a\ncommand: sh -c 'a && b'").command

    assert known_value(command) == Command(CommandForm.LIST, ("sh", "-c", "a && b"))


def test_a_quote_that_never_closes_leaves_the_command_unknown(tmp_path: Path) -> None:
    assert _why(container_of(tmp_path, "image: a\ncommand: echo 'a").command) == (
        "a quote in this command is never closed"
    )


def test_defaults_are_marked_as_defaults(tmp_path: Path) -> None:
    web = web_of(tmp_path, "image: a")

    assert (known_value(web.replicas), known_value(web.stop_grace)) == (1, 10)
    assert not web.replicas.settled().stated
    assert "Compose Specification" in web.replicas.settled().fact


def test_a_health_check_and_its_times(tmp_path: Path) -> None:
    body = "image: a\nhealthcheck:\n  test: curl -f localhost\n  interval: 1m\n  retries: 5"
    probe = known_value(container_of(tmp_path, body).readiness)

    assert probe is not None
    assert probe.command is not None
    assert known_value(probe.command) == Command(CommandForm.SHELL, ("curl -f localhost",))
    assert probe.period is not None
    assert known_value(probe.period) == 60
    assert isinstance(probe.timeout, Absent)


@pytest.mark.parametrize("check", ["disable: true", 'test: ["NONE"]', "disable: true\n  interval: 3s"])
def test_a_health_check_that_is_switched_off_is_none(tmp_path: Path, check: str) -> None:
    assert isinstance(container_of(tmp_path, f"image: a\nhealthcheck:\n  {check}").readiness, Absent)


def test_limits_and_reservations(tmp_path: Path) -> None:
    body = "image: a\nmem_limit: 0\ncpus: 1.5\ndeploy:\n  resources:\n    reservations: {memory: 64m, cpus: '0.25'}"
    container = container_of(tmp_path, body)

    assert isinstance(container.memory_limit, Absent)
    assert known_value(container.cpu_limit) == 1500
    assert (known_value(container.memory_request), known_value(container.cpu_request)) == (64 * 1024**2, 250)


@pytest.mark.parametrize(
    ("build", "context", "file"),
    [
        (".", "", "Dockerfile"),
        ("./web/../web", "web", "web/Dockerfile"),
        ("{context: web, dockerfile: ../docker/Web.Dockerfile}", "web", "docker/Web.Dockerfile"),
        ("{dockerfile: x/Dockerfile}", "", "x/Dockerfile"),
    ],
)
def test_where_an_image_is_built_from(tmp_path: Path, build: str, context: str, file: str) -> None:
    container = container_of(tmp_path, f"build: {build}")

    assert container.build_context is not None
    assert container.build_file is not None
    assert (known_value(container.build_context), known_value(container.build_file)) == (context, file)


@pytest.mark.parametrize("context", ["https://example.com/x.git", "../outside", "/abs", "${WHERE}"])
def test_a_build_context_that_the_tree_does_not_hold_is_unknown(tmp_path: Path, context: str) -> None:
    container = container_of(tmp_path, f"build: {context}")

    assert isinstance(container.build_context, Unknown)
    assert isinstance(container.build_file, Unknown)


def test_neighbours(tmp_path: Path) -> None:
    text = """\
services:
  web:
    image: a
    depends_on: {db: {condition: service_healthy}, migrate: {condition: service_completed_successfully}}
    networks: [front]
  db: {image: b}
  migrate: {image: a}
  side: {image: c, network_mode: "service:web"}
  host: {image: d, network_mode: host, profiles: [debug]}
"""
    found = services_of(tmp_path, {"compose.yaml": text})
    web, db, migrate, side, host = (found[f"compose:. {name}"] for name in ("web", "db", "migrate", "side", "host"))

    assert web.depends_on == ("service db", "service migrate")
    assert (migrate.runs_once, db.runs_once) == (True, False)
    assert (web.waits_for_health, db.waits_for_health) == (("service db",), ())
    assert (web.networks, db.networks, side.networks) == (("front",), ("default",), ())
    assert side.depends_on == ("service web",)
    assert known_value(host.host_network) is True
    assert isinstance(db.host_network, Known)
    assert (known_value(db.host_network), db.host_network.stated) == (False, False)
    assert host.profiles == ("debug",)


@pytest.mark.parametrize(
    ("written", "restart", "once"),
    [
        ("", None, True),
        ('restart: "no"', "no", True),
        ("restart: no", "no", True),
        ("restart: on-failure:3", "on-failure:3", True),
        ("restart: always", "always", False),
        ("restart: unless-stopped", "unless-stopped", False),
        ("deploy: {restart_policy: {condition: none}}", "none", True),
        ("deploy: {restart_policy: {max_attempts: 3}}", "any", False),
        ("restart: ${POLICY:-always}", "always", False),
    ],
)
def test_what_is_awaited_to_its_end_runs_once_unless_it_is_started_again(
    tmp_path: Path, written: str, restart: str | None, once: object
) -> None:
    text = f"""\
services:
  web: {{image: a, depends_on: {{migrate: {{condition: service_completed_successfully}}}}}}
  migrate:
    image: a
    {written}
"""
    migrate = services_of(tmp_path, {"compose.yaml": text})["compose:. migrate"]

    assert migrate.restart is not None
    assert (known_value(migrate.restart), migrate.runs_once) == (restart, once)


@pytest.mark.parametrize(
    ("check", "disabled"),
    [
        ("disable: true", True),
        ("test: [NONE]", True),
        ("disable: false\n  test: curl localhost", False),
        ("test: curl localhost", False),
    ],
)
def test_a_health_check_that_is_switched_off_is_told_from_one_that_is_not_written(
    tmp_path: Path, check: str, disabled: object
) -> None:
    assert container_of(tmp_path, f"image: a\nhealthcheck:\n  {check}").health_disabled is disabled
    assert not container_of(tmp_path, "image: a").health_disabled


@pytest.mark.parametrize(
    ("env", "image", "others"),
    [
        ("COMPOSE_FILE=compose.yaml:live.compose.yaml\n", "b", []),
        ("COMPOSE_PATH_SEPARATOR=;\nCOMPOSE_FILE=./compose.yaml;live.compose.yaml\n", "b", []),
        ("COMPOSE_FILE=live.compose.yaml\n", "b", []),
        ("COMPOSE_FILE=compose.yaml:missing.yaml\n", "a", ["compose:.:live.compose.yaml web"]),
        ("COMPOSE_FILE=\n", "a", ["compose:.:live.compose.yaml web"]),
    ],
)
def test_the_project_chooses_its_files_in_its_env_file(tmp_path: Path, env: str, image: str, others: list[str]) -> None:
    live = "services: {web: {image: b}}\n"
    files = {"compose.yaml": "services: {web: {image: a}}\n", "live.compose.yaml": live, ".env": env}
    found = services_of(tmp_path, files)

    assert known_value(found["compose:. web"].containers[0].image) == image
    assert [name for name in found if name != "compose:. web"] == others
