"""Secrets in the configuration of Terraform, in its files of values and in its state."""

from infraaudit.model import (
    ResourceSite,
    SecretStoreSite,
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
    Reason,
    Severity,
    at_most,
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
    finding = standing_in(site, f"{site}")
    if finding is not None:
        yield finding


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
    finding = standing_in(site, f"{site}, which fills a secret store")
    if finding is not None:
        yield finding


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
    finding = standing_in(site, f"the default of {site}")
    if finding is not None:
        yield finding


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
    finding = standing_in(site, f"{site}")
    if finding is not None:
        yield finding


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
