"""Which files are Dockerfiles, what the ledger says of each, and the scripts behind a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.readers.reading import FileState
from infraaudit.source.problem import ProblemKind
from tests.unit.readers.dockerfile.images import image_of, reading_of

if TYPE_CHECKING:
    from pathlib import Path


def test_every_candidate_has_one_row(tmp_path: Path) -> None:
    good = "FROM a\n"
    reading = reading_of(
        tmp_path,
        {
            "Dockerfile": good,
            "Dockerfile.prod": good,
            "web.Dockerfile": good,
            "x/db.dockerfile": good,
            "Containerfile": good,
            "Dockerfile.j2": "FROM {{ base }}\n",
            "broken/Dockerfile": "RUN x\n",
            "partly/Dockerfile": "FROM a\nNONSENSE\n",
            "filled/Dockerfile": "FROM {{ base }}\nRUN x\n",
            "Dockerfile.dockerignore": "*\n",
            "Dockerfile.md": "# how\n",
            "notes.txt": "FROM a\n",
        },
    )

    assert {row.path: (row.state, row.why) for row in reading.files} == {
        "Dockerfile": (FileState.PARSED, ""),
        "Dockerfile.prod": (FileState.PARSED, ""),
        "web.Dockerfile": (FileState.PARSED, ""),
        "x/db.dockerfile": (FileState.PARSED, ""),
        "Containerfile": (FileState.PARSED, ""),
        "Dockerfile.j2": (FileState.SKIPPED, "a template"),
        "broken/Dockerfile": (FileState.FAILED, "no FROM instruction"),
        "partly/Dockerfile": (FileState.PARTLY, "'NONSENSE' is not an instruction"),
        "filled/Dockerfile": (FileState.FAILED, "a template that another program fills in"),
    }


@pytest.mark.parametrize(
    "text",
    [
        "FROM {{ base }}\n",
        "FROM a\n{% if x %}\nRUN y\n{% endif %}\n",
        "FROM a\nRUN pip install {{ packages | join(' ') }}\n",
        "FROM a:<%= tag %>\n",
    ],
)
def test_a_template_gives_no_image(tmp_path: Path, text: str) -> None:
    reading = reading_of(tmp_path, {"Dockerfile": text})

    assert reading.entities == ()
    assert [problem.kind for problem in reading.problems] == [ProblemKind.NOT_RENDERED]


def test_a_format_of_the_docker_command_is_no_template(tmp_path: Path) -> None:
    image = image_of(tmp_path, "FROM a\nRUN docker ps --format '{{.Names}}' && docker info -f '{{json .}}'\n")

    assert len(image.steps) == 1


def test_a_file_that_is_no_text_is_reported(tmp_path: Path) -> None:
    reading = reading_of(tmp_path, {"Dockerfile": "FROM a\0\n"})

    assert [problem.kind for problem in reading.problems] == [ProblemKind.ENCODING]
    assert reading.files[0].state is FileState.FAILED


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    assert image_of(tmp_path, "\ufeffFROM a\n").stage == "0"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('COPY start.sh /start.sh\nCMD ["/start.sh"]', {"/start.sh": "start.sh"}),
        ('COPY start.sh /\nCMD ["/start.sh"]', {"/start.sh": "start.sh"}),
        ("WORKDIR /app\nCOPY . .\nCMD ./start.sh --now", {"/app/start.sh": "start.sh", "/app/tools/run": "tools/run"}),
        ("WORKDIR /app\nCOPY start.sh .\nCMD exec sh start.sh", {"/app/start.sh": "start.sh"}),
        ('COPY tools/ /opt/tools/\nENTRYPOINT ["tini", "--", "/opt/tools/run"]', {"/opt/tools/run": "tools/run"}),
        ('COPY tools/run /usr/local/bin/\nENTRYPOINT ["run"]', {"/usr/local/bin/run": "tools/run"}),
        ('COPY *.sh /x/\nENTRYPOINT ["bash", "/x/start.sh"]', {"/x/start.sh": "start.sh"}),
        ('COPY --from=b start.sh /start.sh\nCMD ["/start.sh"]', {}),
        ('COPY start.sh /start.sh\nCMD ["python", "/app.py"]', {"/start.sh": "start.sh"}),
        ('COPY start.sh /srv/\nCMD ["/start.sh"]', {"/srv/start.sh": "start.sh"}),
        ('COPY app.py /start\nCMD ["serve"]', {}),
        ("WORKDIR /app\nCOPY tools/run .", {"/app/run": "tools/run"}),
        ("COPY https://a/start.sh /start.sh", {}),
    ],
)
def test_the_script_behind_a_command(tmp_path: Path, text: str, found: dict[str, str]) -> None:
    files = {"start.sh": "#!/bin/sh\nexec serve\n", "tools__run": "#!/usr/bin/env bash\nserve\n"}
    files["app.py"] = "print()\n"
    (tmp_path / "web").mkdir()

    image = image_of(tmp_path, f"FROM a\n{text}\n", **files)

    assert {place: script.path for place, script in image.scripts} == found


def test_a_script_is_found_in_a_context_above_the_dockerfile(tmp_path: Path) -> None:
    files = {
        "docker/web/Dockerfile": 'FROM a\nCOPY docker/web/start.sh /start.sh\nCMD ["/start.sh"]\n',
        "docker/web/start.sh": "#!/bin/sh\nserve\n",
    }
    reading = reading_of(tmp_path, files)

    (image,) = reading.entities
    assert [script.path for _, script in getattr(image, "scripts", ())] == ["docker/web/start.sh"]


@pytest.mark.parametrize(
    ("copies", "place"),
    [
        ("COPY . /src/\nFROM b\nCOPY --from=build /src /app", "/app/start.sh"),
        ("COPY start.sh /src/bin/\nFROM b\nCOPY --from=build /src /app", "/app/bin/start.sh"),
        ("COPY tools /src\nFROM b\nCOPY --from=build /src/run /run.sh", "/run.sh"),
        ("COPY start.sh /a/\nFROM b AS c\nCOPY --from=0 /a /b\nFROM d\nCOPY --from=c /b /c", "/c/start.sh"),
    ],
)
def test_a_script_is_followed_through_the_stages_that_hand_it_on(tmp_path: Path, copies: str, place: str) -> None:
    scripts = {"start.sh": "exec serve\n", "tools__run": "#!/bin/sh\nserve\n"}

    assert place in dict(image_of(tmp_path, f"FROM a AS build\n{copies}\n", **scripts).scripts)


def test_what_the_builder_does_not_get_is_not_copied(tmp_path: Path) -> None:
    ignored = {".dockerignore": "*\n!app\n", "start.sh": "exec serve\n", "app__run.sh": "exec serve\n"}

    assert dict(image_of(tmp_path, "FROM a\nCOPY . /x\nCMD /x/start.sh\n", **ignored).scripts).keys() == {
        "/x/app/run.sh"
    }


def test_the_context_is_the_folder_that_holds_most_of_what_is_copied(tmp_path: Path) -> None:
    files = {
        "api/Dockerfile": 'FROM a\nCOPY api/app /app\nCOPY api/pyproject.toml start.sh /\nCMD ["/start.sh"]\n',
        "api/start.sh": "exec wrong\n",
        "api/app/main.py": "",
        "api/pyproject.toml": "",
        "start.sh": "exec right\n",
    }
    (image,) = reading_of(tmp_path, files).entities

    assert [script.path for _, script in getattr(image, "scripts", ())] == ["start.sh"]


def test_the_script_of_an_inherited_stage_is_found(tmp_path: Path) -> None:
    text = "FROM a AS base\nCOPY start.sh /start.sh\nFROM base\nCMD /start.sh\n"

    assert [place for place, _ in image_of(tmp_path, text, **{"start.sh": "#!/bin/sh\n"}).scripts] == ["/start.sh"]


def test_a_very_long_script_is_left_out(tmp_path: Path) -> None:
    script = "#!/bin/sh\n" + "x" * 70_000

    assert image_of(tmp_path, "FROM a\nCOPY s.sh /s.sh\nCMD /s.sh\n", **{"s.sh": script}).scripts == ()
