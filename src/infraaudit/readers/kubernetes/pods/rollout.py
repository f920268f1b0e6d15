"""How the copies of a workload are replaced, and how a job is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import Absent, Known, Rollout, Schedule, Unknown, default, or_default
from infraaudit.readers.kubernetes.texts import literal

if TYPE_CHECKING:
    from infraaudit.model import Maybe, Node
    from infraaudit.readers.kubernetes.manifest import Manifest

_ROLLING = "RollingUpdate"
_JOBS = {"Job": (), "CronJob": ("jobTemplate", "spec"), "ScaledJob": ("jobTargetRef",)}


def rollout_of(manifest: Manifest) -> Rollout | None:
    """Return how copies are replaced; ``None`` for what is never replaced, or in a way that is not known here."""
    spec = manifest.body["spec"]
    match manifest.group, manifest.kind:
        case (("apps" | "extensions"), "Deployment"):
            return _of_deployment(spec)
        case (("apps" | "extensions"), "DaemonSet"):
            return _of_daemon_set(spec)
        case (("apps" | "extensions"), "StatefulSet"):
            return _of_stateful_set(spec)
        case "argoproj.io", "Rollout":
            return _of_argo(spec)
    return None


def _default(value: Maybe[str], row: str) -> Maybe[str]:
    known = fact("defaults", row)
    return or_default(value, str(known.value), known.words)


def _number(node: Node, row: str) -> Maybe[int]:
    known = fact("defaults", row)
    return node.integer_or(known.value, known.words)


def _of_deployment(spec: Node) -> Rollout:
    strategy = spec["strategy"]
    kind = _default(literal(strategy["type"]), "kubernetes.deployment_strategy")
    rolling = strategy["rollingUpdate"]
    return Rollout(
        strategy=kind,
        max_unavailable=_of_rolling(kind, rolling["maxUnavailable"], "kubernetes.max_unavailable"),
        max_surge=_of_rolling(kind, rolling["maxSurge"], "kubernetes.max_surge"),
        min_ready=_number(spec["minReadySeconds"], "kubernetes.min_ready"),
        progress_deadline=_number(spec["progressDeadlineSeconds"], "kubernetes.progress_deadline"),
        at=strategy.key_at or spec.at,
        history_limit=spec["revisionHistoryLimit"].integer(),
    )


def _of_rolling(kind: Maybe[str], node: Node, row: str) -> Maybe[str]:
    """Return a number of a rolling update; another strategy knows none."""
    if isinstance(kind, Unknown):
        return Unknown(kind.why, kind.at)
    if isinstance(kind, Absent) or kind.value != _ROLLING:
        return Absent(kind.at)
    return _default(literal(node), row)


def _of_daemon_set(spec: Node) -> Rollout:
    strategy = spec["updateStrategy"]
    kind = _default(literal(strategy["type"]), "kubernetes.update_strategy")
    rolling = strategy["rollingUpdate"]
    return Rollout(
        strategy=kind,
        max_unavailable=_of_rolling(kind, rolling["maxUnavailable"], "kubernetes.daemon_unavailable"),
        max_surge=_of_rolling(kind, rolling["maxSurge"], "kubernetes.daemon_surge"),
        min_ready=_number(spec["minReadySeconds"], "kubernetes.min_ready"),
        progress_deadline=Absent(spec.at),
        at=strategy.key_at or spec.at,
        history_limit=spec["revisionHistoryLimit"].integer(),
    )


def _of_stateful_set(spec: Node) -> Rollout:
    strategy = spec["updateStrategy"]
    kind = _default(literal(strategy["type"]), "kubernetes.update_strategy")
    rolling = strategy["rollingUpdate"]
    surge = fact("defaults", "kubernetes.stateful_surge")
    return Rollout(
        strategy=kind,
        max_unavailable=_of_rolling(kind, rolling["maxUnavailable"], "kubernetes.stateful_unavailable"),
        max_surge=default(surge.value, strategy.key_at or spec.at, surge.words),
        min_ready=_number(spec["minReadySeconds"], "kubernetes.min_ready"),
        progress_deadline=Absent(spec.at),
        at=strategy.key_at or spec.at,
        history_limit=spec["revisionHistoryLimit"].integer(),
        partition=rolling["partition"].integer(),
        parallel=literal(spec["podManagementPolicy"]).map(lambda word: word == "Parallel"),
    )


def _of_argo(spec: Node) -> Rollout:
    canary, blue_green = spec["strategy"]["canary"], spec["strategy"]["blueGreen"]
    at = spec["strategy"].key_at or spec.at
    chosen = canary if canary.is_mapping else blue_green
    return Rollout(
        strategy=_argo_strategy(canary, blue_green),
        max_unavailable=literal(canary["maxUnavailable"]),
        max_surge=literal(canary["maxSurge"]),
        min_ready=_number(spec["minReadySeconds"], "kubernetes.min_ready"),
        progress_deadline=_number(spec["progressDeadlineSeconds"], "kubernetes.progress_deadline"),
        at=at,
        history_limit=spec["revisionHistoryLimit"].integer(),
        auto_stop="an analysis" if _analyses(chosen) else "",
    )


def _argo_strategy(canary: Node, blue_green: Node) -> Maybe[str]:
    for name, node in (("Canary", canary), ("BlueGreen", blue_green)):
        if node.is_mapping:
            return Known(name, node.key_at or node.at)
    return Unknown("neither a canary nor a blue-green strategy is told here", canary.at)


def _analyses(strategy: Node) -> bool:
    """Tell whether metrics are asked during the rollout: beside its steps, as one of them, or around the switch."""
    parts = ("analysis", "prePromotionAnalysis", "postPromotionAnalysis")
    steps = strategy["steps"].each()
    return any(not strategy[part].is_absent for part in parts) or any(not each["analysis"].is_absent for each in steps)


def schedule_of(manifest: Manifest) -> Schedule | None:
    """Return how a job is run; ``None`` for what is no job."""
    if manifest.kind not in _JOBS:
        return None
    spec = manifest.body["spec"]
    job = spec.path(*_JOBS[manifest.kind])
    by_clock = manifest.kind == "CronJob"
    concurrency = fact("defaults", "kubernetes.concurrency")
    suspended = fact("defaults", "kubernetes.suspend")
    return Schedule(
        cron=literal(spec["schedule"]) if by_clock else Absent(spec.at),
        time_zone=literal(spec["timeZone"]) if by_clock else Absent(spec.at),
        concurrency=spec["concurrencyPolicy"].string_or(concurrency.value, concurrency.words)
        if by_clock
        else Absent(spec.at),
        suspended=spec["suspend"].boolean_or(suspended.value, suspended.words),
        starting_deadline=spec["startingDeadlineSeconds"].integer() if by_clock else Absent(spec.at),
        active_deadline=job["activeDeadlineSeconds"].integer(),
        backoff_limit=_backoff(job),
        keep_finished=job["ttlSecondsAfterFinished"].integer(),
        completions=job["completions"].integer(),
        parallelism=job["parallelism"].integer(),
        restart=literal(job["template"]["spec"]["restartPolicy"]),
        at=spec.key_at or spec.at,
        successes_kept=spec["successfulJobsHistoryLimit"].integer() if by_clock else None,
        failures_kept=spec["failedJobsHistoryLimit"].integer() if by_clock else None,
    )


def _backoff(job: Node) -> Maybe[int]:
    if not job["backoffLimitPerIndex"].is_absent:
        return job["backoffLimit"].integer()
    return _number(job["backoffLimit"], "kubernetes.backoff_limit")
