"""Whether the services of a platform write down what they do, and not what they are given."""

from infraaudit.model import (
    LAMBDA,
    Absent,
    Datastore,
    Environment,
    Estate,
    Faceted,
    FacetName,
    Function,
    Known,
    Unknown,
    Weight,
    Workflow,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    at_least,
    at_most,
    by_default,
    may_do,
    policy,
    raised,
    surely_acting_as,
)

_OFF = "OFF"
_DATABASES = frozenset({"postgres", "mysql", "mariadb", "oracle", "sqlserver", "db2", "mongodb", "neptune", "redshift"})
_BROKERS = frozenset({"kafka", "activemq", "rabbitmq"})


_WRITE = "logs:PutLogEvents"
_MUTE: tuple[Factor, ...] = (at_least(Severity.HIGH, "nothing at all is left of what it says"),)


def _keeps_history(service: Faceted, _: Estate) -> Exclusion | None:
    if isinstance(service, Workflow) or service.facet(FacetName.OUTPUT_KEPT) is not None:
        return None
    if isinstance(service, Function) and service.platform == LAMBDA and service.fetches_as is not None:
        return None
    return Exclusion(
        Reason.PLATFORM, "it is no workflow, no app, and no function that writes its logs as a role of its owner's"
    )


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_keeps_history,
    holds="workflows, apps and functions write down what they do",
    equivalents=("CKV_AWS_285", "CKV_AZURE_63", "CKV_AZURE_65", "CKV_AZURE_66"),
)
def workflow_and_serverless_logging_off(service: Faceted, estate: Estate) -> Findings:
    """A workflow, app or function leaves nothing of what it does in any log.

    Why: the service keeps the history of a standard execution for 90 days and that of an express one not at all, and
    neither can be searched or alarmed upon. What an app of App Service says is thrown away unless a setting keeps it.
    After a failure nobody knows which step got what. A function whose role may not write logs runs without any trace.

    Fix: logging_configuration with level = "ERROR" and a log group that has a retention; for Logic Apps, a diagnostic
    setting with WorkflowRuntime; for App Service, a logs block, a diagnostic setting or Application Insights; for a
    function, the policy AWSLambdaBasicExecutionRole or one that permits logs:PutLogEvents.

    Quiet when: an app keeps its requests or warnings, a diagnostic setting sends its logs, or it reports to Application
    Insights; LOW where nothing says that it is production. Could not tell where the role of a function, or one of its
    policies, is not in the scan.

    See: AWS Step Functions developer guide, Logging in CloudWatch Logs; AWS Lambda developer guide, Execution role;
    Azure App Service, Enable diagnostics logging.
    """
    if isinstance(service, Workflow):
        yield from _without_history(service)
    elif service.facet(FacetName.OUTPUT_KEPT) is not None:
        yield from _without_output(service)
    elif isinstance(service, Function):
        yield from _without_permission(service, estate)


def _without_output(app: Faceted) -> Findings:
    facet = app.facet(FacetName.OUTPUT_KEPT)
    if facet is None:
        return
    kept = facet.holds.settled()
    if not kept.value:
        yield Finding(
            kept.at,
            f"nothing keeps what {app} says",
            label="no logs, no diagnostic setting, no Application Insights",
            factors=_of_apps(app, facet.weight),
        )


def _of_apps(app: Faceted, weight: Weight) -> tuple[Factor, ...]:
    if weight is not Weight.FULL:
        return (at_most(Severity.LOW, "the platform itself counts its runs and failures"),)
    if app.deployment.environment is not Environment.PRODUCTION:
        return (at_most(Severity.LOW, "nothing says that it is production"),)
    return ()


def _without_history(workflow: Workflow) -> Findings:
    level = workflow.log_level.settled()
    if level.value.upper() != _OFF:
        return
    brief = workflow.brief.settled()
    yield Finding(
        level.at,
        f"{workflow} writes nothing of its history down{by_default(level)}",
        label="the log level is OFF" if level.stated else "no log level is set",
        factors=() if brief.value else _KEPT_A_WHILE,
    )


def _without_permission(function: Function, estate: Estate) -> Findings:
    named = function.fetches_as.settled() if function.fetches_as is not None else None
    if named is None or isinstance(named, Absent):
        return
    identity = surely_acting_as(function, named, estate)
    permitted = may_do(identity, _WRITE, estate).settled()
    if not permitted.value:
        yield Finding(
            named.at,
            f"{function} runs as {identity}, which may not write logs",
            label=f"nothing permits {_WRITE}",
            places=(Place(identity.at, f"the role of {function.name}"),),
            factors=_MUTE,
        )


_KEPT_A_WHILE: tuple[Factor, ...] = (
    at_most(Severity.LOW, "the service itself keeps the history of an execution for 90 days"),
)


def _is_database(store: Datastore, _: Estate) -> Exclusion | None:
    if store.facet(FacetName.LOGS_WRITTEN) is None:
        return Exclusion(Reason.MANAGED, "its platform keeps its logs by itself, or where they go is not read")
    if store.engine not in _DATABASES:
        return Exclusion(Reason.ROLE, "it is no database")
    return None


def _is_no_database(resource: Faceted, _: Estate) -> Exclusion | None:
    if resource.facet(FacetName.LOGS_WRITTEN) is None:
        return Exclusion(Reason.MANAGED, "its platform keeps its logs by itself, or where they go is not read")
    if isinstance(resource, Datastore) and resource.engine in _DATABASES:
        return Exclusion(Reason.ROLE, "it is a database")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_is_database,
    holds="databases hand their logs to where they are kept",
    equivalents=(
        "CKV_AWS_71",
        "CKV_AWS_85",
        "CKV_AWS_101",
        "CKV_AWS_129",
        "CKV_AWS_324",
        "AVD-AWS-0020",
        "AVD-AWS-0075",
        "AWS-0020",
        "AWS-0075",
    ),
)
def database_logs_not_exported(store: Datastore) -> Findings:
    """The logs of a database stay on its machine.

    Why: the machine keeps them for some days and they are gone with it, after a failover or a replacement at the
    latest. What the database said before it fell over is what one wants to read then, and no alarm can look at it.

    Fix: export the logs of the engine (postgresql; error and slowquery for MySQL and MariaDB; audit or profiler for
    DocumentDB), declare the log group with a retention, and switch on what writes them.

    Quiet when: the logs that tell of errors and slow statements are exported, or the platform does it by itself.

    See: Amazon RDS user guide, Publishing database logs to Amazon CloudWatch Logs.
    """
    facet = store.facet(FacetName.LOGS_WRITTEN)
    if facet is None:
        return
    written = facet.holds.settled()
    if written.value:
        return
    some = isinstance(store.log_exports, Known) and bool(store.log_exports.value)
    yield Finding(
        written.at,
        f"{store} exports only a part of its logs"
        if some
        else f"{store} exports none of its logs{by_default(written)}",
        label="the logs of errors or slow statements are not among them" if some else f"{facet.setting} is not set",
        factors=(at_most(Severity.LOW, "a part of them is exported"),) if some else (),
    )


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    when=_is_no_database,
    holds="brokers, search domains, caches and streams write their logs",
    equivalents=(
        "CKV_AWS_48",
        "CKV_AWS_80",
        "CKV_AWS_84",
        "AVD-AWS-0042",
        "AVD-AWS-0071",
        "AVD-AWS-0074",
        "AWS-0042",
        "AWS-0071",
        "AWS-0074",
    ),
)
def broker_and_search_logs_off(resource: Faceted) -> Findings:
    """The logs of a broker, a search domain, a cache or a stream are written nowhere.

    Why: why a broker dropped a client, a node left the cluster or a delivery failed stands there and nowhere else, and
    the platform shows it to nobody.

    Fix: publish ES_APPLICATION_LOGS for OpenSearch, the broker logs of MSK, the general log of MQ, the slow log of
    ElastiCache, the errors of Firehose, the decisions of Network Firewall.

    See: Amazon MSK developer guide, Amazon MSK logging; Amazon OpenSearch Service developer guide, Monitoring logs.
    """
    facet = resource.facet(FacetName.LOGS_WRITTEN)
    if facet is None:
        return
    written = facet.holds.settled()
    if not written.value:
        yield Finding(
            written.at,
            f"{resource} writes its logs nowhere{by_default(written)}",
            label=f"{facet.setting} turns them off" if written.stated else f"{facet.setting} is not set",
            factors=_busy(resource),
        )


def _exports_what_is_asked_for(store: Datastore, _: Estate) -> Exclusion | None:
    if not store.produced:
        return Exclusion(Reason.MANAGED, "it exports no log that its engine has to be told to write")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_exports_what_is_asked_for,
    holds="logs that are exported are written in the first place",
    insight=True,
)
def log_export_without_producer(store: Datastore) -> Findings:
    """A log is exported, and the engine never writes it.

    Why: the export is on and the log group stays empty. Nobody notices before the day on which a slow statement or a
    login has to be looked up.

    Fix: set what writes it: slow_query_log = 1, general_log = 1 and log_output = FILE for MySQL and MariaDB, the option
    MARIADB_AUDIT_PLUGIN, server_audit_logging of Aurora, audit_logs and profiler of DocumentDB.

    Quiet when: the engine is told to write it. Could not tell where its parameter group is not in the scan.

    See: Amazon RDS user guide, Publishing MySQL logs to Amazon CloudWatch Logs.
    """
    doubts: list[Unknown[bool]] = []
    for export in store.produced:
        if isinstance(export.written, Unknown):
            doubts.append(export.written)
        elif not export.written.value:
            yield Finding(
                export.written.at,
                f"{store} exports its log {export.name}, which its engine does not write{by_default(export.written)}",
                label=f"{export.setting} sends it elsewhere or keeps it off"
                if export.written.stated
                else f"{export.setting} is not set",
                part=export.name,
            )
    for doubt in doubts:
        doubt.settled()


def _busy(resource: Faceted) -> tuple[Factor, ...]:
    broker = isinstance(resource, Datastore) and resource.engine in _BROKERS
    if broker and resource.deployment.environment is Environment.PRODUCTION:
        return (raised("messages of production go through it"),)
    return ()


_OF_BODIES: dict[Weight, tuple[Factor, ...]] = {
    Weight.LESS: (at_most(Severity.LOW, "it is what the steps of a workflow hand on, not what clients send"),),
}


def _may_write_bodies(resource: Faceted, _: Estate) -> Exclusion | None:
    if resource.facet(FacetName.BODIES_KEPT_OUT) is None:
        return Exclusion(Reason.PLATFORM, "its platform writes down no more than that there was a request")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_may_write_bodies,
    holds="what requests contain stays out of logs",
    equivalents=("CKV_AWS_276",),
)
def request_body_logging_enabled(resource: Faceted) -> Findings:
    """What requests contain is written to logs.

    Why: passwords, tokens and what people wrote stand in logs then, which more people read, which are kept for longer
    and which nobody thinks of when somebody asks to be forgotten.

    Fix: switch it off (data_trace_enabled and include_execution_data = false, exclude_verbose_content = true), and log
    the few fields that are needed.

    See: Amazon API Gateway developer guide, Set up CloudWatch logging for REST APIs; OWASP Logging Cheat Sheet.
    """
    facet = resource.facet(FacetName.BODIES_KEPT_OUT)
    if facet is None:
        return
    kept_out = facet.holds.settled()
    if not kept_out.value:
        yield Finding(
            kept_out.at,
            f"{resource} writes what it is given to its logs{by_default(kept_out)}",
            label=f"by {facet.setting.rpartition('.')[2]}",
            factors=_OF_BODIES.get(facet.weight, ()),
        )
