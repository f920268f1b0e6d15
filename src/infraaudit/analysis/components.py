"""One component that several deployments describe: the same thing for another environment, or in another writing."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import Datastore, EdgeKind, Workload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Deployment, Estate

_EDGES = re.compile(r"^[\s/._:-]+|[\s/._:-]+$")
_SEAMS = re.compile(r"[/._:-]+(?=[/._:-])")


@dataclass(frozen=True, slots=True)
class Component:
    """A workload or store in each of the deployments that describe it, in their order."""

    members: tuple[Workload | Datastore, ...]


@dataclass(frozen=True, slots=True)
class Landscape:
    """Deployments that describe one system, and the components that more than one of them has.

    ``name`` is what their names have in common: the format and the folder without the words that tell an environment.
    """

    name: str
    deployments: tuple[Deployment, ...]
    components: tuple[Component, ...]


def landscapes(estate: Estate) -> tuple[Landscape, ...]:
    """Return the systems that several deployments describe.

    Those are the variants of one folder (values files, overrides, namespaces, named sets), and folders that differ in
    nothing but the word for their environment. A component is found again by its address, without such words.
    """
    systems: dict[str, list[Workload | Datastore]] = defaultdict(list)
    # A store that a workload of the scan runs is told by that workload.
    stores = (each for each in estate.of(Datastore) if not estate.edges_to(each, EdgeKind.RUNS))
    members: tuple[Workload | Datastore, ...] = (*estate.of(Workload), *stores)
    for each in members:
        systems[_system(each.deployment)].append(each)
    found = (_landscape(name, systems[name]) for name in sorted(systems))
    return tuple(each for each in found if each.components)


def _landscape(name: str, members: list[Workload | Datastore]) -> Landscape:
    deployments = {each.deployment.id: each.deployment for each in members}
    alike: dict[str, dict[str, Workload | Datastore]] = defaultdict(dict)
    for each in members:
        alike[_without(each.address, each.deployment.word)].setdefault(each.deployment.id, each)
    several = (alike[address] for address in sorted(alike) if len(alike[address]) > 1)
    components = tuple(Component(tuple(_ordered(each))) for each in several)
    return Landscape(name, tuple(deployments[identity] for identity in sorted(deployments)), components)


def _ordered(members: dict[str, Workload | Datastore]) -> Iterator[Workload | Datastore]:
    return (members[identity] for identity in sorted(members))


def _system(deployment: Deployment) -> str:
    """Return the name of the system that a deployment is one of: its format and its folder."""
    kind = deployment.id.partition(":")[0]
    folder = deployment.folder.removesuffix(".") or "."
    return f"{kind}:{_without(folder, deployment.word) or '.'}"


def _without(name: str, word: str) -> str:
    """Return a name without the word that tells its environment, and without the sign that joined the two."""
    if not word:
        return name
    spelt = re.escape(word).replace(r"\-", "[^a-z0-9]*")
    parts = re.sub(rf"(?<![a-z0-9]){spelt}(?![a-z0-9])", "", name, flags=re.IGNORECASE)
    return _EDGES.sub("", _SEAMS.sub("", parts))
