"""Dockerfiles that break others: what each stage is, and what its container starts as the first process."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import pytest

from infraaudit.audit import read
from infraaudit.joins import join
from infraaudit.model import Absent, Command, Container, Estate, Image, Known, known_value
from infraaudit.source.file import find_files

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.model import Maybe, Process

UNKNOWN = "?"
ASH, UNSEEN, BASH = "busybox ash", "unknown", "/bin/bash -c"
PY, BOOKWORM, ALPINE, UBI = "python:3.13-slim", "debian:bookworm", "alpine:3.22", "redhat/ubi9"
NANO = "mcr.microsoft.com/windows/nanoserver:ltsc2022"


class Stage(NamedTuple):
    """A stage in short: ``None`` is absent, ``?`` unknown. ``first`` is the first process, ``sh`` a shell that stays.

    A command in shell form stands behind the shell that it is given to. ``in_force`` is the SHELL at the end, and
    ``binary`` what ``/bin/sh`` is.
    """

    label: str = "0"
    base: str | None = PY
    user: str | None = "root"
    entrypoint: str | None = None
    command: str | None = None
    first: str | None = None
    in_force: str = "/bin/sh -c"
    binary: str = "dash"


def _text(value: Maybe[str]) -> str | None:
    if isinstance(value, Known):
        return value.value
    return None if isinstance(value, Absent) else UNKNOWN


def _words(value: Maybe[Command]) -> str | None:
    if not isinstance(value, Known):
        return None if isinstance(value, Absent) else UNKNOWN
    command = value.value
    form = "" if command.form.value == "list" else f"{' '.join(command.shell)} | "
    return form + " ".join(command.words)


def _first(process: Process | None) -> str | None:
    if process is None:
        return None
    if isinstance(process.pid1_shell, Known):
        return "sh"
    return process.words[0] if isinstance(process.pid1_shell, Absent) and process.words else UNKNOWN


def stages_of(folder: Path, text: str, files: dict[str, str]) -> list[Stage]:
    for name, content in {**files, "Dockerfile": text}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode())
    labels = [image.stage for image in _estate(folder).of(Image)]
    services = "".join(
        f"  s{index}: {{build: {{context: ., target: '{label}'}}}}\n" for index, label in enumerate(labels)
    )
    (folder / "compose.yaml").write_text(f"services:\n{services}", encoding="utf-8")
    estate = _estate(folder)
    images = sorted(estate.of(Image), key=lambda each: each.at.order)
    processes = {
        known_value(each.build_target): each.process for each in estate.of(Container) if each.build_target is not None
    }
    return [
        Stage(
            image.stage,
            _text(image.base),
            _text(image.user),
            _words(image.entrypoint),
            _words(image.command),
            _first(processes[image.stage]),
            " ".join(image.shell_words),
            image.shell.value,
        )
        for image in images
    ]


def _estate(folder: Path) -> Estate:
    reading = read(find_files(folder), date(2026, 1, 1))
    return join(Estate.of_parts(reading.entities, reading.edges))


SERVE = "gunicorn a:a"
SH = "/bin/sh -c | "
FILES = {
    "exec.sh": "#!/bin/sh\nset -e\nexec gunicorn a:a\n",
    "plain.sh": "#!/bin/bash\ngunicorn a:a\n",
    "args.sh": '#!/bin/sh\nmigrate\nexec "$@"\n',
    "last.sh": '#!/bin/bash\n"$@"\n',
}

TABLE: list[tuple[str, str, list[Stage]]] = [
    ("list form", f'FROM {PY}\nCMD ["gunicorn", "a:a"]\n', [Stage(command=SERVE, first="gunicorn")]),
    ("dash stays", f"FROM {PY}\nCMD {SERVE}\n", [Stage(command=SH + SERVE, first="sh")]),
    ("exec in dash", f"FROM {PY}\nCMD exec {SERVE}\n", [Stage(command=f"{SH}exec {SERVE}", first="gunicorn")]),
    (
        "ash leaves",
        f"FROM {ALPINE}\nCMD {SERVE}\n",
        [Stage("0", ALPINE, None, command=SH + SERVE, first="gunicorn", binary=ASH)],
    ),
    (
        "bash leaves",
        f"FROM {UBI}\nCMD {SERVE}\n",
        [Stage("0", UBI, None, command=SH + SERVE, first="gunicorn", binary="bash")],
    ),
    (
        "SHELL bash",
        f'FROM {PY}\nSHELL ["/bin/bash", "-c"]\nCMD {SERVE}\n',
        [Stage(command=f"/bin/bash -c | {SERVE}", first="gunicorn", in_force=BASH)],
    ),
    (
        "SHELL leaves bin/sh alone",
        f'FROM {PY}\nSHELL ["/bin/bash", "-c"]\nCMD ["sh", "-c", "{SERVE}"]\n',
        [Stage(command=f"sh -c {SERVE}", first="sh", in_force=BASH)],
    ),
    (
        "SHELL after the command",
        f'FROM {PY}\nCMD {SERVE}\nSHELL ["/bin/bash", "-c"]\n',
        [Stage(command=SH + SERVE, first="sh", in_force=BASH)],
    ),
    (
        "SHELL is inherited",
        f'FROM {PY} AS b\nSHELL ["/bin/bash", "-c"]\nFROM b\nCMD {SERVE}\n',
        [Stage("b", in_force=BASH), Stage("1", command=f"/bin/bash -c | {SERVE}", first="gunicorn", in_force=BASH)],
    ),
    (
        "default of an ARG in FROM",
        f"ARG V=3.13-slim\nFROM python:${{V}}\nUSER app\nCMD {SERVE}\n",
        [Stage(user="app", command=SH + SERVE, first="sh")],
    ),
    ("fallback in FROM", "ARG V\nFROM python:${V:-3.13-slim}\n", [Stage()]),
    (
        "ARG without default in FROM",
        "ARG V\nFROM python:$V\nUSER 1000\n",
        [Stage(base=UNKNOWN, user="1000", binary=UNSEEN)],
    ),
    (
        "ARG within a stage is not for FROM",
        f"FROM {PY} AS a\nARG B={ALPINE}\nFROM ${{B}} AS b\n",
        [Stage("a"), Stage("b", UNKNOWN, None, binary=UNSEEN)],
    ),
    (
        "USER of the parent stage",
        f'FROM {PY} AS base\nUSER app:app\nFROM base\nCMD ["gunicorn", "a:a"]\n',
        [Stage("base", user="app:app"), Stage("1", user="app:app", command=SERVE, first="gunicorn")],
    ),
    (
        "the last USER wins, from a variable",
        f"FROM {PY}\nENV NAME=app\nARG ID=7\nUSER root\nUSER ${{NAME}}:${{ID}}\n",
        [Stage(user="app:7")],
    ),
    ("USER from an ARG without default", f"FROM {PY}\nARG WHO\nUSER $WHO\n", [Stage(user=UNKNOWN)]),
    (
        "a heredoc holds no instructions",
        f"FROM {PY}\nRUN <<EOF\nUSER root\nCMD nothing\nEOF\nUSER app\n",
        [Stage(user="app")],
    ),
    (
        "two heredocs and a dash",
        f"FROM {PY}\nCOPY <<A <<-B /x/\nFROM no\nA\n\tUSER no\n\tB\nUSER app\n",
        [Stage(user="app")],
    ),
    (
        "a comment within a RUN",
        f"FROM {PY}\nRUN a \\\n# USER root\n  && b \\\n\n  && c\nUSER app\n",
        [Stage(user="app")],
    ),
    (
        "a comment between continued lines of a command",
        f'FROM {PY}\nCMD ["gunicorn", \\\n  # where\n  "a:a"]\n',
        [Stage(command=SERVE, first="gunicorn")],
    ),
    (
        "escape by backtick",
        f"# escape=`\nFROM {PY}\nRUN a `\n  b\nUSER app\n",
        [Stage(user="app")],
    ),
    (
        "a backslash at the end where the backtick escapes",
        "# escape=`\nFROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nWORKDIR C:\\app\\\nUSER ContainerUser\n",
        [Stage("0", NANO, "ContainerUser", in_force="cmd /S /C", binary=UNSEEN)],
    ),
    (
        "a directive after a comment is a comment",
        f"# hello\n# escape=`\nFROM {PY}\nRUN a \\\n  b\nUSER app\n",
        [Stage(user="app")],
    ),
    (
        "FROM a number is an image, not a stage",
        f"FROM {PY}\nUSER app\nFROM 0\n",
        [Stage(user="app"), Stage("1", "0", None, binary=UNSEEN)],
    ),
    (
        "stages that only build are no final ones",
        f"FROM {PY} AS build\nUSER root\nFROM {ALPINE}\nCOPY --from=build /x /x\nUSER app\n",
        [Stage("build", user="root"), Stage("1", ALPINE, "app", binary=ASH)],
    ),
    (
        "the newest stage of a name is meant",
        f"FROM {PY} AS a\nUSER one\nFROM {ALPINE} AS a2\nUSER two\nFROM a\n",
        [Stage("a", user="one"), Stage("a2", ALPINE, "two", binary=ASH), Stage("2", user="one")],
    ),
    (
        "a stage that bears the name of its image",
        "FROM python AS python\nUSER app\nFROM python\n",
        [Stage("python", base="python", user="app"), Stage("1", base="python", user="app")],
    ),
    (
        "stage names know no case",
        f"FROM {PY} AS Base\nUSER app\nFROM BASE\n",
        [Stage("base", user="app"), Stage("1", user="app")],
    ),
    (
        "ONBUILD waits for the child",
        f"FROM {PY} AS base\nONBUILD USER app\nFROM base AS child\nFROM child\nUSER other\n",
        [Stage("base"), Stage("child", user="app"), Stage("2", user="other")],
    ),
    (
        "ONBUILD of a command",
        f'FROM {PY} AS base\nONBUILD ENV M=a:a\nONBUILD CMD ["gunicorn", "a:a"]\nFROM base\n',
        [Stage("base"), Stage("1", command=SERVE, first="gunicorn")],
    ),
    (
        "a Windows shell",
        'FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL ["powershell", "-Command"]\nCMD serve\n',
        [
            Stage(
                base="mcr.microsoft.com/windows/servercore:ltsc2022",
                user=None,
                command="powershell -Command | serve",
                first=UNKNOWN,
                in_force="powershell -Command",
                binary=UNSEEN,
            )
        ],
    ),
    (
        "HEALTHCHECK is no command",
        f'FROM {PY}\nCMD ["gunicorn", "a:a"]\nHEALTHCHECK --interval=5s CMD curl x\n',
        [Stage(command=SERVE, first="gunicorn")],
    ),
    (
        "the entrypoint taken away by a child",
        f'FROM {PY} AS b\nENTRYPOINT ["tini", "--"]\nFROM b\nENTRYPOINT []\nCMD ["gunicorn", "a:a"]\n',
        [Stage("b", entrypoint="tini --", first="tini"), Stage("1", entrypoint="", command=SERVE, first="gunicorn")],
    ),
    (
        "an entrypoint clears the command of the parent",
        f'FROM {PY} AS b\nCMD ["old"]\nFROM b\nENTRYPOINT ["gunicorn", "a:a"]\n',
        [Stage("b", command="old", first="old"), Stage("1", entrypoint=SERVE, first="gunicorn")],
    ),
    (
        "a command before its entrypoint stays",
        f'FROM {PY}\nCMD ["gunicorn", "a:a"]\nENTRYPOINT ["tini", "--"]\n',
        [Stage(entrypoint="tini --", command=SERVE, first="gunicorn")],
    ),
    (
        "a shell line behind a list",
        f'FROM {PY}\nENTRYPOINT ["tini", "--"]\nCMD {SERVE}\n',
        [Stage(entrypoint="tini --", command=SH + SERVE, first="sh")],
    ),
    (
        "a command behind a shell entrypoint does not count",
        f'FROM {PY}\nENTRYPOINT exec {SERVE}\nCMD ["--reload"]\n',
        [Stage(entrypoint=f"{SH}exec {SERVE}", command="--reload", first="gunicorn")],
    ),
    (
        "flags of FROM and COPY",
        f'FROM --platform=$TARGETPLATFORM {PY} AS x\nCOPY --chown=1:1 --chmod=755 exec.sh /\nCMD ["/exec.sh"]\n',
        [Stage("x", command="/exec.sh", first="gunicorn")],
    ),
    (
        "lower case",
        f"arg v=3.13-slim\nfrom python:$v as web\nuser app\ncmd {SERVE}\n",
        [Stage("web", user="app", command=SH + SERVE, first="sh")],
    ),
    (
        "a byte order mark and CRLF",
        f'\ufeffFROM {PY}\r\nRUN a \\\r\n  b\r\nUSER app\r\nCMD ["gunicorn", "a:a"]\r\n',
        [Stage(user="app", command=SERVE, first="gunicorn")],
    ),
    ("no line end", f"FROM {PY}\nUSER app \\", [Stage(user="app")]),
    (
        "exec in a script",
        f'FROM {PY}\nCOPY exec.sh /\nCMD ["/exec.sh"]\n',
        [Stage(command="/exec.sh", first="gunicorn")],
    ),
    (
        "no exec in a script",
        f'FROM {PY}\nCOPY plain.sh /\nCMD ["/plain.sh"]\n',
        [Stage(command="/plain.sh", first="sh")],
    ),
    (
        "a script that hands over",
        f'FROM {PY}\nCOPY args.sh /\nENTRYPOINT ["/args.sh"]\nCMD ["gunicorn", "a:a"]\n',
        [Stage(entrypoint="/args.sh", command=SERVE, first="gunicorn")],
    ),
    (
        "a script that starts its arguments and stays",
        f'FROM {PY}\nCOPY last.sh /\nENTRYPOINT ["/last.sh"]\nCMD ["gunicorn", "a:a"]\n',
        [Stage(entrypoint="/last.sh", command=SERVE, first="sh")],
    ),
    (
        "a script with the line ends of Windows",
        f'FROM {PY}\nCOPY crlf.sh /\nCMD ["/crlf.sh"]\n',
        [Stage(command="/crlf.sh", first="gunicorn")],
    ),
    (
        "a script from a stage by its number",
        f'FROM {ALPINE}\nCOPY exec.sh /out/\nFROM {PY}\nCOPY --from=0 /out/exec.sh /run.sh\nCMD ["/run.sh"]\n',
        [Stage("0", ALPINE, None, binary=ASH), Stage("1", command="/run.sh", first="gunicorn")],
    ),
    (
        "single quotes are a shell line",
        f"FROM {PY}\nCMD ['gunicorn', 'a:a']\n",
        [Stage(command=f"{SH}['gunicorn', 'a:a']", first="sh")],
    ),
    (
        "scratch",
        'FROM scratch\nUSER 65532\nENTRYPOINT ["/server"]\n',
        [Stage(base="scratch", user="65532", entrypoint="/server", first="/server", binary="none")],
    ),
]


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_each_stage_is_and_starts(tmp_path: Path, text: str, expected: list[Stage]) -> None:
    files = {**FILES, "crlf.sh": FILES["exec.sh"].replace("\n", "\r\n")}

    assert stages_of(tmp_path, text, files) == expected
