"""By what else than roles something acts in a cloud."""

from infraaudit.model import AccessKey, Estate, Identity, IdentityKind, Known, Permission, Unknown, UnsettledError
from infraaudit.policy import Effort, Exclusion, Finding, Findings, Place, Reason, Severity, policy

_MAIL = "ses:"
_SECOND_FACTOR = "aws:multifactorauth"


def _acts_by_a_key(identity: Identity, estate: Estate) -> Exclusion | None:
    if identity.role is not IdentityKind.USER:
        return Exclusion(Reason.ROLE, "it is no user")
    said = identity.signs_in
    signs_in = said is not None and not (isinstance(said, Known) and not said.value)
    if not _keys(identity, estate) and not signs_in:
        return Exclusion(Reason.ROLE, "no key of it is in the scan, and no password")
    if not (isinstance(said, Known) and said.value) and _only_sends_mail(identity, estate):
        if isinstance(said, Unknown):
            raise UnsettledError(said)
        return Exclusion(Reason.DESIGN, "it may do nothing but send mail, and SMTP knows no roles")
    return None


def _keys(identity: Identity, estate: Estate) -> list[AccessKey]:
    names = {identity.address, *identity.identifiers}
    keys = estate.in_deployment(identity, AccessKey)
    return [each for each in keys if isinstance(each.identity, Known) and each.identity.value in names]


def _only_sends_mail(identity: Identity, estate: Estate) -> bool:
    """Whether a user may do nothing but send mail; ends the check where nothing else is seen, and some is not told."""
    names = {identity.address, *identity.identifiers}
    held = [each for each in estate.in_deployment(identity, Permission) if names.intersection(each.holders)]
    statements = [each for permission in held for each in permission.statements if each.allows]
    actions = [action for statement in statements for action in statement.actions]
    if any(isinstance(each, Known) and not each.value.lower().startswith(_MAIL) for each in actions):
        return False
    untold = [each for each in actions if isinstance(each, Unknown)]
    if untold or not all(each.statements_complete for each in held):
        why = untold[0].why if untold else "some statements cannot be told"
        raise UnsettledError(Unknown(f"whether {identity} does more than send mail cannot be told: {why}", identity.at))
    return bool(actions)


@policy(
    Severity.MEDIUM,
    effort=Effort.MEDIUM,
    when=_acts_by_a_key,
    holds="what acts in the cloud has a role, and no user with a key",
    equivalents=("CKV_AWS_40", "CKV_AWS_273", "CKV2_AWS_22", "AVD-AWS-0143", "AWS-0143"),
)
def iam_user_for_workload(identity: Identity, estate: Estate) -> Findings:
    """Something acts as a user with a key instead of a role.

    Why: the key is valid from anywhere until somebody takes it away, its secret half stands in the state, and nobody
    dares to change it, for nobody knows where it is used.

    Fix: give a workload a role of its own, a pipeline a role that it takes by OpenID Connect, and a machine outside of
    the cloud one by Roles Anywhere. Then take the key and the user away. Let people sign in by IAM Identity Center, or
    deny everything where aws:MultiFactorAuthPresent is false.

    Quiet when: no key of the user is in the scan or all are inactive, and it has no password, or it may do nothing but
    send mail. Could not tell where some policy asks for a second factor.

    See: AWS Well-Architected SEC02-BP02.
    """
    for key in _keys(identity, estate):
        active = key.active.settled()
        if active.value:
            yield Finding(
                key.at,
                f"{identity} acts by {key}, which is valid until somebody takes it away",
                label="a key that works from anywhere",
                places=(Place(identity.at, "the user"),),
                part=key.address,
            )
    signs_in = identity.signs_in.settled() if identity.signs_in is not None else None
    if signs_in is not None and signs_in.value:
        _settle_second_factor(identity, estate)
        yield Finding(
            signs_in.at,
            f"{identity} signs in with a password, and no policy of the scan asks for a second factor",
            label="a password alone",
            places=(Place(identity.at, "the user"),),
            part="password",
        )


def _settle_second_factor(identity: Identity, estate: Estate) -> None:
    """End the check where a policy asks for a second factor: whom it binds may be decided by groups."""
    for permission in estate.in_deployment(identity, Permission):
        for statement in permission.statements:
            if any(each.variable.lower().startswith(_SECOND_FACTOR) for each in statement.conditions):
                raise UnsettledError(Unknown(f"whether {permission} asks {identity} for a second factor", statement.at))
