"""What a service mounts, and whether its bytes outlive the container."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known, Mount, Node, Unknown, VolumeKind
from infraaudit.readers.start_files import paths_below, start_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Script, Value
    from infraaudit.readers.compose.loader import Project
    from infraaudit.source.file import SourceTree

_UNKNOWN_TYPE = "the type of this volume is not one that Compose knows"


def mounts_of(service: Node, project: Project, tree: SourceTree) -> tuple[Mount, ...]:
    """Return the volumes of a service, then its ``tmpfs`` mounts, then the files that the project names as configs."""
    volumes = [_mount(entry, project, tree) for entry in service["volumes"].each()]
    memory = [_memory(item) for item in service["tmpfs"].each()]
    configs = [_config(item, project, tree) for item in service["configs"].each()]
    return (*volumes, *memory, *configs)


def mounted_scripts(service: Node, tree: SourceTree) -> tuple[tuple[str, Script], ...]:
    """Return the scripts of the tree that a service mounts, by their path in the container."""
    return tuple(start_files(tree, _mounted_files(service, tree)).items())


def _mounted_files(service: Node, tree: SourceTree) -> Iterator[tuple[str, str]]:
    for entry in service["volumes"].each():
        source, target = entry["source"].content, entry["target"].content
        if not isinstance(source, str) or not isinstance(target, str) or not source.startswith("."):
            continue
        path = posixpath.normpath(source)
        if path in tree.known:
            yield path, target
        else:
            prefix = "" if path == "." else path + "/"
            yield from ((file, posixpath.join(target, file[len(prefix) :])) for file in paths_below(tree, path))


def _mount(entry: Node, project: Project, tree: SourceTree) -> Mount:
    target = entry["target"].string()
    path: Value[str] = Unknown("no target is written here", entry.at) if isinstance(target, Absent) else target
    source = entry["source"].string()
    return Mount(
        path=path.map(_clean) if isinstance(path, Known) else path,
        kind=_kind(entry, source, project),
        source=source,
        at=entry.at,
        read_only=entry["read_only"].content is True,
        sub_path=str(entry["volume"]["subpath"].content) if entry["volume"]["subpath"].is_scalar else "",
        in_tree=_is_in(tree, source),
    )


def _is_in(tree: SourceTree, source: Maybe[str]) -> bool:
    """Tell whether the tree holds a path that is relative to its root."""
    if not isinstance(source, Known) or not source.value.startswith("."):
        return False
    path = posixpath.normpath(source.value)
    return path in tree.known or next(iter(tree.below(path)), None) is not None


def _config(item: Node, project: Project, tree: SourceTree) -> Mount:
    """Return a config of the project as the mount that it becomes: in the root under its name, or where it is told."""
    name = item["source"] if item.is_mapping else item
    target = item["target"].string()
    text = name.string()
    if isinstance(target, Absent):
        target = text.map(lambda word: f"/{word}")
    path: Value[str] = Unknown("no config is named here", item.at) if isinstance(target, Absent) else target
    declared = project.configs.get(text.value) if isinstance(text, Known) else None
    file = declared["file"].string() if declared is not None else Absent(item.at)
    return Mount(
        path=path.map(_clean) if isinstance(path, Known) else path,
        kind=Known(VolumeKind.PROJECTED, item.at),
        source=file if not isinstance(file, Absent) else text,
        at=item.at,
        read_only=True,
        in_tree=_is_in(tree, file),
    )


def _clean(path: str) -> str:
    return posixpath.normpath(path) if path.startswith("/") else path


def _kind(entry: Node, source: Maybe[str], project: Project) -> Value[VolumeKind]:
    written = entry["type"].string()
    if isinstance(written, Unknown):
        return Unknown(written.why, written.at)
    word = written.value if isinstance(written, Known) else "volume"
    if word == "bind":
        return Known(VolumeKind.HOST_PATH, entry.at)
    if word == "tmpfs" or (word == "volume" and isinstance(source, Absent)):
        return Known(VolumeKind.EPHEMERAL, entry.at)
    if word in {"image", "npipe"}:
        return Known(VolumeKind.PROJECTED, entry.at)
    if word != "volume":
        return Unknown(_UNKNOWN_TYPE, entry.at)
    return _named(entry, source, project)


def _named(entry: Node, source: Maybe[str], project: Project) -> Value[VolumeKind]:
    """Return the kind of a named volume: its bytes stay, unless its driver keeps them in memory."""
    if isinstance(source, Known):
        declared = project.volumes.get(source.value)
        options = declared["driver_opts"] if declared is not None else None
        if options is not None and options["type"].content == "tmpfs":
            return Known(VolumeKind.EPHEMERAL, options["type"].at)
    return Known(VolumeKind.PERSISTENT, entry.at)


def _memory(item: Node) -> Mount:
    text = item.string()
    path: Value[str] = Unknown("no path is written here", item.at) if isinstance(text, Absent) else text
    if isinstance(path, Known):
        path = path.map(lambda written: _clean(written.partition(":")[0]))
    return Mount(path=path, kind=Known(VolumeKind.EPHEMERAL, item.at), source=Absent(item.at), at=item.at)
