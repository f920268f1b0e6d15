"""Reads the settings of servers of other languages, as far as their command tells them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.joins.processes.readings import generic
from infraaudit.model import Absent, Known, Unknown

if TYPE_CHECKING:
    from infraaudit.joins.processes.server_options import Settings
    from infraaudit.joins.processes.words import Word
    from infraaudit.model import Maybe, Process

_HEAP = re.compile(r"-Xmx(\d{1,12})([kKmMgGtT]?)")
_OLD_SPACE = re.compile(r"--max[-_]old[-_]space[-_]size(?:=(\d{1,9}))?")
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
_THREADS = re.compile(r"(?:\d{1,4}:)?(\d{1,4})")


def java(process: Process, settings: Settings) -> Process:
    """Read a Java virtual machine: the largest heap that its options allow, the last one winning."""
    heap: Maybe[int] = Absent(settings.at)
    for word in (*settings.more, *settings.words):
        match = _HEAP.fullmatch(word.text)
        if match is not None:
            heap = Known(int(match[1]) * _UNITS[match[2].lower()], word.at)
        elif not word.known and word.text.startswith("-Xmx"):
            heap = Unknown(word.why, word.at)
    unseen = settings.opening or settings.variables.gap
    if isinstance(heap, Absent) and unseen:
        heap = Unknown(unseen, settings.at)
    return replace(process, heap=heap)


def node(process: Process, settings: Settings) -> Process:
    """Read Node.js: the size of its old space, which is given in MiB."""
    words = (*settings.more, *settings.words)
    heap: Maybe[int] = Absent(settings.at)
    for word, following in zip(words, (*words[1:], None), strict=True):
        match = _OLD_SPACE.fullmatch(word.text)
        size = (match[1] or (following.text if following is not None else "")) if match is not None else ""
        if size.isdecimal():
            heap = Known(int(size) << 20, word.at)
    return replace(process, heap=heap)


def puma(process: Process, settings: Settings) -> Process:
    """Read Puma: its options win over its configuration file, which is not read."""
    settings = replace(settings, gap="the configuration file of Puma may set it")
    read = generic(process, settings)
    given = settings.find("threads")
    return replace(read, threads=_most_threads(given) if given is not None else Absent(settings.at))


def _most_threads(given: Word) -> Maybe[int]:
    match = _THREADS.fullmatch(given.text)
    if match is None:
        return Unknown(given.why or f"{given.shown} is no number of threads", given.at)
    return Known(int(match[1]), given.at)
