"""Puts sites together: finds them by the kind of file, grades their slots, and forgets the values."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.facts.secrets import may_assign_secrets
from infraaudit.model import SecretEntry, SecretSite, StateFileSite, Tracking
from infraaudit.readers.credentials.candidates import is_encrypted, is_example
from infraaudit.readers.credentials.hcl_candidates import is_worth_parsing
from infraaudit.readers.credentials.hcl_sites import hcl_drafts
from infraaudit.readers.credentials.slots import Draft, Marks, Slot, entry_of
from infraaudit.readers.credentials.text_sites import (
    environment_file_draft,
    is_environment_file,
    is_plan_file,
    is_state_file,
    plan_draft,
    state_draft,
)
from infraaudit.readers.credentials.yaml_sites import is_worth_parsing as is_worth_reading
from infraaudit.readers.credentials.yaml_sites import sops_draft, yaml_drafts
from infraaudit.readers.deployments import deployment_of
from infraaudit.source.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.source.file import SourceFile, SourceTree

_HCL = (".tf", ".tofu", ".tf.json", ".tofu.json", ".tfvars", ".tfvars.json")
_YAML = (".yaml", ".yml")


def sites_of(
    tree: SourceTree, path: str, file: SourceFile | Problem, marks: Marks
) -> Iterator[tuple[SecretSite, Slots]]:
    """Yield the sites of one file that hold anything, each with the slots that its entries were graded from."""
    if isinstance(file, Problem):
        drafts: Iterator[Draft] = iter([plan_draft(path)] if is_plan_file(path) else [])
        text = ""
    else:
        drafts, text = _drafts(tree, file), file.text
    counts: Counter[str] = Counter()
    example: bool | None = None
    for draft in drafts:
        graded = [(entry, slot) for slot in draft.slots if (entry := entry_of(slot)) is not None]
        if not graded and draft.sensitive is None:
            continue
        if example is None:
            example = is_example(path, text)
        counts[draft.address] += 1
        kept = tuple(replace(entry, mark=marks.of(slot.text)) for entry, slot in graded)
        slots = tuple(slot for _, slot in graded)
        yield _site(tree, path, draft, kept, counts[draft.address], example=example), slots


Slots = tuple[Slot, ...]


def _drafts(tree: SourceTree, file: SourceFile) -> Iterator[Draft]:
    path = file.path
    if is_state_file(path):
        draft = state_draft(file)
        yield from [draft] if draft is not None else []
        return
    if is_encrypted(file.text):
        draft = sops_draft(file) if path.endswith(_YAML) or path.endswith(".json") else None
        yield from [draft] if draft is not None else []
        return
    if not may_assign_secrets(file.text):
        return
    if is_environment_file(path):
        yield environment_file_draft(file)
    elif path.endswith(_HCL):
        if is_worth_parsing(file.text):
            yield from hcl_drafts(file, tree)
    elif (path.endswith(_YAML) or path.rsplit("/", 1)[-1].lower() == "kustomization") and is_worth_reading(file):
        yield from yaml_drafts(file, tree)


def _site(
    tree: SourceTree, path: str, draft: Draft, entries: tuple[SecretEntry, ...], number: int, *, example: bool
) -> SecretSite:
    folder = path.rpartition("/")[0]
    again = f" ({number})" if number > 1 else ""
    name = path.rsplit("/", 1)[-1]
    more = {"sensitive": draft.sensitive} if draft.sensitive is not None and draft.type is StateFileSite else {}
    return draft.type(
        address=f"{draft.address}{again} in {name}",
        kind=draft.kind,
        name=draft.name,
        at=draft.at,
        deployment=deployment_of("files", folder, *draft.names, detail=name),
        entries=entries,
        tracking=_tracking(tree, path),
        example=example,
        **more,
    )


def _tracking(tree: SourceTree, path: str) -> Tracking:
    if tree.tracked is None:
        return Tracking.CANNOT_TELL
    return Tracking.TRACKED if path in tree.tracked else Tracking.UNTRACKED
