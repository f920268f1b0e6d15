"""Who may do everything, and who may become somebody else."""

import re

from infraaudit.model import (
    Condition,
    Identity,
    IdentityKind,
    Known,
    Permission,
    PrincipalKind,
    Statement,
    Unknown,
    UnsettledError,
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
    at_most,
    policy,
    raised,
)

_EVERYTHING = frozenset({"*", "*:*"})
_OF_AWS = frozenset({"AdministratorAccess", "IAMFullAccess", "PowerUserAccess"})
_OF_GOOGLE = frozenset({"roles/owner", "roles/editor"})
_OF_AZURE = frozenset({"Owner", "User Access Administrator"})
_ROLES = _OF_AWS | _OF_GOOGLE | _OF_AZURE
_DATA_SERVICES = {
    "dynamodb": "every table",
    "ecr": "every repository of images",
    "kms": "every key",
    "lambda": "every function",
    "rds-data": "every database",
    "s3": "every bucket",
    "secretsmanager": "every secret",
    "sns": "every topic",
    "sqs": "every queue",
    "ssm": "every parameter",
}
"""Services whose resources can be named one by one, and what a star means there."""

_HEAVY = {
    "iam:passrole": "hand every role on to what it starts",
    "kms:decrypt": "decrypt with every key",
    "secretsmanager:getsecretvalue": "read every secret",
    "ssm:getparameter": "read every parameter",
    "ssm:getparameters": "read every parameter",
    "ssm:getparametersbypath": "read every parameter",
}
_HEAVY_SERVICES = frozenset({"kms", "secretsmanager"})

_HUMAN = re.compile(r"(user|group|domain):|.*aws_iam_(user|group)[.]")
_OPERATES = re.compile(
    r"(?<![a-z])(deploy|deployer|deployment|ci|cd|terraform|github|atlantis|bootstrap|break-?glass|pipeline)"
)
_ADMINISTERS = re.compile(r"(?<![a-z])(administrators?|account-admins?)$")
_OPEN_TO_ALL = (
    "token.actions.githubusercontent.com",
    "gitlab.com",
    "app.terraform.io",
    "oidc.circleci.com",
    "agent.buildkite.com",
)
_WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"
_OPEN_REPOSITORY = re.compile(r"[*]|repo:[*].*|repo:[^/:]+/[*].*|repo:[^/:]*[*].*")


def _permits(permission: Permission, _: object) -> Exclusion | None:
    if permission.boundary:
        return Exclusion(Reason.DESIGN, "it bounds what others permit, and permits nothing by itself")
    if permission.objects:
        return Exclusion(Reason.MANAGED, "it is limited to single things")
    granted = permission.granted.settled()
    if isinstance(granted, Known):
        if granted.value not in _ROLES:
            return Exclusion(Reason.MANAGED, f"{granted.value} is no role over everything")
        if granted.value in _OF_AZURE and not permission.reach:
            return Exclusion(Reason.MANAGED, "it reaches less than a subscription")
        if granted.value not in _OF_AWS and not any(_is_machine(each) for each in permission.holders):
            return Exclusion(Reason.DESIGN, "people hold it, and no workload")
    return None


def _is_machine(holder: str) -> bool:
    """Whether a holder is a workload: not a person, nor the agent by which Google itself makes machines."""
    return holder.startswith("serviceAccount:") and not holder.endswith("@cloudservices.gserviceaccount.com")


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_permits,
    holds="no identity of the system may do everything",
    equivalents=(
        "CKV_AWS_1",
        "CKV_AWS_62",
        "CKV_AWS_274",
        "CKV2_AWS_40",
        "CKV2_AWS_56",
        "CKV_GCP_42",
        "CKV_GCP_115",
        "CKV_GCP_116",
        "CKV_GCP_117",
        "CKV_AZURE_39",
        "AVD-AWS-0057",
        "AVD-GCP-0007",
        "AVD-AZU-0030",
    ),
)
def iam_administrator_wildcard(permission: Permission) -> Findings:
    """An identity may do everything.

    Why: whoever takes over one workload with such a role owns the account: its data, its backups, its logs and the
    means to hide. A mistake in a script reaches just as far.

    Fix: list the actions and the resources that are needed. Bound what a deploying role may hand on.

    Quiet when: the document is a permission boundary, or only people hold the role.

    See: AWS Well-Architected SEC03-BP02; Google Cloud documentation, basic roles; Azure documentation, best practices
    for roles.
    """
    granted = permission.granted.settled()
    if isinstance(granted, Known):
        where = f" on {permission.reach}" if permission.reach else ""
        yield Finding(
            granted.at,
            f"{permission} gives {_holder(permission)} the role {granted.value}{where}",
            label="nearly everything is allowed",
            factors=_weight(permission),
        )
        return
    for number, statement in enumerate(permission.statements):
        if _allows_everything(statement):
            yield Finding(
                statement.at,
                f"{permission} allows every action on every resource",
                label="everything is allowed",
                factors=_weight(permission),
                part=str(number),
            )
            return
    if not permission.statements_complete:
        raise UnsettledError(Unknown(f"some statements of {permission} cannot be told", permission.granted.at))


def _allows_everything(statement: Statement) -> bool:
    """Whether a statement allows all actions on all resources without a condition; what is unknown allows nothing."""
    return (
        statement.allows
        and not statement.conditions
        and not statement.all_but_actions
        and not statement.all_but_resources
        and any(isinstance(each, Known) and each.value in _EVERYTHING for each in statement.actions)
        and any(isinstance(each, Known) and each.value == "*" for each in statement.resources)
    )


def _holder(permission: Permission) -> str:
    names = [each.removeprefix("serviceAccount:") for each in permission.holders if each]
    return names[0] if len(names) == 1 else f"{len(names)} identities" if names else "an identity"


def _weight(permission: Permission) -> tuple[Factor, ...]:
    factors: list[Factor] = []
    if permission.holders and all(_HUMAN.match(each) for each in permission.holders):
        factors.append(at_most(Severity.MEDIUM, "people hold it"))
    for name in (permission.name, *permission.holders):
        match = _OPERATES.search(name.lower().replace("_", "-"))
        if match is not None:
            factors.append(at_most(Severity.MEDIUM, f"the name {name} speaks of what builds the system"))
            break
        if _ADMINISTERS.search(name.lower().replace("_", "-")) is not None:
            factors.append(at_most(Severity.MEDIUM, f"the name {name} says that an administrator is meant"))
            break
    return tuple(factors)


def _has_a_document(permission: Permission, _: object) -> Exclusion | None:
    if permission.boundary:
        return Exclusion(Reason.DESIGN, "it bounds what others permit, and permits nothing by itself")
    if isinstance(permission.granted.settled(), Known):
        return Exclusion(Reason.MANAGED, "it is granted by its name, and the cloud writes what it permits")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.MEDIUM,
    when=_has_a_document,
    holds="identities are permitted named things, not whole services",
    equivalents=(
        "CKV_AWS_63",
        "CKV_AWS_107",
        "CKV_AWS_108",
        "CKV_AWS_109",
        "CKV_AWS_111",
        "CKV_AWS_287",
        "CKV_AWS_288",
        "CKV_AWS_289",
        "CKV_AWS_290",
        "CKV_AWS_355",
        "CKV_AWS_356",
        "AVD-AWS-0342",
        "AVD-AWS-0345",
        "AWS-0342",
        "AWS-0345",
    ),
)
def iam_service_wildcard(permission: Permission) -> Findings:
    """An identity may use everything that a service keeps.

    Why: one workload that is taken over reads the buckets, secrets and queues of all others in the account, those that
    come later included.

    Fix: name the ARNs that are needed; split reading from writing; bind iam:PassRole to the roles that are handed on.

    Quiet when: a condition narrows the statement, or the actions cannot be bound to single resources.

    See: AWS Identity and Access Management user guide, Security best practices.
    """
    told = [(each, words) for each in permission.statements for words in _everything(each)]
    told.sort(key=lambda each: (not each[1][0], each[1][1]))
    if told:
        (statement, (heavy, words)), others = told[0], {each[1][1] for each in told[1:]}
        more = f" and {len(others)} more" if others else ""
        places = dict.fromkeys(each.at for each, _ in told if each.at != statement.at)
        factors: tuple[Factor, ...] = (raised("it opens others"),) if heavy else ()
        yield Finding(
            statement.at,
            f"{permission} lets its holders {words}{more}",
            label="on every resource of the account",
            places=tuple(Place(each, "here as well") for each in places),
            factors=(*factors, *_weight(permission)),
        )
    if not permission.statements_complete:
        raise UnsettledError(Unknown(f"some statements of {permission} cannot be told", permission.at))


def _everything(statement: Statement) -> list[tuple[bool, str]]:
    """Return what a statement allows on everything of a service, each with whether it is heavy."""
    if not statement.allows or statement.conditions or statement.all_but_actions or statement.all_but_resources:
        return []
    if not any(isinstance(each, Known) and each.value == "*" for each in statement.resources):
        return []
    found: dict[str, bool] = {}
    for action in statement.actions:
        if not isinstance(action, Known):
            continue
        service, _, name = action.value.lower().partition(":")
        if action.value.lower() in _HEAVY:
            found[_HEAVY[action.value.lower()]] = True
        elif name == "*" and service in _DATA_SERVICES:
            found[f"do everything with {_DATA_SERVICES[service]}"] = service in _HEAVY_SERVICES
        elif name == "*" and service == "iam":
            found["change who may do what"] = True
    return [(heavy, words) for words, heavy in found.items()]


def _trusts_strangers(identity: Identity, _: object) -> Exclusion | None:
    if identity.role not in {IdentityKind.ROLE, IdentityKind.FEDERATION}:
        return Exclusion(Reason.MANAGED, "nobody may become it by a trust")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_trusts_strangers,
    holds="a role trusts nobody whom it does not name",
    equivalents=(
        "CKV_AWS_60",
        "CKV_AWS_61",
        "CKV_AWS_358",
        "CKV_AWS_393",
        "CKV_GCP_118",
        "CKV_GCP_125",
        "AVD-GCP-0068",
    ),
)
def trust_policy_too_broad(identity: Identity) -> Findings:
    """A role trusts more than those who need it.

    Why: a role that everybody may take is a door to the account for everybody. Of an identity provider that serves
    the whole world, such as that of GitHub, every repository of everybody gets a token, so the trust must name its own.

    Fix: name the account or role that may take it. For GitHub, compare the subject of the token with one repository
    and, where it deploys, one branch or environment; in Google Cloud write that into the attribute condition.

    Quiet when: a condition names an organization, an account, an external id or a subject.

    See: GitHub documentation, Security hardening with OpenID Connect; AWS Identity and Access Management user guide,
    The confused deputy problem; Google Cloud documentation, Best practices for workload identity federation.
    """
    doubt: Unknown[str] | None = None
    for number, statement in enumerate(identity.trust):
        says, unsure = _judge(identity, statement)
        if says:
            yield Finding(statement.at, says, label="too many are trusted", part=str(number))
        doubt = doubt or unsure
    if doubt is not None:
        doubt.settled()
    if not identity.trust_complete:
        raise UnsettledError(Unknown(f"some statements of {identity} cannot be told", identity.at))


def _judge(identity: Identity, statement: Statement) -> tuple[str, Unknown[str] | None]:
    """Return what is wrong with one statement, or what would tell it."""
    if not statement.allows:
        return "", None
    kinds = {each.kind for each in statement.principals}
    if PrincipalKind.EVERYBODY in kinds and not _named(statement):
        if statement.conditions:
            return "", Unknown(f"the conditions of {identity} cannot be told", statement.at)
        return f"everybody may act as {identity}", None
    if PrincipalKind.FEDERATED in kinds:
        return _judge_federation(identity, statement)
    return "", None


def _judge_federation(identity: Identity, statement: Statement) -> tuple[str, Unknown[str] | None]:
    names = [each.name for each in statement.principals if each.kind is PrincipalKind.FEDERATED]
    known = next((each.value for each in names if isinstance(each, Known)), "")
    issuer = next((each for each in _OPEN_TO_ALL if each in known), "")
    if identity.role is IdentityKind.FEDERATION:
        if issuer and not statement.conditions:
            return f"everybody at {issuer} may come in by {identity}", None
        doubt = next((each for each in names if isinstance(each, Unknown) and not statement.conditions), None)
        own = [each for each in statement.conditions if each.variable == f"{_OPEN_TO_ALL[0]}:sub"]
        return ("", doubt) if doubt is not None or not own else _judge_subjects(identity, statement, own)
    takes = any(isinstance(each, Known) and each.value == _WEB_IDENTITY for each in statement.actions)
    if takes and not _named(statement):
        if statement.conditions or not statement.complete:
            return "", Unknown(f"the conditions of {identity} cannot be told", statement.at)
        return f"everybody whom the identity provider knows may act as {identity}", None
    subjects = [each for each in statement.conditions if each.variable == f"{_OPEN_TO_ALL[0]}:sub"]
    if issuer == _OPEN_TO_ALL[0] or subjects:
        return _judge_subjects(identity, statement, subjects)
    return "", None


def _named(statement: Statement) -> list[Condition]:
    """Return the conditions of a statement that can be told."""
    return [each for each in statement.conditions if each.variable]


def _judge_subjects(
    identity: Identity, statement: Statement, subjects: list[Condition]
) -> tuple[str, Unknown[str] | None]:
    if not subjects:
        if not statement.complete or any(not each.complete for each in statement.conditions):
            return "", Unknown(f"the conditions of {identity} cannot be told", statement.at)
        return f"every repository on GitHub may act as {identity}", None
    for subject in subjects:
        for value in subject.values:
            if isinstance(value, Known) and _is_open(value.value, subject.test):
                return f"{identity} trusts the repositories that {value.value} matches", None
    values = [value for subject in subjects for value in subject.values]
    return "", next((each for each in values if isinstance(each, Unknown)), None)


def _is_open(pattern: str, test: str) -> bool:
    return "Like" in test and _OPEN_REPOSITORY.fullmatch(pattern) is not None
