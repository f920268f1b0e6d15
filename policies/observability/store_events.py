"""What a store shows of its work, and whether somebody hears what befalls it."""

from infraaudit.model import (
    Absent,
    Alarm,
    Datastore,
    EdgeKind,
    Environment,
    Estate,
    FacetName,
    Insight,
    Known,
    Unknown,
    UnsettledError,
    known_value,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Operand,
    Reason,
    Severity,
    at_least,
    by_default,
    in_a_row,
    policy,
)


def _of_production(store: Datastore) -> Exclusion | None:
    if store.deployment.environment is not Environment.PRODUCTION:
        return Exclusion(Reason.DESIGN, "nothing says that it is production")
    return None


def _in_production(store: Datastore, estate: Estate) -> Exclusion | None:
    if store.facet(FacetName.EVENTS_TOLD) is None:
        return Exclusion(Reason.MANAGED, "whether its platform tells of its events is not read")
    outside = _of_production(store)
    if outside is not None:
        return outside
    if not estate.in_deployment(store, Alarm):
        raise UnsettledError(Unknown("no alarm is in this deployment, so it may be told elsewhere", store.at))
    return None


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    when=_in_production,
    holds="somebody is told of failovers and maintenance",
)
def datastore_events_not_subscribed(store: Datastore) -> Findings:
    """Nobody is told when a store fails over, fills up or is maintained.

    Why: a failover that succeeds raises no alarm, and yet explains the errors of a minute; maintenance that is
    announced is overlooked.

    Fix: a subscription for the events of the database (aws_db_event_subscription, without source ids for all of them);
    for ElastiCache a notification_topic_arn.

    Quiet when: a subscription is for the store or for all of its kind, or it is not production. Could not tell where no
    alarm is in the deployment, for then such things may be set up elsewhere.

    See: Amazon RDS user guide, Working with Amazon RDS event notification.
    """
    facet = store.facet(FacetName.EVENTS_TOLD)
    if facet is None:
        return
    told = facet.holds.settled()
    if not told.value:
        yield Finding(told.at, f"nobody is told of the events of {store}", label=f"no {facet.setting}")


_REFUSED: tuple[Factor, ...] = (at_least(Severity.HIGH, "the provider refuses the change"),)
_NOT_MADE: tuple[Factor, ...] = (at_least(Severity.MEDIUM, "the provider refuses the change"),)


def _shows_its_work(store: Datastore, _: Estate) -> Exclusion | None:
    if store.insights is None:
        return Exclusion(Reason.MANAGED, "what it shows of its work is not read")
    return None


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    when=_shows_its_work,
    holds="databases of production show what they work on",
    equivalents=("CKV_AWS_118", "CKV_AWS_353", "AVD-AWS-0133", "AWS-0133"),
    environment_matters=False,
)
def database_insight_features_off(store: Datastore) -> Findings:
    """A database shows nothing of its work, or is asked to show what it then cannot.

    Why: when it is slow, the load of each statement and the processes of its machine tell why within a minute; without
    them one guesses. An interval without a role, or the advanced mode with a week of history, is refused.

    Fix: performance_insights_enabled = true, and monitoring_interval = 60 with a monitoring_role_arn;
    performance_insights_retention_period = 465 for database_insights_mode = "advanced"; insights_config with
    query_insights_enabled = true for Cloud SQL.

    Quiet when: it is not production and nothing in it is contrary, or its machine is too small for it.

    See: Amazon RDS user guide, Monitoring with Database Insights; Monitoring OS metrics with Enhanced Monitoring.
    """
    for insight in store.insights or ():
        yield from _contrary(store, insight)
    if _of_production(store) is None:
        yield from _dark(store)


def _contrary(store: Datastore, insight: Insight) -> Findings:
    """Find what is asked for and cannot be had."""
    interval, kept = insight.interval, insight.kept
    if isinstance(interval, Known) and interval.value > 0 and isinstance(insight.identity, Absent):
        yield Finding(
            interval.at,
            f"{store} is to be looked at every {interval.value} s, and no role may write down what is seen",
            label="refused without a monitoring_role_arn",
            factors=_NOT_MADE,
            part=f"role {insight.at.start_line}",
        )
    needed = insight.kept_at_least
    if known_value(insight.advanced) and isinstance(kept, Known) and kept.value < needed:
        yield Finding(
            insight.advanced.at,
            f"{store} asks for the advanced insights, which need {needed} days, and keeps {kept.value}"
            f"{by_default(kept)}",
            label="refused",
            operands=(Operand("days that are kept", str(kept.value), kept.at, kept.fact),),
            sum=f"{kept.value} < {needed}",
            factors=_REFUSED,
            part=f"kept {insight.at.start_line}",
        )


def _dark(store: Datastore) -> Findings:
    """Find a store of which nothing is seen."""
    off = []
    for insight in store.insights or ():
        statements, interval = insight.statements.settled(), insight.interval.settled()
        if insight.able and not statements.value and not insight.advanced.settled().value:
            off.append((statements, "which statements make its load"))
        if interval.value == 0:
            off.append((interval, "what its machine does"))
    if off:
        yield Finding(
            off[0][0].at,
            f"{store} does not show {in_a_row(dict.fromkeys(words for _, words in off), 'or')}",
            label="switched off" if off[0][0].stated else "not switched on",
        )


_SETTINGS = {
    "postgres": ("log_min_duration_statement", "log_min_duration_sample", "auto_explain.log_min_duration"),
    "mysql": ("slow_query_log",),
    "mariadb": ("slow_query_log",),
}
_LIBRARIES = ("shared_preload_libraries", "performance_schema")
_OFF = frozenset({"0", "off", "false"})


def _is_asked(store: Datastore, _: Estate) -> Exclusion | None:
    if store.engine not in _SETTINGS or store.parameters is None:
        return Exclusion(Reason.MANAGED, "how its engine tells of slow statements is not read")
    if store.managed and store.insights is None:
        return Exclusion(Reason.MANAGED, "whether its platform counts what statements take is not read")
    if store.engine == ("postgres" if store.managed else "mysql"):
        return Exclusion(Reason.PLATFORM, "what statements take is counted by default, and can be asked for")
    return _of_production(store)


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    when=_is_asked,
    holds="databases of production tell which statements are slow",
    equivalents=("CKV2_AWS_27", "CKV2_AWS_30"),
)
def slow_query_visibility_missing(store: Datastore, estate: Estate) -> Findings:
    """A database tells nobody which statements are slow.

    Why: a missing index shows as a busy CPU and nothing else. Which statement it is has to be found while users wait.

    Fix: log_min_duration_statement = 500 (ms) for PostgreSQL, slow_query_log = 1 with long_query_time = 1 for MySQL, or
    the insights of the platform (performance_insights_enabled); in a container, by arguments.

    Quiet when: a threshold is set, statements are counted, as RDS does for PostgreSQL and MySQL by its own default, or
    it is not production. Could not tell where the parameter
    group or a file of settings is not in the scan.

    See: PostgreSQL documentation, 19.8 Error Reporting and Logging; MySQL manual, The Slow Query Log.
    """
    if store.parameters is None or any(each.statements.settled().value for each in store.insights or ()):
        return
    for name in (*_SETTINGS[store.engine], *_LIBRARIES):
        written = store.parameters.get(name).settled()
        if isinstance(written, Known) and _tells(name, written.value):
            return
    watched = estate.edges_to(store, EdgeKind.WATCHES) or not estate.in_deployment(store, Alarm)
    yield Finding(
        store.parameters.at,
        f"{store} tells nobody which statements are slow",
        label=f"{_SETTINGS[store.engine][0]} is not set",
        factors=() if watched else (at_least(Severity.MEDIUM, "none of the alarms looks at it either"),),
    )


def _tells(name: str, value: str) -> bool:
    """Whether a setting lets statements be logged, or counted."""
    if name == "shared_preload_libraries":
        return "pg_stat_statements" in value or "auto_explain" in value
    return value not in _OFF if name in {"slow_query_log", "performance_schema"} else not value.startswith("-")
