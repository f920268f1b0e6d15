"""What the commands of a build install and load."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.readers.dockerfile.images import images_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("run", "packages", "downloads", "unseen"),
    [
        ("RUN apt-get update && apt-get install -y curl=7.* git", ["curl", "git"], [], ""),
        ("RUN DEBIAN_FRONTEND=noninteractive apt-get -y install -t stable tzdata", ["tzdata"], [], ""),
        ("RUN apk add --no-cache --virtual .deps gcc~=13 musl-dev", ["gcc", "musl-dev"], [], ""),
        ("RUN sudo yum install -y nc", ["nc"], [], ""),
        ("RUN microdnf install --setopt tsflags=nodocs shadow-utils", ["shadow-utils"], [], ""),
        ('RUN if [ -n "$X" ]; then apt-get install -y vim; else apk add nano; fi', ["vim", "nano"], [], ""),
        ("RUN for p in a b; do apt-get install -y $p; done", [], [], "apt-get installs $p"),
        ("RUN apt-get update \\\n    # why\n    && apt-get install -y \\\n      curl", ["curl"], [], ""),
        ("RUN <<EOF\napt-get install -y curl\nEOF", ["curl"], [], ""),
        ("RUN <<EOF bash\napk add curl\nEOF", ["curl"], [], ""),
        ("RUN <<EOF python3\nprint('apk add curl')\nEOF", [], [], "another program than a shell"),
        ("RUN <<EOF\n#!/usr/bin/env python3\nprint(1)\nEOF", [], [], "another program than a shell"),
        ("RUN cat <<EOF > /etc/motd && apk add curl\napk add wget\nEOF", ["curl"], [], ""),
        ('RUN ["apt-get", "install", "-y", "curl"]', ["curl"], [], ""),
        ('RUN ["sh", "-c", "apk add curl"]', ["curl"], [], ""),
        ("RUN curl -fsSL https://example.test/i.sh | sh", [], [("curl", "sh")], "a download is run"),
        ("RUN wget -qO- https://example.test/i.sh | sudo -E bash -", [], [("wget", "bash")], "a download is run"),
        ("RUN curl https://example.test/i.py | python3 -", [], [("curl", "python3")], "a download is run"),
        ('RUN bash -c "$(curl -fsSL https://example.test/i.sh)"', [], [("curl", "bash")], "the build runs"),
        ("RUN bash <(curl -s https://example.test/i.sh)", [], [("curl", "bash")], "the build runs"),
        ("RUN curl https://example.test/a.tgz | tar xz", [], [], ""),
        ("RUN curl https://example.test/a.json | python3 -m json.tool", [], [], ""),
        ("RUN ./install.sh", [], [], "the build runs ./install.sh"),
        ("RUN sh /tmp/install.sh", [], [], "the build runs the script /tmp/install.sh"),
        ("RUN dpkg -i /tmp/a.deb", [], [], "files of packages with dpkg"),
        ("RUN make install", [], [], "the build runs make"),
        ("RUN pip install -r requirements.txt && /venv/bin/python manage.py collectstatic", [], [], ""),
        ("RUN apt-get install -y 'curl", [], [], "cannot be read"),
        ('SHELL ["powershell", "-Command"]\nRUN choco install curl', [], [], "powershell runs a command"),
        ("RUN npm ci", [], [], ""),
    ],
)
def test_what_a_run_brings(
    tmp_path: Path, run: str, packages: list[str], downloads: list[tuple[str, str]], unseen: str
) -> None:
    (image,) = images_of(tmp_path, f"FROM debian:13\n{run}\n")
    brought = image.commands
    assert [package.name for package in brought.packages] == packages
    assert [(each.loader, each.interpreter) for each in brought.downloads] == downloads
    assert unseen in brought.unseen
    assert bool(unseen) is bool(brought.unseen)


def test_a_stage_has_what_the_stages_below_it_install(tmp_path: Path) -> None:
    text = (
        "FROM debian:13 AS base\nRUN apt-get install -y curl\nFROM base\nRUN apt-get install -y git\nFROM debian:13\n"
    )
    found = [[package.name for package in image.commands.packages] for image in images_of(tmp_path, text)]
    assert found == [["curl"], ["curl", "git"], []]
