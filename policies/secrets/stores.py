"""How the managers of secrets keep them: encrypted, changed from time to time, and not gone by one mistake."""

from infraaudit.model import Absent, Datastore, Estate, Known, StoredSecret, StoredSetting
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
    meant_to_stay,
    policy,
)

_LONGEST = 90


def _may_be_secret(setting: StoredSetting, _: Estate) -> Exclusion | None:
    if isinstance(setting.secrecy, Absent):
        return Exclusion(Reason.ROLE, "nothing tells that its value is a secret")
    return None


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_may_be_secret,
    holds="secrets are kept where reading them takes the right to a key",
    equivalents=("CKV2_AWS_34", "CKV_AZURE_73", "CKV_AWS_337"),
)
def plain_parameter_for_secret(setting: StoredSetting) -> Findings:
    """A secret is kept as a plain setting.

    Why: whoever may list the settings reads it, in the console and in every answer of the API; nobody asks for the
    right to use a key, and no log tells the reading of a secret from that of a port number.

    Fix: give the parameter the type SecureString, or keep the value in the manager of secrets.

    Quiet when: the value names something (an ARN, an address), switches something, or nothing tells that it is secret.

    See: AWS Systems Manager user guide, SecureString parameters.
    """
    encrypted = setting.encrypted.settled()
    if encrypted.value:
        return
    secrecy = setting.secrecy.settled()
    if isinstance(secrecy, Known):
        yield Finding(
            encrypted.at,
            f"{setting} keeps a secret in plain text: {secrecy.value}",
            label="not encrypted",
            places=() if secrecy.at == encrypted.at else (Place(secrecy.at, "this tells that it is a secret"),),
        )


def _has_a_window(secret: StoredSecret, _: Estate) -> Exclusion | None:
    if secret.deletion_window is None:
        return Exclusion(Reason.MANAGED, "its manager knows no time between the order to delete and the end")
    return None


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    when=(_has_a_window, meant_to_stay),
    holds="a secret that is deleted by mistake can be brought back",
    equivalents=("CKV_AZURE_42", "CKV_AZURE_110", "AVD-AZU-0016", "AZU-0016", "CKV_GCP_82"),
)
def secret_deletion_unprotected(secret: StoredSecret) -> Findings:
    """A secret is gone for good the moment it is deleted.

    Why: whoever renames a resource or removes a line deletes the value with it, and everything that signs in with it
    stands still until somebody makes a new one and carries it everywhere.

    Fix: leave the recovery window at 30 days. Where a name has to be free again at once, give the secret a name_prefix.

    Quiet when: the environment is not production, or the name or file says that it is thrown away.

    See: AWS Secrets Manager user guide, Delete a secret.
    """
    if secret.deletion_window is None:
        return
    days = secret.deletion_window.settled()
    if days.value <= 0:
        yield Finding(
            days.at,
            f"{secret} cannot be brought back once it is deleted",
            label=f"{days.value} days to notice",
        )


def _could_rotate(secret: StoredSecret, estate: Estate) -> Exclusion | None:
    if secret.rotation is None:
        return Exclusion(Reason.MANAGED, "whether its manager changes it is not read")
    if isinstance(secret.rotation, Absent) and not _opened(secret, estate):
        return Exclusion(
            Reason.ROLE, "nothing tells that it opens a database, whose password could be changed by itself"
        )
    return None


def _opened(secret: StoredSecret, estate: Estate) -> list[Datastore]:
    found = (estate.beside(secret, address, Datastore) for address in secret.opens)
    return [each for each in found if each is not None]


@policy(
    Severity.LOW,
    effort=Effort.MEDIUM,
    when=_could_rotate,
    holds="passwords of databases are changed from time to time by themselves",
    equivalents=(
        "CKV2_AWS_57",
        "CKV_AWS_304",
        "CKV_AZURE_40",
        "CKV_AZURE_41",
        "AVD-AZU-0017",
        "AZU-0017",
    ),
)
def secret_rotation_not_configured(secret: StoredSecret, estate: Estate) -> Findings:
    """A secret that could be changed by itself never is, or too seldom.

    Why: a password that leaked once, in a log, a dump or the laptop of a colleague who left, opens the database until
    somebody changes it by hand, which nobody dares in production.

    Fix: let the database manage its password (manage_master_user_password), or add aws_secretsmanager_secret_rotation
    with a schedule of 90 days at most. Let a secret of Key Vault follow a time_rotating resource, or give it an
    expiration_date, whose approach is an event that a function can answer.

    Quiet when: it ends on a day that is written, or nothing tells that the secret opens a database: many secrets, such
    as keys of other companies, cannot be changed by a schedule.

    See: AWS Well-Architected SEC02-BP05; AWS Secrets Manager user guide, Rotate AWS Secrets Manager secrets.
    """
    if secret.rotation is None:
        return
    rotation = secret.rotation.settled()
    stores = _opened(secret, estate)
    factors: tuple[Factor, ...] = (at_least(Severity.MEDIUM, f"it opens {stores[0]}"),) if stores else ()
    if isinstance(rotation, Absent) and stores and not (secret.ends is not None and secret.ends.settled().value):
        yield Finding(
            rotation.at,
            f"{secret} holds the password of {stores[0]}, and nothing changes it",
            label="no rotation names it" if secret.ends is None else "no expiration_date, and no clock that it follows",
            places=(Place(stores[0].at, "what it opens"),),
            factors=factors,
        )
    elif isinstance(rotation, Known) and rotation.value > _LONGEST:
        yield Finding(
            rotation.at,
            f"{secret} is changed every {rotation.value} days only",
            label=f"more than {_LONGEST} days",
            factors=factors,
        )
