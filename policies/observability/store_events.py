"""Whether somebody hears what befalls a store."""

from infraaudit.model import Alarm, Datastore, Environment, Estate, FacetName, Unknown, UnsettledError
from infraaudit.policy import Effort, Exclusion, Finding, Findings, Reason, Severity, policy


def _in_production(store: Datastore, estate: Estate) -> Exclusion | None:
    if store.facet(FacetName.EVENTS_TOLD) is None:
        return Exclusion(Reason.MANAGED, "whether its platform tells of its events is not read")
    if store.deployment.environment is not Environment.PRODUCTION:
        return Exclusion(Reason.DESIGN, "nothing says that it is production")
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
