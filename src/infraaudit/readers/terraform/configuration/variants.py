"""The deployments of each root: one by itself, or one for each named set of inputs and for each of several plans."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from infraaudit.readers.reading import FileRow, FileState, UnitRow, UnitState
from infraaudit.readers.terraform.configuration.given import Given, given_values
from infraaudit.readers.terraform.configuration.plan import PlanError, looks_like_plan, read_plan
from infraaudit.readers.terraform.configuration.roots import root_folders
from infraaudit.source.file import SourceFile
from infraaudit.source.problem import Problem, ProblemKind
from infraaudit.source.span import whole_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infraaudit.readers.terraform.configuration.inputs import InputSet, TerraformInputs
    from infraaudit.readers.terraform.configuration.plan import Plan
    from infraaudit.readers.terraform.configuration.syntax import Configuration, Sources

FORMAT = "terraform plan"
_LEAST_LIKENESS = 0.5
"""What part of the blocks of a root and of a plan has to be the same for the one to belong to the other."""

_NO_PLANS = (".tf.json", ".tofu.json", ".tfvars.json", "package-lock.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One deployment of a root. ``name`` tells several of one root apart."""

    folder: str
    name: str = ""
    given: Given
    workspace: str = ""
    plan: Plan | None = None


@dataclass(slots=True)
class Variants:
    """The deployments of all roots, and what became of the plans."""

    members: list[Variant] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    rows: list[FileRow] = field(default_factory=list)
    units: list[UnitRow] = field(default_factory=list)


def variants_of(sources: Sources, inputs: TerraformInputs) -> Variants:
    """Return the deployments of a tree. Raises ``InputError`` for inputs that cannot be used."""
    folders = sorted(sources.folders) if inputs.standalone else root_folders(sources)
    variants = Variants()
    given = given_values(inputs.settings, sources, folders)
    named = [(each, _of_set(each, inputs, sources, folders)) for each in inputs.sets]
    plans = _plans(sources, inputs, folders, variants)
    for folder in folders:
        members = list(_of_sets(folder, named, sources.configuration(folder), inputs))
        members = members or [Variant(folder=folder, given=given, workspace=inputs.workspace)]
        variants.members.extend(_with_plans(members, plans.get(folder, ()), given))
    return variants


# -- sets ----------------------------------------------------------------------------------------------------------


def _of_set(each: InputSet, inputs: TerraformInputs, sources: Sources, folders: Sequence[str]) -> Given:
    """Return the values of a set, what is given for the whole run in place of its own."""
    own = given_values(each.settings, sources, folders, f"the set {each.name}")
    return Given({**own.values, **given_values(inputs.settings, sources, folders).values})


def _of_sets(
    folder: str, named: Sequence[tuple[InputSet, Given]], configuration: Configuration, inputs: TerraformInputs
) -> Iterator[Variant]:
    for each, given in named:
        meant = each.names(folder) if each.roots else not each.settings or given.concerns(configuration)
        if meant:
            workspace = inputs.workspace or each.workspace
            yield Variant(folder=folder, name=each.name, given=given, workspace=workspace)


# -- plans ---------------------------------------------------------------------------------------------------------


def _plans(
    sources: Sources, inputs: TerraformInputs, folders: Sequence[str], variants: Variants
) -> dict[str, list[Plan]]:
    """Return the plans of each root; a plan of none is told."""
    found: dict[str, list[Plan]] = defaultdict(list)
    asked = {file.path for file in inputs.plans}
    for file in (*inputs.plans, *_in_tree(sources, asked, variants)):
        inside = file.path in sources.tree.known
        try:
            plan = read_plan(file, inside=inside)
        except PlanError as error:
            _refuse(variants, file.path, str(error), asked=file.path in asked, inside=inside)
            continue
        folder, why = _root_of(plan, sources, folders)
        if folder is None:
            _refuse(variants, file.path, why, asked=file.path in asked, inside=inside)
            continue
        found[folder].append(plan)
        variants.units.append(UnitRow("plan", f"{plan.name} of {folder or '.'}", plan.path, UnitState.RESOLVED))
        if inside:
            variants.rows.append(FileRow(file.path, FORMAT, FileState.PARSED))
    return found


def _in_tree(sources: Sources, asked: set[str], variants: Variants) -> Iterator[SourceFile]:
    for path in sources.tree.paths:
        if path.endswith(".json") and not path.endswith(_NO_PLANS) and path not in asked:
            file = sources.tree.open(path)
            if isinstance(file, SourceFile) and looks_like_plan(file.text):
                yield file
            elif isinstance(file, Problem) and file.kind is ProblemKind.TOO_LARGE and _speaks_of_plan(path):
                why = f"{file.message}; a plan is read whatever its size where it is named: --plan {path}"
                _refuse(variants, path, why, asked=False, inside=True)


def _speaks_of_plan(path: str) -> bool:
    return "plan" in posixpath.basename(path).lower()


def _refuse(variants: Variants, path: str, why: str, *, asked: bool, inside: bool) -> None:
    """Tell of a plan that is not used: a gap where somebody asked for it."""
    kind = ProblemKind.UNSUPPORTED if asked else ProblemKind.NOTE
    variants.problems.append(Problem(kind, whole_file(path), why))
    if asked:
        variants.units.append(UnitRow("plan", posixpath.basename(path), path, UnitState.FAILED, why))
    if inside:
        variants.rows.append(FileRow(path, FORMAT, FileState.FAILED if asked else FileState.SKIPPED, why))


def _root_of(plan: Plan, sources: Sources, folders: Sequence[str]) -> tuple[str | None, str]:
    """Return the root that a plan was made of: the one of its own folder before others, then the most alike."""
    likeness = {folder: _likeness(plan, sources.configuration(folder)) for folder in folders}
    here = posixpath.dirname(plan.path) if plan.inside else None
    if here is not None and likeness.get(here, 0) >= _LEAST_LIKENESS:
        return here, ""
    best = max(likeness.values(), default=0)
    if best < _LEAST_LIKENESS:
        return None, f"the plan {plan.path} belongs to no root of the scanned folder, so nothing of it is used"
    nearest = [folder for folder in folders if likeness[folder] == best]
    if len(nearest) > 1:
        shown = ", ".join(each or "." for each in nearest[:3])
        return (
            None,
            f"which root the plan {plan.path} belongs to cannot be told ({shown}): put it into the folder of one",
        )
    return nearest[0], ""


def _likeness(plan: Plan, configuration: Configuration) -> float:
    """Return how much of what a root and a plan declare is declared by both."""
    declared = plan.declared[()]
    theirs: set[object] = {*declared.resources, *declared.calls, *(("var", name) for name in declared.variables)}
    ours: set[object] = {
        *((False, *key) for key in configuration.resources),
        *((True, *key) for key in configuration.data),
        *configuration.calls,
        *(("var", name) for name in configuration.variables),
    }
    return len(ours & theirs) / len(ours | theirs) if ours and theirs else 0


def _with_plans(members: list[Variant], plans: Sequence[Plan], given: Given) -> list[Variant]:
    """Give each plan to the deployment that it speaks of, or make one of it."""
    if len(plans) == 1 and len(members) == 1:
        return [replace(members[0], plan=plans[0])]
    rest: list[Variant] = []
    for plan in plans:
        words = set(re.split(r"[^a-z0-9]+", plan.name.lower()))
        meant = [index for index, each in enumerate(members) if each.plan is None and each.name.lower() in words]
        if len(meant) == 1:
            members[meant[0]] = replace(members[meant[0]], plan=plan)
        else:
            rest.append(Variant(folder=members[0].folder, name=plan.name, given=given, plan=plan))
    kept = [each for each in members if each.name or not rest]
    return [*kept, *rest]
