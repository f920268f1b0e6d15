"""Whom resources admit by what they say themselves, beside what identities are permitted."""

from infraaudit.model import (
    Condition,
    Entity,
    Estate,
    Gateway,
    Known,
    ObjectStore,
    PrincipalKind,
    ResourcePolicy,
    Statement,
    Unknown,
    UnsettledError,
    known_value,
)
from infraaudit.policy import Effort, Exclusion, Finding, Findings, Reason, Severity, at_most, policy

_NOT_NARROWING = frozenset(
    {
        "aws:requestedregion",
        "aws:securetransport",
        "lambda:functionurlauthtype",
        "s3:tlsversion",
        "sns:protocol",
    }
)
"""Keys of conditions that strangers meet as well as anybody."""

_ANY = frozenset({"*", "0.0.0.0/0", "::/0", "arn:*", "arn:aws:*"})
_OF_EVERY_ACCOUNT = frozenset(
    {"s3.amazonaws.com", "sns.amazonaws.com", "events.amazonaws.com", "apigateway.amazonaws.com"}
)
"""Services that call a function in the name of whichever account told them to."""

_CALL = "lambda:invokefunction"
_BY_URL = "lambda:invokefunctionurl"
_MOST_NAMED = 3


def _is_for_few(statements: ResourcePolicy, estate: Estate) -> Exclusion | None:
    guarded = _guarded(statements, estate)
    if isinstance(guarded, ObjectStore):
        return Exclusion(Reason.MANAGED, "whom a bucket lets in is judged with what blocks public access to it")
    if isinstance(guarded, Gateway):
        return Exclusion(Reason.DESIGN, "a gateway is there to be asked; its ways are judged each")
    if isinstance(statements.barrier, Known):
        return Exclusion(Reason.PLATFORM, statements.barrier.value)
    return None


def _guarded(statements: ResourcePolicy, estate: Estate) -> Entity | None:
    address = known_value(statements.guards)
    return None if address is None else estate.beside(statements, address, Entity)


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_is_for_few,
    holds="queues, topics, keys, secrets and functions admit only those whom they name",
    equivalents=(
        "CKV_AWS_32",
        "CKV_AWS_33",
        "CKV_AWS_70",
        "CKV_AWS_72",
        "CKV_AWS_167",
        "CKV_AWS_168",
        "CKV_AWS_169",
        "CKV_AWS_283",
        "CKV_AWS_303",
        "CKV_AWS_364",
        "CKV_AWS_385",
        "CKV_AWS_387",
        "AVD-AWS-0032",
        "AVD-AWS-0067",
        "AVD-AWS-0097",
        "AWS-0032",
        "AWS-0067",
        "AWS-0097",
    ),
)
def resource_policy_public(statements: ResourcePolicy, estate: Estate) -> Findings:
    """A resource admits everybody by its own policy.

    Why: the policy of the resource is enough by itself: whoever has an account of the cloud may send to the queue, use
    the key or read the secret, and no identity of one's own has to be broken for that.

    Fix: name the roles or accounts, or bind the statement to the organization or to the resource that calls
    (aws:PrincipalOrgID, aws:SourceArn; source_arn of aws_lambda_permission).

    Quiet when: a condition narrows who is meant, a denial beside it does, or the resource can only be reached from its
    own network.

    See: AWS Identity and Access Management user guide, The confused deputy problem.
    """
    doubt: Unknown[str] | None = None
    for number, statement in enumerate(statements.statements):
        says, unsure = _judge(statement)
        doubt = doubt or unsure
        if not says or any(_keeps_out(other) for other in statements.statements):
            continue
        statements.guards.settled()
        statements.barrier.settled()
        yield Finding(
            statement.at,
            f"{_name(statements, estate)} {says}",
            label="no condition narrows who is meant",
            factors=(at_most(Severity.MEDIUM, "only through the service"),) if _of_services(statement) else (),
            part=str(number),
        )
    if doubt is not None:
        raise UnsettledError(doubt)
    if not statements.statements_complete:
        raise UnsettledError(Unknown(f"some statements of {statements} cannot be told", statements.at))


def _name(statements: ResourcePolicy, estate: Estate) -> str:
    guarded = _guarded(statements, estate)
    if guarded is not None:
        return str(guarded)
    named = statements.guards
    return f"{named.value} (by {statements})" if isinstance(named, Known) else f"what {statements} belongs to"


def _judge(statement: Statement) -> tuple[str, Unknown[str] | None]:
    """Return what is wrong with one statement, or what would tell it."""
    if not statement.allows or any(_narrows(each) for each in statement.conditions):
        return "", None
    everybody = any(each.kind is PrincipalKind.EVERYBODY for each in statement.principals)
    services = _of_services(statement)
    unknown = next((each.name for each in statement.principals if isinstance(each.name, Unknown)), None)
    if not everybody and not services:
        return "", None if unknown is None else Unknown(f"whom it admits cannot be told: {unknown.why}", unknown.at)
    if any(not each.variable for each in statement.conditions):
        return "", Unknown("the conditions of the statement cannot be told", statement.at)
    if everybody and _opens_a_page(statement):
        untold = next((each for each in statement.actions if isinstance(each, Unknown)), None)
        return "", None if untold is None else Unknown(f"what everybody may do cannot be told: {untold.why}", untold.at)
    if everybody:
        return f"lets everybody use {_actions(statement)}", None
    return (f"may be called through {services[0]} by every account" if services else ""), None


def _actions(statement: Statement) -> str:
    names = [each.value for each in statement.actions if isinstance(each, Known)]
    if not names or len(names) < len(statement.actions):
        return "it"
    if statement.all_but_actions:
        return f"everything but {', '.join(names)}"
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join("every action" if each == "*" else each for each in names[:_MOST_NAMED]) + more


def _of_services(statement: Statement) -> list[str]:
    """Return the services that may call a function for whichever account."""
    if not any((known_value(each) or "").lower() in {_CALL, "lambda:*"} for each in statement.actions):
        return []
    names = [known_value(each.name) for each in statement.principals if each.kind is PrincipalKind.SERVICE]
    return [each for each in names if each in _OF_EVERY_ACCOUNT]


def _opens_a_page(statement: Statement) -> bool:
    """Whether a statement may be the one without which a function's own address answers nobody."""
    return bool(statement.actions) and all(
        isinstance(each, Unknown) or each.value.lower() == _BY_URL for each in statement.actions
    )


def _narrows(condition: Condition) -> bool:
    """Whether a condition tells some callers from others."""
    if not condition.variable or condition.variable.lower() in _NOT_NARROWING:
        return False
    return "not" in condition.test.lower() or not any(known_value(each) in _ANY for each in condition.values)


def _keeps_out(statement: Statement) -> bool:
    """Whether a statement denies everything to those who do not meet a condition that tells callers apart."""
    return not statement.allows and any(_narrows(each) for each in statement.conditions)
