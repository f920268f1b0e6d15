"""Lifts the jobs of Cloud Run with the clock that starts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import CLOUD_RUN, Absent, Known, Role, Schedule, Workload, default, known_value
from infraaudit.readers.terraform.google.compute.cloud_run import (
    Shape,
    container_of,
    identity_of,
    location_of,
    shares_identity,
)
from infraaudit.readers.terraform.google.defaults import TABLE, duration, integer_or_default
from infraaudit.readers.terraform.lifting.arguments import argument, blocks
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_JOB = "google_cloud_run_v2_job"
_CLOCK = "google_cloud_scheduler_job"
_TASK = "template.template"
_SHAPE = Shape(
    _JOB,
    f"{_TASK}.containers",
    ("value_source", "secret_key_ref", "secret"),
    (),
    (),
    "",
    f"{_TASK}.timeout",
    f"{_TASK}.service_account",
    f"{_TASK}.vpc_access.network_interfaces",
)


def lift_jobs(resources: Resources) -> Iterator[Workload]:
    """Lift each job whose containers can be told; the others are left to be opaque."""
    for resource in resources.of_type(_JOB):
        members, complete = blocks(argument(resource, _SHAPE.containers))
        if not members or not complete:
            continue
        grace = fact(TABLE, "cloud_run.stop_grace")
        sandbox = fact(TABLE, "cloud_run.sandbox")
        yield Workload(
            **resource.head,
            platform=CLOUD_RUN,
            role=Role.JOB,
            runs_once=True,
            replicas=_tasks(resource),
            surge=Absent(resource.at),
            stop_grace=default(int(grace.value), resource.at, grace.words),
            containers=tuple(
                container_of(resource, resources, _SHAPE, member, number, serves=False)
                for number, member in enumerate(members)
            ),
            host_network=default(bool(sandbox.value), resource.at, sandbox.words),
            time_limit=_time_limit(resource),
            schedule=_schedule(resource, resources),
            fetches_as=identity_of(resource, resources, _SHAPE),
            shared_identity=shares_identity(argument(resource, _SHAPE.identity)),
            location=location_of(resource, resources, _SHAPE),
        )


def _tasks(resource: Resource) -> Value[int]:
    return integer_or_default(argument(resource, "template.task_count"), "cloud_run_job.tasks")


def _time_limit(resource: Resource) -> Value[int]:
    written = argument(resource, _SHAPE.time).value(duration, "a number of seconds")
    if isinstance(written, Absent):
        stated = fact(TABLE, "cloud_run_job.time_limit")
        return default(int(stated.value), written.at, stated.words)
    return written


def _schedule(resource: Resource, resources: Resources) -> Schedule:
    clock = _clock(resource, resources)
    nothing = Absent(resource.at)
    return Schedule(
        cron=argument(clock, "schedule").string() if clock is not None else nothing,
        time_zone=argument(clock, "time_zone").string() if clock is not None else nothing,
        concurrency=nothing,
        suspended=argument(clock, "paused").boolean() if clock is not None else nothing,
        starting_deadline=nothing,
        active_deadline=_time_limit(resource),
        backoff_limit=integer_or_default(argument(resource, f"{_TASK}.max_retries"), "cloud_run_job.retries"),
        keep_finished=nothing,
        completions=_tasks(resource),
        parallelism=argument(resource, "template.parallelism").integer(),
        restart=nothing,
        at=resource.at,
    )


def _clock(resource: Resource, resources: Resources) -> Resource | None:
    """Return the job of Cloud Scheduler that starts this one: it calls an address with the name of the job in it."""
    name = known_value(argument(resource, "name").string())
    for clock in resources.of_type(_CLOCK):
        called = argument(clock, "http_target.uri")
        text: Maybe[str] = called.string()
        if resource in mentioned(resources, called):
            return clock
        if name and isinstance(text, Known) and f"/jobs/{name}:run" in text.value:
            return clock
    return None
