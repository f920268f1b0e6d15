"""Reads every Dockerfile of a tree into images, one a stage."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model import Image, Known
from infraaudit.readers.deployments import deployment_of
from infraaudit.readers.dockerfile.context import context_of, copies_of
from infraaudit.readers.dockerfile.instructions import Instruction, Instructions, read_instructions
from infraaudit.readers.dockerfile.python_packages import ProjectFiles, python_packages
from infraaudit.readers.dockerfile.run_commands import joined_commands
from infraaudit.readers.dockerfile.scripts import find_scripts
from infraaudit.readers.dockerfile.stages import read_stages
from infraaudit.readers.reading import FileRow, FileState, Reading
from infraaudit.source.problem import Problem, ProblemKind
from infraaudit.source.span import whole_file

if TYPE_CHECKING:
    from infraaudit.model import CopiedFile
    from infraaudit.readers.dockerfile.stage import Stage
    from infraaudit.source.file import SourceTree
    from infraaudit.source.span import Span

_NAME = re.compile(r"Dockerfile([._-].+)?|.+\.[Dd]ockerfile|Containerfile([._-].+)?")
_TEMPLATE = re.compile(r".+\.(j2|jinja2?|tmpl|tpl|template|erb|gotmpl|in)")
_OTHER = re.compile(r".+\.(dockerignore|md|txt|rst|py|sh|ya?ml|json|patch|diff|orig|bak)")
_TAG = re.compile(r"\{%|<%|\{\{-?\s*(?!end\b|else\b)[A-Za-z_]\w*(?:\.\w+|\[[^\]]*\])*\s*(?:\||-?\}\})")
_TEMPLATE_WORD = re.compile(r"^(\{%|\{\{|\{#|<%)")


def read(tree: SourceTree) -> Reading:
    """Read all Dockerfiles of a tree. Nothing is built, and no base image is asked for."""
    images: list[Image] = []
    problems: list[Problem] = []
    rows: list[FileRow] = []
    for path in tree.paths:
        name = posixpath.basename(path)
        if not _NAME.fullmatch(name) or _OTHER.fullmatch(name):
            continue
        if _TEMPLATE.fullmatch(name):
            rows.append(FileRow(path, "dockerfile", FileState.SKIPPED, "a template"))
            continue
        found, wrong = _read_file(tree, path)
        images.extend(found)
        problems.extend(wrong)
        rows.append(_row(path, found, wrong))
    return Reading(entities=tuple(images), problems=tuple(problems), files=tuple(rows))


def _row(path: str, images: list[Image], problems: list[Problem]) -> FileRow:
    gaps = [problem for problem in problems if problem.leaves_gap]
    if not gaps:
        return FileRow(path, "dockerfile", FileState.PARSED)
    state = FileState.PARTLY if images else FileState.FAILED
    return FileRow(path, "dockerfile", state, gaps[0].message)


def _read_file(tree: SourceTree, path: str) -> tuple[list[Image], list[Problem]]:
    file = tree.open(path)
    if isinstance(file, Problem):
        return [], [file]
    instructions = read_instructions(file)
    marker = _template_marker(instructions)
    if marker is not None:
        return [], [Problem(ProblemKind.NOT_RENDERED, marker, "a template that another program fills in")]
    stages = read_stages(instructions)
    problems = list(instructions.problems)
    if not stages:
        problems.append(Problem(ProblemKind.SYNTAX, whole_file(path), "no FROM instruction"))
    files = ProjectFiles(context_of(tree, path, stages))
    copies = copies_of(stages)
    return [_image(files, path, stages, each) for each in zip(stages, copies, strict=True)], problems


def _template_marker(instructions: Instructions) -> Span | None:
    """Return the place of what another program would fill in before the file is a Dockerfile.

    Braces with a dot behind them are left alone: they are formats for the ``docker`` command itself.
    """
    for problem in instructions.problems:
        if _TEMPLATE_WORD.match(problem.message.lstrip("'\"")):
            return problem.at
    return next((place for each in instructions.items if (place := _marker(each)) is not None), None)


def _marker(instruction: Instruction) -> Span | None:
    match = _TAG.search(instruction.line.text)
    return None if match is None else instruction.line.span(match.start(), match.end())


def _image(files: ProjectFiles, path: str, stages: list[Stage], own: tuple[Stage, tuple[CopiedFile, ...]]) -> Image:
    stage, copies = own
    folder = posixpath.dirname(path)
    final = stage is stages[-1]
    workdir = stage.workdir.value if isinstance(stage.workdir, Known) else None
    return Image(
        address=_address(path, stage),
        kind="image",
        name=path if final else f"{path}:{stage.label}",
        at=stage.at,
        deployment=deployment_of("build", folder),
        file=path,
        context=folder,
        stage=stage.label,
        final=final,
        base=stage.base,
        platform=stage.platform,
        ancestors=tuple(_address(path, each) for each in stage.chain[1:]),
        entrypoint=stage.entrypoint,
        command=stage.command,
        user=stage.user,
        workdir=stage.workdir,
        healthcheck=stage.healthcheck,
        health_disabled=stage.health_disabled,
        stop_signal=stage.stop_signal,
        environment=tuple(stage.environment.values()),
        arguments=tuple(stage.arguments.values()),
        steps=tuple(stage.steps),
        copies=tuple(replace(each, secret_files=files.context.secret_files_of(each)) for each in stage.copies),
        exposed=tuple(stage.exposed),
        shell_words=stage.shell,
        volumes=tuple(dict.fromkeys(stage.volumes)),
        scripts=find_scripts(files.context, copies, workdir, (stage.entrypoint, stage.command)),
        python_packages=python_packages(files, stage, stages, copies),
        commands=joined_commands([run for each in reversed(stage.chain) for run in each.runs]),
    )


def _address(path: str, stage: Stage) -> str:
    return f"{path} stage {stage.label}"
