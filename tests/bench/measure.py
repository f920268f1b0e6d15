"""Runs a program as a whole process and tells what it cost, in seconds and in turns of a fixed loop."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

CALIBRATION_SAMPLES = 5
LARGEST_COMPLAINT = 2000
"""Bytes of standard error that are kept."""


@dataclass(frozen=True, slots=True)
class Run:
    """One process: seconds on the clock, seconds of processor, peak memory in bytes, exit code, last complaint.

    The processor's seconds include those of the process's own children; the peak is that of the largest process.
    """

    wall: float
    processor: float
    peak: int
    code: int
    complaint: str


@dataclass(frozen=True, slots=True)
class Runs:
    """Equal runs of one program."""

    members: tuple[Run, ...]

    @property
    def wall(self) -> tuple[float, float, float]:
        """Median, least and most seconds on the clock."""
        seconds = [run.wall for run in self.members]
        return median(seconds), min(seconds), max(seconds)

    @property
    def processor(self) -> float:
        """Median seconds of processor."""
        return median(run.processor for run in self.members)

    @property
    def peak(self) -> int:
        """The largest peak memory in bytes."""
        return max(run.peak for run in self.members)

    @property
    def codes(self) -> tuple[int, ...]:
        """The exit codes that occurred."""
        return tuple(sorted({run.code for run in self.members}))


def calibrate() -> tuple[float, ...]:
    """Time the fixed loop several times; a ratio to it means the same on a fast and on a slow machine."""
    return tuple(_timed_loop() for _ in range(CALIBRATION_SAMPLES))


def _timed_loop() -> float:
    start = time.perf_counter()
    _loop()
    return time.perf_counter() - start


def _loop() -> int:
    """Do what a reader of text does: build short strings, look them up in mappings and count."""
    counts: dict[str, int] = {}
    total = 0
    for number in range(200_000):
        key = f"resource_{number % 997}"
        counts[key] = counts.get(key, 0) + number % 7
        total += len(key.split("_")[1]) + counts[key] % 3
    return total


def measure(command: Sequence[str], runs: int, *, warm: bool = True) -> Runs:
    """Run a command so many times, after one that does not count and fills the disk cache.

    Every run gets an empty folder for caches, so that none profits from the one before.
    """
    if warm:
        _run(command)
    return Runs(tuple(_run(command) for _ in range(runs)))


def _run(command: Sequence[str]) -> Run:
    with tempfile.TemporaryDirectory() as cache, tempfile.TemporaryFile() as complaints:
        environment = os.environ | {"XDG_CACHE_HOME": cache, "NO_COLOR": "1"}
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
            env=environment,
            cwd=cache,
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        end = complaints.seek(0, os.SEEK_END)
        complaints.seek(max(0, end - LARGEST_COMPLAINT))
        complaint = complaints.read().decode(errors="replace").strip()
    # Linux counts ru_maxrss in units of 1024 bytes.
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, process.returncode, complaint)
