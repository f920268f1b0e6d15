"""Which claims the copies of a workload share, and how many of them may mount one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import Known, Unknown, UnsettledError, VolumeClaim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Claim, Estate, PodVolume, Value, Workload
    from infraaudit.source.span import Span

_CLAIM = "persistentVolumeClaim"
_SHARED = frozenset({"ReadWriteMany", "ReadOnlyMany"})


@dataclass(frozen=True, slots=True)
class SharedClaim:
    """A claim that every copy of a workload mounts, under the name of the claim, and where the workload names it."""

    volume: PodVolume
    name: str
    claim: Claim
    at: Span


def claims_of(workload: Workload, estate: Estate) -> Iterator[SharedClaim]:
    """Yield the claims that all copies share; those that each copy makes for itself are not among them.

    Ends the check where a claim is not in the scan.
    """
    for volume in workload.volumes:
        if volume.type != _CLAIM:
            continue
        source = volume.source
        for found in estate.in_deployment(workload, VolumeClaim):
            named = isinstance(source, Known) and source.value in {found.name, found.address}
            mentioned = isinstance(source, Unknown) and found.address in source.mentions
            if found.namespace == workload.namespace and (named or mentioned):
                yield SharedClaim(volume, found.name, found.claim, source.at)
                break
        else:
            source.settled()
            raise UnsettledError(Unknown(f"the claim {volume.name} mounts is not among these files", source.at))


def exclusive(claim: Claim) -> Value[bool] | None:
    """Tell whether one node or pod alone may mount a claim; ``None`` where it names no way at all."""
    known = [mode for mode in claim.access_modes if isinstance(mode, Known)]
    if any(mode.value in _SHARED for mode in known):
        return Known(value=False, at=claim.at)
    doubt = next((mode for mode in claim.access_modes if isinstance(mode, Unknown)), None)
    if doubt is not None or not claim.access_modes_complete:
        return Unknown(doubt.why if doubt is not None else "its access modes cannot be told", claim.at)
    return Known(value=True, at=known[0].at) if known else None
