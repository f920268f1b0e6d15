"""Whether the keys that data is encrypted with can be lost by mistake."""

from infraaudit.model import BackupVault, DataClass, Datastore, EdgeKind, EncryptionKey, Estate
from infraaudit.policy import (
    Effort,
    Exclusion,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    in_a_row,
    meant_to_stay,
    policy,
)

_TWO_WEEKS = 14
_MOST_NAMED = 3


def _encrypts_data(key: EncryptionKey, estate: Estate) -> Exclusion | None:
    if not _kept(key, estate):
        return Exclusion(Reason.ROLE, "nothing that has to be kept is seen to be encrypted with it")
    return None


def _kept(key: EncryptionKey, estate: Estate) -> list[Datastore | BackupVault]:
    """Return the stores and vaults whose data is gone with the key."""
    stores = [
        each
        for each in estate.targets(key, EdgeKind.ENCRYPTS, Datastore)
        if each.data_class is DataClass.PRIMARY and not each.replica
    ]
    return [*stores, *estate.targets(key, EdgeKind.ENCRYPTS, BackupVault)]


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=(meant_to_stay, _encrypts_data),
    holds="there is time to notice that a key is deleted",
    insight=True,
)
def encryption_key_easily_destroyed(key: EncryptionKey, estate: Estate) -> Findings:
    """A key is gone soon after somebody orders its deletion, and the data with it.

    Why: without its key every copy is unreadable, backups included, and nobody can bring it back. Until the end of the
    waiting time the order can be taken back, if somebody notices.

    Fix: leave the waiting time at 30 days, switch purge_protection_enabled of a Key Vault on, and let prevent_destroy
    keep Terraform from ordering the deletion.

    Quiet when: the configuration refuses to destroy the key, nothing that has to be kept is encrypted with it, or it is
    not production or called ephemeral or a preview.

    See: AWS Key Management Service developer guide, Deleting AWS KMS keys.
    """
    if key.guarded.settled().value:
        return
    days = key.deletion_window.settled()
    kept = _kept(key, estate)
    if days.value >= _TWO_WEEKS or not kept:
        return
    names = in_a_row([str(each) for each in kept[:_MOST_NAMED]])
    more = f" and {len(kept) - _MOST_NAMED} more" if len(kept) > _MOST_NAMED else ""
    yield Finding(
        days.at,
        f"{key} is gone {days.value} days after its deletion is ordered, and {names}{more} with it",
        label=f"{days.value} days to notice",
        places=tuple(Place(each.at, f"{each} is encrypted with it") for each in kept[:_MOST_NAMED]),
    )
