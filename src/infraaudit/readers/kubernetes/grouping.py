"""Tells which manifests are deployed together.

The files of one folder are one deployment, and they take in a subfolder when the folder holds manifests of its own
or stands in a folder whose name says that it keeps manifests (``k8s``, ``manifests``, ``deploy`` ...) - unless the
subfolder is named for an environment, or one of the two has a kustomization: what that one names is deployed by it,
and what it leaves out is not. Files or subfolders that hold different objects under one kind, namespace and name
cannot be applied together, and so each of them is a deployment of its own.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import Environment
from infraaudit.readers.deployments import deployment_of, environment_in, environment_word, retired_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from infraaudit.model import Deployment, Node
    from infraaudit.readers.kubernetes.documents import KubernetesObject, ManifestFile

_MANIFEST_WORDS = frozenset(
    {"k8s", "kube", "kubernetes", "manifest", "manifests", "deploy", "deployment", "deployments", "openshift"},
)


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Files that are deployed together, and the folder that they are named after."""

    folder: str
    files: tuple[ManifestFile, ...]
    detail: str = ""

    def objects(self) -> Iterator[KubernetesObject]:
        """Yield the objects of all files."""
        return (each for file in self.files for each in file.objects)

    def deployments(self) -> Mapping[str, Deployment]:
        """Return the deployment of each namespace, that of the rest under an empty name.

        The namespaces tell the environment where they agree, else the path does. Where they tell several, each that
        tells one is a deployment of its own.
        """
        namespaces = sorted({each.namespace for each in self.objects() if each.namespace})
        words = {name: word for name in namespaces if (word := environment_word(name))}
        agreed = len(set(words.values())) == 1
        names = [*(namespaces if agreed else ()), *((self.detail,) if self.detail else ())]
        found = {"": deployment_of("kubernetes", self.folder, *names, detail=self.detail)}
        for name in () if agreed else words:
            detail = "/".join(part for part in (self.detail, name) if part)
            found[name] = deployment_of("kubernetes", self.folder, name, detail=detail)
        return found


def groups_of(files: Iterable[ManifestFile], kustomized: frozenset[str]) -> tuple[Group, ...]:
    """Group files into deployments, in the order of their folders; ``kustomized`` are those with a kustomization."""
    grouping = _Grouping(
        {folder: tuple(members) for folder, members in _by_folder(files).items()},
        kustomized,
    )
    return tuple(sorted(grouping.all(), key=lambda group: (group.folder, group.detail)))


def _by_folder(files: Iterable[ManifestFile]) -> dict[str, list[ManifestFile]]:
    folders: dict[str, list[ManifestFile]] = {}
    for file in files:
        if file.objects:
            folders.setdefault(posixpath.dirname(file.path), []).append(file)
    return folders


@dataclass(frozen=True, slots=True)
class _Grouping:
    """Works from the deepest folder up: what a folder does not take in is finished."""

    files: Mapping[str, tuple[ManifestFile, ...]]
    kustomized: frozenset[str]

    def all(self) -> Iterator[Group]:
        waiting: dict[str, list[Group]] = {}
        for folder in sorted(self._folders(), key=lambda each: (-_depth(each), each)):
            children = waiting.pop(folder, [])
            taken = [each for each in children if self._takes_in(folder, each.folder)]
            yield from (each for each in children if each not in taken)
            own, apart = _split(folder, self.files.get(folder, ()))
            yield from apart
            kept, conflicting = _without_conflicts(own, taken)
            yield from conflicting
            members = tuple(file for group in (own, *kept) if group is not None for file in group.files)
            if members and folder:
                waiting.setdefault(posixpath.dirname(folder), []).append(Group(folder, members))
            elif members:
                yield Group(folder, members)

    def _folders(self) -> set[str]:
        folders: set[str] = set()
        for folder in self.files:
            while folder not in folders:
                folders.add(folder)
                folder = posixpath.dirname(folder)  # noqa: PLW2901 - climbs to the root
        return folders

    def _takes_in(self, folder: str, child: str) -> bool:
        if folder in self.kustomized or child in self.kustomized:
            return False
        name = posixpath.basename(child)
        if environment_in(name)[0] is not Environment.UNKNOWN or retired_by(name):
            return False
        return _keeps_manifests(folder) or (folder != "" and folder in self.files)


def _depth(folder: str) -> int:
    return folder.count("/") + 1 if folder else 0


def _keeps_manifests(folder: str) -> bool:
    return not _MANIFEST_WORDS.isdisjoint(re.split(r"[^a-z0-9]+", folder.lower()))


def _split(folder: str, files: Sequence[ManifestFile]) -> tuple[Group | None, list[Group]]:
    """Put files of one folder together, and those apart that contradict another one."""
    units = [Group(folder, (file,), posixpath.basename(file.path)) for file in files]
    contradicting = _contradicting(units)
    together = tuple(file for unit in units if unit not in contradicting for file in unit.files)
    return (Group(folder, together) if together else None), contradicting


def _without_conflicts(own: Group | None, children: list[Group]) -> tuple[list[Group], list[Group]]:
    """Tell which children fit with the folder's own files and with each other."""
    against_own = [each for each in children if own is not None and _contradicting([own, each])]
    rest = [each for each in children if each not in against_own]
    against_each_other = _contradicting(rest)
    kept = [each for each in rest if each not in against_each_other]
    return kept, [*against_own, *against_each_other]


def _contradicting(groups: list[Group]) -> list[Group]:
    """Return the groups that hold another object under an address than one of the other groups does."""
    holders: dict[str, list[tuple[Group, KubernetesObject]]] = {}
    for group in groups:
        for address, last in {each.address: each for each in group.objects()}.items():
            holders.setdefault(address, []).append((group, last))
    found = {
        id(group)
        for (_, first), *others in holders.values()
        if any(not _same(first.body, other.body) for _, other in others)
        for group in (holder for holder, _ in holders[first.address])
    }
    return [group for group in groups if id(group) in found]


def _same(one: Node, other: Node) -> bool:
    """Tell whether two bodies say the same, wherever they stand."""
    if one is other:
        return True
    if one.is_mapping and other.is_mapping:
        left, right = dict(one.items()), dict(other.items())
        return left.keys() == right.keys() and all(_same(left[key], right[key]) for key in left)
    if one.is_list and other.is_list:
        left_items, right_items = one.each(), other.each()
        return len(left_items) == len(right_items) and all(map(_same, left_items, right_items))
    return one.content == other.content
