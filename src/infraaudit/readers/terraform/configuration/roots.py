"""Which folders are roots, and which values their variable files give."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from infraaudit.readers.terraform.configuration.installed import installed_modules
from infraaudit.readers.terraform.configuration.modules import Module
from infraaudit.readers.terraform.configuration.planned import Filling, planned_arguments
from infraaudit.readers.terraform.configuration.root import Root
from infraaudit.readers.terraform.configuration.syntax import literal_text, local_folder
from infraaudit.readers.terraform.language.scope import Argument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.readers.terraform.configuration.given import Given
    from infraaudit.readers.terraform.configuration.plan import Plan
    from infraaudit.readers.terraform.configuration.syntax import Sources

_LOADED_FIRST = ("terraform.tfvars", "terraform.tfvars.json")
_LOADED_TOO = (".auto.tfvars", ".auto.tfvars.json")
_SUBFOLDERS = ("vars", "env", "envs", "environments", "tfvars")
_MOST_NAMED = 3


def root_folders(sources: Sources) -> list[str]:
    """Return the folders that no other folder calls; of folders that call each other in a circle, the first."""
    calls = {folder: sorted(_called_folders(sources, folder)) for folder in sources.folders}
    called = {target for folder, targets in calls.items() for target in targets if target != folder}
    roots = [folder for folder in sorted(calls) if folder not in called]
    reached: set[str] = set()
    for folder in roots:
        _reach(folder, calls, reached)
    for folder in sorted(calls):
        if folder not in reached:
            roots.append(folder)
            _reach(folder, calls, reached)
    return sorted(roots)


def _reach(folder: str, calls: dict[str, list[str]], reached: set[str]) -> None:
    waiting = [folder]
    while waiting:
        current = waiting.pop()
        if current not in reached:
            reached.add(current)
            waiting.extend(calls.get(current, ()))


def _called_folders(sources: Sources, folder: str) -> Iterator[str]:
    for block in sources.configuration(folder).calls.values():
        target = local_folder(folder, literal_text(block.body, "source"))
        if target is not None and target in sources.folders:
            yield target


def root_module(
    sources: Sources,
    folder: str,
    given: Given | None = None,
    *,
    plan: Plan | None = None,
    workspace: str = "",
) -> Module:
    """Return a root with the values that Terraform would take for its variables.

    These are those of the files that Terraform loads by itself, then those that a plan was made with, then those given.
    """
    configuration = sources.configuration(folder)
    arguments: dict[str, Argument] = {}
    for path in _loaded(sources, folder):
        document = sources.document(path)
        for name, attribute in document.body.attributes.items() if document is not None else ():
            arguments[name] = Argument(attribute.value, set_by=f"{posixpath.basename(path)} sets var.{name}")
    unset = _unset(sources, folder)
    if plan is not None:
        arguments.update(planned_arguments(plan, configuration))
    if given is not None:
        arguments.update(given.arguments(configuration))
    installed, problem = installed_modules(sources.tree, folder)
    filling = Filling(plan) if plan is not None else None
    root = Root(folder, sources, installed=installed, filling=filling, workspace=workspace)
    if problem is not None:
        root.problems[problem.at.order, problem.message] = problem
    return Module(root, configuration, arguments=arguments, unset=unset)


def _loaded(sources: Sources, folder: str) -> list[str]:
    """Return the variable files that Terraform loads by itself, the one that wins last."""
    here = sources.value_files.get(folder, ())
    first = [path for name in _LOADED_FIRST for path in here if posixpath.basename(path) == name]
    return [*first, *(path for path in here if path.endswith(_LOADED_TOO))]


def _unset(sources: Sources, folder: str) -> dict[str, str]:
    """Return why a variable is not set though variable files that must be named by hand set it."""
    loaded = set(_loaded(sources, folder))
    folders = sorted({folder, *(posixpath.join(folder, name) for name in _SUBFOLDERS)})
    setters: dict[str, list[str]] = {}
    for path in sorted(path for each in folders for path in sources.value_files.get(each, ())):
        if path in loaded:
            continue
        document = sources.document(path)
        for name in document.body.attributes if document is not None else ():
            setters.setdefault(name, []).append(posixpath.relpath(path, folder or "."))
    return {
        name: f"var.{name} has no default, and which of the variable files that set it is used cannot be told"
        f" ({', '.join(paths[:_MOST_NAMED])}{' and more' if len(paths) > _MOST_NAMED else ''})"
        for name, paths in setters.items()
    }
