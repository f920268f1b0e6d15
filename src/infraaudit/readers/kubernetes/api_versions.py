"""The versions of the API in which the objects of a deployment are written, where Kubernetes had others before."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from infraaudit.facts import fact, table
from infraaudit.model import Absent, ApiUse, Known, default

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infraaudit.model import Value
    from infraaudit.readers.kubernetes.manifest import Manifest


def api_uses_of(manifests: Iterable[Manifest], release: str = "") -> Iterator[ApiUse]:
    """Yield one use for each kind and version of each deployment; ``release`` is the one that the user asks for."""
    groups: dict[tuple[str, str, str], list[Manifest]] = {}
    for manifest in manifests:
        if manifest.kind in _kinds():
            key = (manifest.deployment.id, manifest.api_version, manifest.kind)
            groups.setdefault(key, []).append(manifest)
    for (_, version, kind), members in groups.items():
        if not version or version.partition("/")[0] in _groups():
            yield _use(version, kind, members, release)


@cache
def _kinds() -> frozenset[str]:
    return frozenset(name.split()[1] for name in table("removed_apis"))


@cache
def _groups() -> frozenset[str]:
    """Return the groups in which these kinds are or were served; others may have kinds of the same name."""
    served = (row.get("use", "").partition("/")[0] for row in table("removed_apis").values())
    return frozenset({*served, *(name.partition("/")[0] for name in table("removed_apis"))} - {""})


def _use(version: str, kind: str, found: list[Manifest], release: str) -> ApiUse:
    members = sorted(found, key=lambda each: each.body["apiVersion"].at.order)
    first = members[0]
    row = table("removed_apis").get(f"{version} {kind}")
    at = first.body["apiVersion"].at
    oldest = fact("defaults", "kubernetes.oldest_release")
    asked: Value[str] = Known(release, at) if release else default(oldest.value, at, oldest.words)
    written = first.body["apiVersion"].string()
    return ApiUse(
        address=f"{kind} in {version or 'a version that cannot be told'}",
        kind="API version",
        name=f"{version} of {kind}" if version else f"of {kind}",
        at=at,
        deployment=first.deployment,
        version=default("", at, "") if isinstance(written, Absent) else written,
        objects=tuple((f"{kind} {each.name}", each.body["apiVersion"].at) for each in members),
        removed=row["removed"] if row is not None else "",
        use=row.get("use", "") if row is not None else "",
        release=asked,
        fact=row.words if row is not None else "",
    )
