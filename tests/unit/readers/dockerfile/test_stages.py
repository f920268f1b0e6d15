"""What the stages of a Dockerfile become: bases, variables, inheritance and commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.model import Absent, Command, CommandForm, Known, ShellKind, Unknown, known_value
from tests.unit.readers.dockerfile.images import image_of, images_of

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.model import Image, Maybe


def _env(image: Image) -> dict[str, str | None]:
    return {each.name: known_value(each.value) for each in image.environment}


def _why(value: Maybe[str]) -> str:
    assert isinstance(value, Unknown)
    return value.why


# -- the base ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("FROM python:3.13-slim\n", "python:3.13-slim"),
        ("FROM --platform=$BUILDPLATFORM golang:1 AS b\n", "golang:1"),
        ("ARG TAG=3.13\nFROM python:${TAG}\n", "python:3.13"),
        ("ARG BASE\nFROM ${BASE:-alpine:3}\n", "alpine:3"),
        ("ARG BASE=\nFROM ${BASE:-alpine:3}\n", "alpine:3"),
        ("ARG BASE=\nFROM alpine${BASE-:3}\n", "alpine"),
        ("ARG V=3\nFROM alpine${V:+:$V}\n", "alpine:3"),
        ("ARG V\nFROM alpine${V:+:$V}\n", "alpine"),
        ('ARG V="3"\nARG I=python:${V}-slim\nFROM $I\n', "python:3-slim"),
    ],
)
def test_the_base_image_after_substitution(tmp_path: Path, text: str, base: str) -> None:
    assert known_value(image_of(tmp_path, text).base) == base


def test_the_base_remembers_the_default_that_named_it(tmp_path: Path) -> None:
    base = image_of(tmp_path, "ARG TAG=3.13\nFROM python:${TAG}\n").base

    assert (base.at.start_line, base.at.start_column, base.at.end_column) == (2, 6, 19)
    assert [(step.what, step.at.start_line, step.at.start_column) for step in base.at.trail] == [
        ("the default of ARG TAG", 1, 9),
    ]


def test_an_argument_without_a_default_leaves_the_base_unknown(tmp_path: Path) -> None:
    assert _why(image_of(tmp_path, "ARG TAG\nFROM python:$TAG\n").base) == (
        "ARG TAG has no default; the build argument TAG sets it"
    )


def test_a_variable_that_no_argument_declares_leaves_the_base_unknown(tmp_path: Path) -> None:
    assert _why(image_of(tmp_path, "FROM python:$TAG\n").base) == "TAG is declared by no ARG before the first FROM"


# -- stages --------------------------------------------------------------------------------------------------

CHAIN = """\
FROM python:3.13 AS base
ENV MODE=base PORT=80
WORKDIR /srv
USER app
EXPOSE 80
VOLUME /data
HEALTHCHECK --interval=30s --retries=2 CMD curl -f localhost
ENTRYPOINT ["entry"]
CMD ["serve"]

FROM golang:1 AS tool
RUN build

FROM base
ENV MODE=final
COPY --from=tool /bin/tool /usr/bin/
COPY --from=1 /x /y
COPY --from=ghcr.io/astral-sh/uv:0.8 /uv /uv
EXPOSE 81/udp
"""


def test_a_stage_inherits_from_the_stage_that_it_is_built_upon(tmp_path: Path) -> None:
    image = image_of(tmp_path, CHAIN)

    assert known_value(image.base) == "python:3.13"
    assert image.ancestors == ("Dockerfile stage base",)
    assert _env(image) == {"PORT": "80", "MODE": "final"}
    assert (known_value(image.workdir), known_value(image.user)) == ("/srv", "app")
    assert known_value(image.entrypoint) == Command(CommandForm.LIST, ("entry",))
    assert known_value(image.command) == Command(CommandForm.LIST, ("serve",))
    assert [(known_value(port.number), port.protocol) for port in image.exposed] == [(80, "tcp"), (81, "udp")]
    assert image.volumes == ("/data",)
    assert isinstance(image.healthcheck, Known)


def test_each_stage_is_an_image_and_the_last_is_final(tmp_path: Path) -> None:
    images = images_of(tmp_path, CHAIN)

    assert [(str(each), each.address, each.final) for each in images] == [
        ("image Dockerfile:base", "Dockerfile stage base", False),
        ("image Dockerfile:tool", "Dockerfile stage tool", False),
        ("image Dockerfile", "Dockerfile stage 2", True),
    ]


def test_files_of_other_stages_name_the_stage(tmp_path: Path) -> None:
    copies = image_of(tmp_path, CHAIN).copies

    assert [(each.source, each.target, each.from_stage) for each in copies] == [
        ("/bin/tool", "/usr/bin/", "tool"),
        ("/x", "/y", "tool"),
        ("/uv", "/uv", "ghcr.io/astral-sh/uv:0.8"),
    ]


def test_an_entrypoint_drops_the_command_of_the_stage_before(tmp_path: Path) -> None:
    text = 'FROM a AS b\nCMD ["serve"]\nFROM b\nENTRYPOINT ["other"]\n'

    assert isinstance(image_of(tmp_path, text).command, Absent)


def test_an_entrypoint_keeps_the_command_of_its_own_stage(tmp_path: Path) -> None:
    text = 'FROM a\nCMD ["serve"]\nENTRYPOINT ["other"]\n'

    assert isinstance(image_of(tmp_path, text).command, Known)


def test_a_trigger_does_not_change_the_image_that_holds_it(tmp_path: Path) -> None:
    image = image_of(tmp_path, "FROM a\nUSER app\nONBUILD USER root\nONBUILD RUN x\n")

    assert known_value(image.user) == "app"
    assert image.steps == ()


# -- arguments and variables ---------------------------------------------------------------------------------


def test_an_argument_of_the_file_counts_in_a_stage_only_when_declared_again(tmp_path: Path) -> None:
    text = "ARG V=1\nFROM a AS one\nENV X=$V\nFROM a\nARG V\nENV X=$V\n"
    first, second = images_of(tmp_path, text)

    assert (
        _why(first.environment[0].value) == "V is set neither by ARG nor by ENV in this file; the base image may set it"
    )
    assert _env(second) == {"X": "1"}


def test_nothing_but_the_file_sets_variables_above_scratch(tmp_path: Path) -> None:
    assert _env(image_of(tmp_path, "FROM scratch\nENV X=a$V-${V:-b}\n")) == {"X": "a-b"}


def test_the_environment_wins_over_an_argument(tmp_path: Path) -> None:
    assert _env(image_of(tmp_path, "FROM a\nENV V=env\nARG V=arg\nENV X=$V\n")) == {"V": "env", "X": "env"}


def test_both_forms_of_a_variable_with_quotes_and_escapes(tmp_path: Path) -> None:
    image = image_of(tmp_path, 'FROM a\nENV OLD the whole line\nENV A=\'$x y\' B="q \\"z\\"" C=a\\ b\n')

    assert _env(image) == {"OLD": "the whole line", "A": "$x y", "B": 'q "z"', "C": "a b"}


def test_the_place_of_a_variable_is_its_value(tmp_path: Path) -> None:
    (variable,) = image_of(tmp_path, "FROM a\nENV TOKEN=abc\n").environment

    assert (variable.at.start_line, variable.at.start_column, variable.at.end_column) == (2, 11, 14)


def test_the_uses_of_an_argument_are_found_in_run_env_and_heredocs(tmp_path: Path) -> None:
    text = (
        "FROM a\nARG TOKEN\nRUN x $TOKEN $TOKENS\nENV Y=${TOKEN}\nRUN <<E\ncurl -H ${TOKEN:-none}\nE\nLABEL a=$TOKEN\n"
    )
    (argument,) = image_of(tmp_path, text).arguments

    assert [(use.start_line, use.start_column) for use in argument.uses] == [(3, 7), (4, 7), (6, 9)]
    assert isinstance(argument.default, Absent)


def test_a_relative_folder_is_below_the_one_before(tmp_path: Path) -> None:
    assert known_value(image_of(tmp_path, "FROM a\nWORKDIR /srv\nWORKDIR app/../web/\n").workdir) == "/srv/web"


def test_a_relative_folder_of_an_unknown_base_is_unknown(tmp_path: Path) -> None:
    assert _why(image_of(tmp_path, "FROM a\nWORKDIR app\n").workdir) == (
        "it is relative to the working directory of the base image"
    )


# -- commands and health -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "form", "words"),
    [
        ('CMD ["a", "b c"]', CommandForm.LIST, ("a", "b c")),
        ("CMD a  b", CommandForm.SHELL, ("a  b",)),
        ('CMD ["a"] || true', CommandForm.SHELL, ('["a"] || true',)),
        ("CMD ['a']", CommandForm.SHELL, ("['a']",)),
        ("CMD [1]", CommandForm.SHELL, ("[1]",)),
    ],
)
def test_only_a_whole_array_of_strings_is_a_list(
    tmp_path: Path, line: str, form: CommandForm, words: tuple[str, ...]
) -> None:
    assert known_value(image_of(tmp_path, f"FROM a\n{line}\n").command) == Command(form, words)


def test_an_empty_array_takes_the_entrypoint_away(tmp_path: Path) -> None:
    image = image_of(tmp_path, 'FROM a\nENTRYPOINT ["x"]\nENTRYPOINT []\n')
    assert known_value(image.entrypoint) == Command(CommandForm.LIST, ())


def test_the_shell_in_force_belongs_to_the_command(tmp_path: Path) -> None:
    image = image_of(tmp_path, 'FROM a\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nCMD serve\n')

    assert known_value(image.command) == Command(CommandForm.SHELL, ("serve",), ("/bin/bash", "-o", "pipefail", "-c"))
    assert image.shell is ShellKind.UNKNOWN, "bin/sh stays what it is in the base image"


def test_the_shell_of_the_base_image_is_not_decided_here(tmp_path: Path) -> None:
    assert image_of(tmp_path, "FROM debian\nCMD serve\n").shell is ShellKind.UNKNOWN


def test_a_health_check_with_its_times(tmp_path: Path) -> None:
    flags = "--interval=1m30s --timeout=3s --start-period=5s --retries=4"
    text = f"FROM a\nHEALTHCHECK {flags} \\\n  CMD curl -f localhost || exit 1\n"
    probe = known_value(image_of(tmp_path, text).healthcheck)

    assert probe is not None
    assert probe.command is not None
    assert known_value(probe.command) == Command(CommandForm.SHELL, ("curl -f localhost || exit 1",))
    times = (probe.period, probe.timeout, probe.initial_delay, probe.failure_threshold)
    assert [known_value(each) for each in times if each is not None] == [90, 3, 5, 4]


def test_a_health_check_of_none_is_no_health_check(tmp_path: Path) -> None:
    image = image_of(tmp_path, "FROM a AS b\nHEALTHCHECK CMD x\nFROM b\nHEALTHCHECK NONE\n")

    assert isinstance(image.healthcheck, Absent)
    assert image.health_disabled
    assert not image_of(tmp_path, "FROM a\nHEALTHCHECK NONE\nHEALTHCHECK CMD x\n").health_disabled


def test_a_range_of_ports_and_a_port_from_an_argument(tmp_path: Path) -> None:
    image = image_of(tmp_path, "FROM a\nARG P=80\nARG Q\nEXPOSE $P 7000-7002/udp $Q\n")

    assert [(known_value(port.number), port.protocol) for port in image.exposed] == [
        (80, "tcp"),
        (7000, "udp"),
        (7001, "udp"),
        (7002, "udp"),
        (None, "tcp"),
    ]
