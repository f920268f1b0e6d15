"""Files that exist to hold secrets, or to hide them."""

from infraaudit.model import (
    ComposeSecretSite,
    EdgeKind,
    EncryptedFileSite,
    EntryState,
    EnvironmentFileSite,
    Estate,
    Workload,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Findings,
    Local,
    Place,
    Reason,
    Severity,
    entries_finding,
    policy,
    standing_in,
    with_own_secrets,
)

_MOST_READERS = 5


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=with_own_secrets,
    holds="no file of variables with secrets stands in the tree",
    insight=True,
    local=Local.LOWERED,
)
def env_file_with_secrets_committed(site: EnvironmentFileSite, estate: Estate) -> Findings:
    """A file of variables holds secrets and stands in the tree.

    Why: the file keeps secrets out of the code only as long as it stays out of the repository. Once committed, its
    values are in every clone and in the history.

    Fix: change the values, take the file out of Git and ignore it, and keep an example with empty values beside it.

    Quiet when: the file is an example, or holds only ports, names and switches.

    See: The Twelve-Factor App, Config; Compose documentation, Set environment variables.
    """
    readers = estate.sources(site, EdgeKind.READS, Workload)[:_MOST_READERS]
    places = tuple(Place(each.at, f"{each} takes variables from it") for each in readers)
    yield from standing_in(site, f"the {site}", places=places)


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=with_own_secrets,
    holds="no file behind a Compose secret stands in the tree",
    insight=True,
    local=Local.LOWERED,
)
def compose_secret_file_committed(site: ComposeSecretSite) -> Findings:
    """The file behind a Compose secret stands in the tree.

    Why: the project declares the content a secret and mounts it like one, but everybody who can read the repository can
    read the file.

    Fix: change the secret, take the file out of Git and ignore it, or take the secret from the environment or from
    outside (external).

    Quiet when: the file is not in the tree, empty, or a placeholder.

    See: Compose documentation, Secrets.
    """
    yield from standing_in(site, f"the file of the {site}")


def _encrypts(site: EncryptedFileSite, _: Estate) -> Exclusion | None:
    return Exclusion(Reason.MANAGED, "its file looks like an example or a test's input") if site.example else None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_encrypts,
    holds="files that are said to be encrypted are encrypted in all their secrets",
    insight=True,
    local=Local.SAME,
    environment_matters=False,
)
def sops_file_partially_plaintext(site: EncryptedFileSite) -> Findings:
    """A file that is said to be encrypted holds secrets in plain text.

    Why: everybody believes that the file is safe to commit, so nobody looks at the values that the rule of encryption
    leaves out.

    Fix: widen encrypted_regex so that it takes in the keys, encrypt the file anew, and change the values that were
    readable.

    Quiet when: the keys left in plain text hold no secret, or carry the suffix for values that stay readable.

    See: SOPS documentation, Encrypting only parts of a file.
    """
    yield from entries_finding(site, site.in_state(EntryState.LITERAL, EntryState.WEAK), f"the {site}")
