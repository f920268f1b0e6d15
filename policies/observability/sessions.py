"""Whether it is written down what people do in running copies."""

from infraaudit.model import Cluster, Environment, Estate, Known, Unknown, UnsettledError, Value, Workload, known_value
from infraaudit.policy import Effort, Exclusion, Factor, Finding, Findings, Place, Reason, Severity, policy, raised

_NOWHERE, _OF_THE_COPY, _TO_GROUP = "NONE", "DEFAULT", "awslogs"


def _lets_people_in(cluster: Cluster, estate: Estate) -> Exclusion | None:
    if cluster.session_log is None:
        return Exclusion(Reason.PLATFORM, "where commands in its copies are written down is no setting of it")
    if not _open_to_people(cluster, estate):
        return Exclusion(Reason.MANAGED, "nobody may start commands in its copies")
    return None


def _open_to_people(cluster: Cluster, estate: Estate) -> list[Workload]:
    """Return the workloads of a cluster in whose copies people may start commands, or perhaps may."""
    names = {cluster.address, *cluster.identifiers}
    placed = [
        each
        for each in estate.in_deployment(cluster, Workload)
        if each.cluster is not None and known_value(each.cluster) in names and each.shell_access is not None
    ]
    return [each for each in placed if each.shell_access is not None and _perhaps(each.shell_access)]


def _perhaps(value: Value[bool]) -> bool:
    return not isinstance(value, Known) or value.value


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    when=_lets_people_in,
    holds="what people do in running copies is written down",
    equivalents=("CKV_AWS_223", "CKV_AWS_224"),
)
def exec_access_not_audited(cluster: Cluster, estate: Estate) -> Findings:
    """People may start commands in running copies, and nobody writes down which.

    Why: a shell in a container reads its secrets and changes its data, past every review. Without a log of the session
    nothing tells afterwards what was done, or by whom.

    Fix: for ECS, an execute_command_configuration of the cluster with logging = "OVERRIDE" and a log group, or leave
    the default and let the containers log to a group by awslogs.

    Quiet when: the commands go to the log group of the containers, or no service of the cluster lets people in.

    See: Amazon ECS developer guide, Monitor Amazon ECS containers with ECS Exec, logging.
    """
    if cluster.session_log is None:
        return
    mode = cluster.session_log.settled()
    if mode.value not in {_NOWHERE, _OF_THE_COPY}:
        return
    unseen = [each for each in _open_to_people(cluster, estate) if mode.value == _NOWHERE or not _keeps_output(each)]
    entered = [each for each in unseen if isinstance(each.shell_access, Known)]
    if entered:
        yield Finding(
            mode.at,
            f"which commands people start in {entered[0]} is written down nowhere",
            label="logging is NONE" if mode.value == _NOWHERE else "kept by the log group of the containers alone",
            places=tuple(Place(each.at, "people may start commands in it") for each in entered),
            factors=_of_production(cluster),
        )
    for each in unseen:
        if isinstance(each.shell_access, Unknown):
            each.shell_access.settled()


def _keeps_output(workload: Workload) -> bool:
    """Whether the output of any container surely goes to a log group; ends the check where it may."""
    drivers = [each.logging.driver for each in workload.containers if each.logging is not None]
    if any(isinstance(each, Known) and each.value == _TO_GROUP for each in drivers):
        return True
    unknown = next((each for each in drivers if isinstance(each, Unknown)), None)
    if unknown is not None:
        raise UnsettledError(unknown)
    return False


def _of_production(cluster: Cluster) -> tuple[Factor, ...]:
    if cluster.deployment.environment is Environment.PRODUCTION:
        return (raised("it is production"),)
    return ()
