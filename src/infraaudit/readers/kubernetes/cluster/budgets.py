"""Budgets for disruptions, and the weight of pods against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, DisruptionBudget, Known, PriorityClass, default
from infraaudit.readers.kubernetes.selection import selector_of
from infraaudit.readers.kubernetes.texts import literal

if TYPE_CHECKING:
    from infraaudit.model import Maybe, Selector, Value
    from infraaudit.readers.kubernetes.manifest import Manifest


def disruption_budget_of(manifest: Manifest) -> DisruptionBudget:
    """Return a PodDisruptionBudget of any version."""
    spec = manifest.body["spec"]
    return DisruptionBudget(
        **manifest.head,
        namespace=manifest.namespace,
        selector=_selector(manifest),
        min_available=literal(spec["minAvailable"]),
        max_unavailable=literal(spec["maxUnavailable"]),
        unhealthy_policy=literal(spec["unhealthyPodEvictionPolicy"]),
    )


def _selector(manifest: Manifest) -> Maybe[Selector]:
    """Return the selector; in the first version of the kind an empty one meant no pod, as a missing one does."""
    selector = selector_of(manifest.body["spec"]["selector"])
    if manifest.api_version == "policy/v1beta1" and isinstance(selector, Known) and selector.value.is_empty:
        return Absent(selector.at)
    return selector


def priority_class_of(manifest: Manifest) -> PriorityClass:
    """Return a PriorityClass."""
    body = manifest.body
    by_default = fact("defaults", "kubernetes.priority_by_default")
    return PriorityClass(
        **manifest.head,
        value=body["value"].integer(),
        by_default=body["globalDefault"].boolean_or(by_default.value, by_default.words),
        preempts=_preempts(manifest),
    )


def _preempts(manifest: Manifest) -> Value[bool]:
    written = literal(manifest.body["preemptionPolicy"])
    if isinstance(written, Absent):
        row = fact("defaults", "kubernetes.preemption")
        return default(row.value, written.at, row.words)
    return written.map(lambda word: word != "Never")
