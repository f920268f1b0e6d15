"""Secrets in the configuration of Terraform, in its files of values and in its state."""

from infraaudit.model import (
    EdgeKind,
    Environment,
    Estate,
    Known,
    ObjectStore,
    PublicAccess,
    ResourceSite,
    SecretStoreSite,
    StateBackend,
    StateFileSite,
    VariablesFileSite,
    VariableSite,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Finding,
    Findings,
    Local,
    Place,
    Reason,
    Severity,
    applied,
    at_most,
    in_a_row,
    policy,
    standing_in,
    tracking_factors,
    with_own_secrets,
)


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=with_own_secrets,
    holds="no argument of Terraform holds a credential in plain text",
    equivalents=("CKV_AWS_41", "CKV_AZURE_239", "CKV_AWS_295"),
    local=Local.SAME,
)
def terraform_credential_attribute_literal(site: ResourceSite) -> Findings:
    """A credential is written out as an argument of Terraform.

    Why: it is in every clone of the repository, in the plan and in the state, and whoever rotates it must change code.

    Fix: change it, then let the platform manage it (manage_master_user_password), or use the write-only argument with
    an ephemeral value. For a provider use workload identity or the environment.

    Quiet when: the value is a variable, a reference to another resource, or read from a secret store.

    See: Terraform documentation, Manage sensitive data.
    """
    yield from standing_in(site, f"{site}")


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=with_own_secrets,
    holds="no secret store is filled from the files",
    equivalents=("CKV_AWS_384", "GIT-0002", "CKV_GIT_4"),
    local=Local.SAME,
)
def secret_store_filled_with_literal(site: SecretStoreSite) -> Findings:
    """A secret store is filled with a value that stands in the files.

    Why: the store keeps a copy of what everybody can read beside it. The value is in the repository, the plan and the
    state, and no access rule of the store protects it there.

    Fix: change the value, create only the container in Terraform and fill it out of band, or use the write-only
    argument with an ephemeral value.

    Quiet when: the value is a placeholder whose changes are ignored, or no secret (a host, a port, the name of a user).

    See: Terraform documentation, Write-only arguments.
    """
    yield from standing_in(site, f"{site}, which fills a secret store")


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=with_own_secrets,
    holds="no variable has a secret as its default",
    local=Local.SAME,
)
def terraform_secret_variable_default(site: VariableSite) -> Findings:
    """A variable has a secret as its default.

    Why: the default is used wherever nobody sets the variable, so one published value opens every such environment.

    Fix: change the value, remove the default, mark the variable as sensitive, and hand the value in through the
    environment or a secret store.

    Quiet when: the default is empty, null or a placeholder.

    See: Terraform documentation, Input variables.
    """
    yield from standing_in(site, f"the default of {site}")


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=with_own_secrets,
    holds="no file of variables holds a secret",
    local=Local.SAME,
)
def tfvars_with_secrets_committed(site: VariablesFileSite) -> Findings:
    """A file of values for variables holds secrets.

    Why: the variable was meant to keep the secret out of the configuration, and the file beside it puts it back.

    Fix: change the values, hand them in as TF_VAR_ variables from the pipeline's secret store, or encrypt the file with
    SOPS; then take the file out of the history.

    Quiet when: Git does not track the file (it then weighs less), or it is an example.

    See: GitHub's .gitignore template for Terraform.
    """
    yield from standing_in(site, f"{site}")


def _no_example(site: StateFileSite, _: object) -> Exclusion | None:
    return Exclusion(Reason.MANAGED, "its file looks like an example or a test's input") if site.example else None


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_no_example,
    holds="no state or plan of Terraform stands in the tree",
    local=Local.SAME,
    environment_matters=False,
)
def state_or_plan_file_committed(site: StateFileSite) -> Findings:
    """A state or plan of Terraform stands in the tree.

    Why: a state holds every attribute of every resource in plain text, passwords and keys among them, whatever the
    configuration marks as sensitive.

    Fix: move the state to a remote backend that encrypts it, ignore the file, take it out of the history, and change
    what it held.

    Quiet when: the file stands among the inputs of tests.

    See: Terraform documentation, Sensitive data in state.
    """
    factors = [] if site.sensitive else [at_most(Severity.MEDIUM, "no value in it is told to be sensitive")]
    count = f" with {site.sensitive} sensitive {'value' if site.sensitive == 1 else 'values'}" if site.sensitive else ""
    yield Finding(
        site.at,
        f"the {site.kind} {site.name} stands in the tree{count}",
        factors=(*factors, *tracking_factors(site)),
    )


_MOST_NAMED = 3


def _holds_secrets(backend: StateBackend, _: Estate) -> Exclusion | None:
    if not backend.secrets:
        return Exclusion(Reason.ROLE, "no resource of the root is told to put a secret into its state")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=(applied, _holds_secrets),
    holds="states with secrets lie behind an access control of their own",
    insight=True,
)
def state_with_secrets_in_unprotected_backend(backend: StateBackend, estate: Estate) -> Findings:
    """A state that holds secrets lies where others can read it.

    Why: a state keeps every attribute in plain text, whatever is marked as sensitive. Passwords and keys that
    Terraform makes or is given are as well protected as the state, and no better.

    Fix: keep the state in a bucket that only the deploying role may read (s3 with kms_key_id, gcs, azurerm, HCP
    Terraform), take credentials out of the block, and let secrets stay out of the state: ephemeral resources and
    write-only arguments, manage_master_user_password.

    Quiet when: the backend asks for an identity of its own and its bucket lets in nobody else.

    See: Terraform documentation, Manage sensitive data in your configuration.
    """
    kind = backend.type.settled()
    folder = backend.deployment.folder or "this folder"
    held = f"the state of {folder} holds {_named(backend)}"
    more = tuple(Place(each.at, f"{each.attribute} ends in the state") for each in backend.secrets[:_MOST_NAMED])
    if kind.value == "local":
        light = () if _is_meant(backend) else (at_most(Severity.MEDIUM, "a pipeline may write the backend"),)
        yield Finding(kind.at, f"{held}, in plain text on one disk", places=more, factors=light, part="local")
        return
    for bucket in estate.targets(backend, EdgeKind.READS, ObjectStore):
        access = bucket.public.settled() if bucket.public is not None else None
        if access is not None and access.value is not PublicAccess.NONE:
            says = f"{held}, and anybody may {access.value} the objects of {bucket}"
            yield Finding(access.at, says, places=(Place(backend.at, "the state lies there"), *more), part="bucket")
    exposure = backend.exposure.settled() if backend.exposure is not None else None
    if isinstance(exposure, Known) and exposure.value:
        yield Finding(exposure.at, f"{held}, and is reached {exposure.value}", places=more, part="way")


def _is_meant(backend: StateBackend) -> bool:
    """Whether a local state is meant: it is written, or the root is production as it stands."""
    return backend.written or backend.deployment.environment is Environment.PRODUCTION


def _named(backend: StateBackend) -> str:
    names = [each.address for each in backend.secrets[:_MOST_NAMED]]
    rest = len(backend.secrets) - len(names)
    return "the secrets of " + in_a_row([*names, *([f"{rest} more"] if rest else [])])
