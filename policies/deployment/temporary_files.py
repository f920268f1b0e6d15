"""Whether programs can write the files without which they do not run."""

import posixpath

from infraaudit.model import Absent, Container, EdgeKind, Estate, Image, Known, Process, Server, Unknown, known_value
from infraaudit.policy import (
    Effort,
    Exclusion,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    answering,
    effective_variable,
    followed,
    policy,
    with_process,
)

_FOLDERS = ("/tmp", "/var/tmp", "/usr/tmp")  # noqa: S108 - where Python looks for a folder, nothing is written here
_ALWAYS_WRITABLE = ("/dev/shm", "/proc", "/dev/mqueue")  # noqa: S108 - file systems of their own in every container


def _is_read_only(container: Container, _: Estate) -> Exclusion | None:
    hardening = container.hardening
    if hardening is None:
        return Exclusion(Reason.PLATFORM, "whether its file system can be written is not read on this platform")
    written = hardening.read_only_root.settled()
    if isinstance(written, Absent) or not written.value:
        return Exclusion(Reason.DESIGN, "its file system can be written")
    return None


def _needs_files(container: Container, _: Estate) -> Exclusion | None:
    if container.process is None or container.process.server not in {Server.GUNICORN, Server.CELERY_BEAT}:
        return Exclusion(Reason.MANAGED, "its program is none that is known to need a file")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=(answering, with_process, followed, _is_read_only, _needs_files),
    holds="programs on read-only file systems have a place for the files that they need",
    insight=True,
    environment_matters=False,
)
def worker_heartbeat_and_tmp(container: Container, estate: Estate) -> Findings:
    """A program needs to write a file, and its file system is read-only.

    Why: gunicorn gives each worker a temporary file for its heartbeat, and celery beat keeps its schedule in one;
    without it they end at the start.

    Fix: mount an emptyDir with medium Memory on /tmp; or give gunicorn --worker-tmp-dir /dev/shm, and beat a
    --schedule below a mounted folder.

    Quiet when: a volume is mounted where the file goes.

    See: gunicorn documentation, Settings, worker_tmp_dir; Celery documentation, Periodic Tasks, starting the scheduler.
    """
    process, hardening = container.process, container.hardening
    if process is None or hardening is None:
        return
    folders, what = _needed(container, process, estate)
    writable = _writable(container)
    if any(folder == each or folder.startswith(each.rstrip("/") + "/") for folder in folders for each in writable):
        return
    yield Finding(
        process.at,
        f"{process.server} of {estate.words_for(container)} writes {what} to {folders[0]}, and its file system is "
        "read-only there",
        label=f"writes to {folders[0]}",
        places=(Place(hardening.read_only_root.at, "the file system is read-only"),),
    )


def _needed(container: Container, process: Process, estate: Estate) -> tuple[tuple[str, ...], str]:
    """Return the folders of which one has to be writable, and what is written there."""
    if process.server is Server.GUNICORN:
        stated = (process.setting("worker_tmp_dir") or Absent(process.at)).settled()
        if isinstance(stated, Known):
            return (stated.value,), "the heartbeat of its workers"
        variable = effective_variable(container, estate, "TMPDIR")
        moved = variable.value.settled() if variable is not None else None
        first = (moved.value,) if isinstance(moved, Known) else ()
        return (*first, *_FOLDERS, _working_folder(container, estate)), "the heartbeat of its workers"
    scheduler = (process.setting("scheduler") or Absent(process.at)).settled()
    if isinstance(scheduler, Known) and "persistent" not in scheduler.value.lower():
        return ("/dev/shm",), "nothing"  # noqa: S108 - a place that can always be written
    file = (process.setting("schedule_file") or Absent(process.at)).settled()
    name = file.value if isinstance(file, Known) else "celerybeat-schedule"
    path = posixpath.join(_working_folder(container, estate), name)
    return (posixpath.dirname(path) or "/",), "its schedule"


def _working_folder(container: Container, estate: Estate) -> str:
    """Return the folder that the program starts in. Ends the check where it cannot be told."""
    stated = container.workdir.settled() if container.workdir is not None else None
    if isinstance(stated, Known):
        return stated.value
    images = estate.targets(container, EdgeKind.RUNS, Image)
    folder = images[0].workdir.settled() if len(images) == 1 else None
    if isinstance(folder, Known):
        return folder.value
    unknown: Unknown[str] = Unknown("the working folder is that of an image which is not in the scan", container.at)
    return "/" if images else unknown.settled()


def _writable(container: Container) -> tuple[str, ...]:
    """Return the paths that can be written; one that cannot be told may be any."""
    paths: list[str] = list(_ALWAYS_WRITABLE)
    for mount in container.mounts:
        mount.path.settled()
        path = known_value(mount.path)
        if path is not None and not mount.read_only:
            paths.append(posixpath.normpath(path))
    return tuple(paths)
