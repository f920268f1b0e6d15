"""Which files of monitoring a container finds, and under which paths; what else may lie there that nobody can see."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from infraaudit.model import ConfigObject, Known, MonitoringFile, VolumeKind, known_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infraaudit.model import Container, Estate, Mount, Workload

_MAGIC = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Hidden:
    """A path below which files may lie that the scan cannot see, and why."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class MountedFiles:
    """The files that a container finds by their paths in it.

    ``files`` are those of monitoring, ``others`` the paths of what else is held by the objects that are mounted.
    ``mounts`` lead from a path in the tree to one in the container.
    """

    files: Mapping[str, MonitoringFile]
    mounts: tuple[tuple[str, str], ...]
    hidden: tuple[Hidden, ...]
    others: tuple[str, ...] = ()

    def path_of(self, file: str) -> str:
        """Return where the container finds a file of the tree, nothing where it does not."""
        for source, target in self.mounts:
            if file == source:
                return target
            if source in {"", "."} or file.startswith(f"{source}/"):
                return posixpath.join(target, file if source in {"", "."} else file[len(source) + 1 :])
        return ""

    def doubt(self, pattern: str) -> str:
        """Say why what a pattern finds may lie where the scan cannot see, nothing where it cannot."""
        folder = _fixed(pattern)
        hits = (each for each in self.hidden if folder == each.path or folder.startswith(each.path.rstrip("/") + "/"))
        inner = (each for each in self.hidden if each.path.startswith(folder.rstrip("/") + "/") and folder != pattern)
        return next((each.why for each in (*hits, *inner)), "")


def matches(pattern: str, path: str) -> bool:
    """Tell whether a path fits a pattern of Prometheus, whose stars do not reach over a slash."""
    wanted, parts = pattern.split("/"), path.split("/")
    return len(wanted) == len(parts) and all(fnmatchcase(part, want) for want, part in zip(wanted, parts, strict=True))


def _fixed(pattern: str) -> str:
    """Return the path itself, or of a pattern the folder before the first part that holds a star."""
    parts = pattern.split("/")
    first = next((index for index, part in enumerate(parts) if _MAGIC.search(part)), None)
    return pattern if first is None else "/".join(parts[:first]) or "/"


def mounted_files(container: Container, workload: Workload, estate: Estate) -> MountedFiles:
    """Follow the mounts of a container."""
    files: dict[str, MonitoringFile] = {}
    mounts: list[tuple[str, str]] = []
    hidden: list[Hidden] = []
    others: list[str] = []
    if container.build_context is not None:
        hidden.append(Hidden("/", "the image that is built for it may bring files along"))
    for mount in container.mounts:
        target = known_value(mount.path)
        if target is None:
            hidden.append(Hidden("/", "where something is mounted cannot be told"))
        elif mount.in_tree and isinstance(mount.source, Known):
            mounts.append((posixpath.normpath(mount.source.value), target))
        else:
            held = dict(_held(mount, target, workload, estate))
            files.update(held)
            others.extend(_keys(mount, target, workload, estate))
            if not _is_an_object(mount, workload, estate):
                hidden.append(Hidden(target, f"what is mounted at {target} is not in the scan"))
    mounts.sort(key=lambda each: -len(each[0]))
    found = MountedFiles(files, tuple(mounts), tuple(hidden), tuple(others))
    for file in estate.of(MonitoringFile):
        path = "" if file.holder else found.path_of(file.file)
        if path:
            files[path] = file
    return found


def _object(mount: Mount, workload: Workload, estate: Estate) -> ConfigObject | None:
    """Return the ConfigMap or Secret that a mount shows."""
    name = known_value(mount.source)
    if name is None or known_value(mount.kind) is not VolumeKind.PROJECTED:
        return None
    objects = (each for each in estate.in_deployment(workload, ConfigObject) if each.namespace == workload.namespace)
    return next((each for each in objects if name in {each.name, each.address}), None)


def _is_an_object(mount: Mount, workload: Workload, estate: Estate) -> bool:
    found = _object(mount, workload, estate)
    return found is not None and found.complete


def _keys(mount: Mount, target: str, workload: Workload, estate: Estate) -> Iterator[str]:
    """Yield the paths at which the container finds the keys of what is mounted."""
    found = _object(mount, workload, estate)
    for key, _ in found.keys if found is not None and not mount.sub_path else ():
        yield posixpath.join(target, key)


def _held(mount: Mount, target: str, workload: Workload, estate: Estate) -> Iterator[tuple[str, MonitoringFile]]:
    found = _object(mount, workload, estate)
    if found is None:
        return
    for file in estate.in_deployment(workload, MonitoringFile):
        if file.holder != found.name or file.namespace != found.namespace:
            continue
        if not mount.sub_path:
            yield posixpath.join(target, file.file), file
        elif mount.sub_path == file.file:
            yield target, file
