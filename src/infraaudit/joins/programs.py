"""Tells which programs a container's image holds and lacks, and which ones its health checks need."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.facts import table
from infraaudit.joins.images import facts_of_reference
from infraaudit.model import (
    CommandForm,
    Container,
    EdgeKind,
    Image,
    Known,
    ProbeKind,
    Programs,
    VolumeKind,
    known_value,
    parse_image_reference,
)
from infraaudit.source.shell_parse import parse_shell
from infraaudit.source.shell_tree import ShellSyntaxError, Simple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.facts import Row
    from infraaudit.model import Command, CopiedFile, Estate, Maybe, Probe
    from infraaudit.source.shell_tree import Body, Item

_SYSTEM_FOLDERS = frozenset({"", "/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"})
_FOLDERS_ABOVE = frozenset({"/", "/usr", "/usr/local", "/bin", "/usr/bin", "/usr/local/bin", "/sbin", "/usr/sbin"})
_SHELLS = frozenset({"sh", "bash", "ash", "dash"})
_BUILT_IN = frozenset(
    {"exit", "true", "false", "test", "[", "[[", "]", "echo", "printf", "cd", "export", "set", "kill", "return", ":"}
)
_WITH_EVERY_SHELL = frozenset(
    {"cat", "cut", "date", "grep", "head", "id", "ls", "rm", "sed", "sh", "sleep", "stat", "tail", "touch", "tr", "wc"}
)
_BEFORE = frozenset({"exec", "command", "timeout", "nice", "env"})
_SKIPPED = re.compile(r"-.*|\d+[smhd]?|\w+=.*")


def join_programs(estate: Estate) -> Estate:
    """Fill the programs of every container whose image starts from one of the facts, and those of its checks."""
    return estate.with_containers(_with_programs(estate, container) for container in estate.of(Container))


def _with_programs(estate: Estate, container: Container) -> Container:
    brought = container.image_health
    return replace(
        container,
        readiness=_needing(container.readiness),
        liveness=_needing(container.liveness),
        startup=_needing(container.startup),
        image_health=_needing(brought) if brought is not None else None,
        programs=_programs(estate, container),
    )


def _programs(estate: Estate, container: Container) -> Programs | None:
    images = estate.targets(container, EdgeKind.RUNS, Image)
    if len(images) > 1 or any(_may_cover(container)):
        return None
    if not images and (container.build_context is not None and not isinstance(container.image, Known)):
        return None
    base = known_value(images[0].base if images else container.image)
    row = _row(base) if base else None
    if base is None or row is None:
        return None
    shell = row.get("shell", True)
    present = frozenset(row.get("present", [])) | (_WITH_EVERY_SHELL if shell else frozenset())
    absent = frozenset(row.get("absent", []))
    if images:
        if images[0].commands.unseen or any(_may_bring_all(copy) for copy in images[0].copies):
            return None
        brought = frozenset(name for name in absent if _brought(name, images[0]))
        present, absent = present | brought, absent - brought
    return Programs(present, absent, shell, base, row.words)


def _may_cover(container: Container) -> Iterator[bool]:
    """Yield whether each mount may put other programs over those of the image."""
    for mount in container.mounts:
        path = known_value(mount.path)
        host = known_value(mount.kind) in {VolumeKind.HOST_PATH, VolumeKind.PROJECTED, None}
        yield path is None or (host and (path.rstrip("/") or "/") in _FOLDERS_ABOVE)


def _row(reference: str) -> Row | None:
    facts = facts_of_reference(reference)
    image = parse_image_reference(reference)
    if facts is None or not facts.official or (image.tag is None and image.digest is not None):
        return None
    tag = (image.tag or "latest").lower() if image.tag is None or not image.tag.startswith("RELEASE") else image.tag
    for row in table("image_programs").values():
        if facts.family not in row["families"] or not re.search(row.get("tags", ""), tag):
            continue
        bounds = "from" in row.columns or "until" in row.columns
        newest = facts.major is None and tag == "latest" and "from" in row.columns
        if not bounds or newest:
            return row
        if facts.major is not None and row.get("from", 0) <= facts.major <= row.get("until", facts.major):
            return row
    return None


def _brought(program: str, image: Image) -> bool:
    """Tell whether a build may bring a program: by a package, or as a file of its name."""
    rows = table("program_packages")
    pattern = rows[program]["packages"] if program in rows else re.escape(program)
    packages = any(re.fullmatch(pattern, package.name) for package in image.commands.packages)
    files = (name for copy in image.copies for name in (copy.source, copy.target))
    return packages or any(posixpath.basename(name.rstrip("/")) == program for name in files)


def _may_bring_all(copy: CopiedFile) -> bool:
    """Tell whether a copy may put any program into a folder of programs."""
    target = copy.target.rstrip("/") or "/"
    name = posixpath.basename(copy.source.rstrip("/"))
    whole = copy.source.endswith("/") or "*" in name or name in {"", ".", "bin", "sbin", "local", "usr", "rootfs"}
    return target in _FOLDERS_ABOVE and whole


def _needing(probe: Maybe[Probe]) -> Maybe[Probe]:
    if not isinstance(probe, Known) or probe.value.kind is not ProbeKind.EXEC:
        return probe
    command = probe.value.command
    if not isinstance(command, Known):
        return probe
    return replace(probe, value=replace(probe.value, programs=programs_of(command.value)))


def programs_of(command: Command) -> tuple[tuple[str, ...], ...] | None:
    """Return what a command needs: each alternative with the programs that it runs, ``None`` where it is not plain.

    A shell that is given a line is a program as well, and first in each alternative.
    """
    words = command.words
    if command.form is CommandForm.SHELL:
        words = (*command.shell, *words)
    if not words:
        return None
    name = posixpath.basename(words[0])
    if name in _SHELLS and "-c" in words[:-1]:
        inner = _of_line(words[words.index("-c") + 1])
        return None if inner is None else tuple((name, *each) for each in inner)
    program = _program(words)
    return None if program is None else ((program,),)


def _program(words: tuple[str, ...]) -> str | None:
    """Return the program that words start; ``""`` for what the shell does itself, ``None`` for what cannot be told."""
    rest = list(words)
    while rest and posixpath.basename(rest[0]) in _BEFORE:
        rest.pop(0)
        while rest and _SKIPPED.fullmatch(rest[0]):
            rest.pop(0)
    if not rest or "$" in rest[0] or "`" in rest[0] or posixpath.dirname(rest[0]) not in _SYSTEM_FOLDERS:
        return None
    name = posixpath.basename(rest[0].strip("\"'"))
    return "" if name in _BUILT_IN else name


def _of_line(line: str) -> tuple[tuple[str, ...], ...] | None:
    try:
        body = parse_shell(line)
    except ShellSyntaxError:
        return None
    alternatives: list[list[str]] = [[]]
    for item in body:
        if item.connector == "||":
            alternatives.append([])
        found = _of_item(item)
        if found is None:
            return None
        alternatives[-1].extend(found)
    kept = [tuple(each) for each in alternatives if each]
    return tuple(kept) if kept else None


def _of_item(item: Item) -> list[str] | None:
    """Return the programs of a pipeline, ``None`` where it holds more than plain commands."""
    found: list[str] = []
    for stage in item.stages:
        if not isinstance(stage, Simple):
            return None
        program = _program(stage.words) if stage.words else ""
        inner = [_of_body(body) for body in stage.inner]
        if program is None or any(each is None for each in inner):
            return None
        found.extend(name for name in (program, *(name for each in inner for name in each or [])) if name)
    return found


def _of_body(body: Body) -> list[str] | None:
    every = [_of_item(item) for item in body]
    return None if any(each is None for each in every) else [name for each in every for name in each or []]
