"""Secrets in what runs: variables of workloads, the start of machines, pipelines."""

from infraaudit.model import EntryState, EnvironmentSite, Estate, PipelineSite, UserDataSite
from infraaudit.policy import (
    Effort,
    Exclusion,
    Finding,
    Findings,
    Local,
    Severity,
    at_most,
    policy,
    standing_in,
    with_own_secrets,
)


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=with_own_secrets,
    holds="no workload has a secret written out among its variables",
    equivalents=(
        "CKV_AWS_45",
        "CKV_AZURE_235",
        "AWS-0036",
        "AVD-AWS-0036",
        "polaris:sensitiveContainerEnvVar",
        "kube-linter:env-var-secret",
        "C-0012",
    ),
    local=Local.LOWERED,
)
def secret_literal_in_workload_env(site: EnvironmentSite) -> Findings:
    """A secret is written out among the variables of a workload.

    Why: the description of a workload is read by many more people and programs than the secret is meant for: whoever
    may list tasks, functions or pods, every build, and everybody with a clone.

    Fix: change the value, then refer to it: valueFrom in Kubernetes and ECS, a secret reference in Cloud Run and
    Container Apps, a Key Vault reference in App Service, a secret with its file in Compose.

    Quiet when: the value is a reference, the variable names a file or a secret, or switches something.

    See: Amazon ECS developer guide, Pass sensitive data to a container; The Twelve-Factor App, Config.
    """
    finding = standing_in(site, f"the variables of {site}")
    if finding is not None:
        yield finding


def _starting_with_secrets(site: UserDataSite, estate: Estate) -> Exclusion | None:
    if site.in_state(EntryState.INTERPOLATED) and not site.example:
        return None
    return with_own_secrets(site, estate)


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_starting_with_secrets,
    holds="no machine is started with a secret in its user data",
    equivalents=("CKV_AWS_46", "CKV_AZURE_45", "AWS-0029", "AVD-AWS-0029", "AWS-0129", "AZU-0037"),
    local=Local.SAME,
)
def secret_in_user_data(site: UserDataSite) -> Findings:
    """User data of a machine holds a secret.

    Why: user data is no safe place: it can be read through the metadata service by every program on the machine, and by
    everybody who may describe the instance.

    Fix: give the machine an identity that may read the secret, and fetch it when the machine starts.

    Quiet when: the script fetches the secret from a store itself.

    See: Amazon EC2 user guide, Run commands when you launch an EC2 instance.
    """
    finding = standing_in(site, f"the user data of {site}")
    if finding is not None:
        yield finding
        return
    put_in = site.in_state(EntryState.INTERPOLATED)
    if put_in:
        first = put_in[0]
        yield Finding(
            first.at,
            f"the template puts {first.key} into the user data of {site}",
            label="readable on the machine and through its description",
            factors=(at_most(Severity.MEDIUM, "the value itself stands elsewhere"),),
        )


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=with_own_secrets,
    holds="no definition of a pipeline holds a secret",
    equivalents=("zizmor:hardcoded-container-credentials", "CKV_AZUREPIPELINES_3"),
    local=Local.SAME,
)
def secret_in_pipeline_config(site: PipelineSite) -> Findings:
    """The definition of a pipeline holds a secret.

    Why: the file is read by everybody with a clone and by every fork, and the value is printed wherever a step shows
    its variables, because the platform does not know that it must hide it.

    Fix: change the value and keep it in the secret store of the platform, bound to the environment that needs it.

    Quiet when: the value comes from the secrets of the platform, or belongs to a service that lives as long as a test.

    See: GitHub documentation, Using secrets in GitHub Actions.
    """
    finding = standing_in(site, f"the {site}")
    if finding is not None:
        yield finding
