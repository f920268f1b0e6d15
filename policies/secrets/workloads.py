"""Secrets in what runs: variables of workloads, the start of machines, pipelines."""

from infraaudit.model import (
    Absent,
    Cluster,
    Container,
    EntryState,
    EnvironmentSite,
    EnvironmentVariable,
    Estate,
    PipelineSite,
    Platform,
    ServiceAccount,
    Unknown,
    UnsettledError,
    UserDataSite,
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
    named_secrets,
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
    yield from standing_in(site, f"the variables of {site}")


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
    if named_secrets(site):
        yield from standing_in(site, f"the user data of {site}")
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
    yield from standing_in(site, f"the {site}")


_CLOUDS = {
    "Amazon ECS": "AWS",
    "AWS Fargate": "AWS",
    "AWS Lambda": "AWS",
    "Azure Container Apps": "Azure",
    "Azure App Service": "Azure",
    "Azure Functions": "Azure",
    "App Engine": "Google Cloud",
    "App Engine flexible": "Google Cloud",
    "Cloud Composer": "Google Cloud",
    "Cloud Run": "Google Cloud",
    "Cloud Run functions": "Google Cloud",
}
_CLUSTERS = {"EKS": "AWS", "AKS": "Azure", "GKE": "Google Cloud"}
_ANNOTATIONS = {"eks.amazonaws.com/": "AWS", "azure.workload.identity/": "Azure", "iam.gke.io/": "Google Cloud"}
"""What an account of a cluster is marked with, by the cloud that reads the mark."""

_KEYS = {
    "AWS_SECRET_ACCESS_KEY": "AWS",
    "AZURE_CLIENT_SECRET": "Azure",
    "ARM_CLIENT_SECRET": "Azure",
    "GOOGLE_APPLICATION_CREDENTIALS": "Google Cloud",
}
_IDENTITIES = {
    "AWS": "a role of its own (task role, Pod Identity)",
    "Azure": "a managed identity",
    "Google Cloud": "a service account bound to it (Workload Identity)",
}
_OTHER_STORES = ("ENDPOINT", "MINIO", "R2_", "SPACES", "S3_HOST", "S3_URL", "CUSTOM_DOMAIN")


def _with_keys(container: Container, estate: Estate) -> Exclusion | None:
    """Hold containers with the keys of a cloud that their platform could spare them."""
    if not _keys(container):
        return Exclusion(Reason.MANAGED, "it is given no key of a cloud")
    if any(part in each.name.upper() for each in container.environment for part in _OTHER_STORES):
        return Exclusion(Reason.DESIGN, "its variables lead to a store that is not the cloud's own")
    platform = estate.workload_of(container).platform
    if platform.single_host:
        return Exclusion(Reason.PLATFORM, f"{platform.name} gives its containers no identity of a cloud")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=_with_keys,
    holds="workloads reach their cloud by an identity and not by a key",
    equivalents=("CKV_AWS_273", "CKV2_GCP_3", "CKV_AZURE_71"),
)
def static_cloud_credentials_in_workload(container: Container, estate: Estate) -> Findings:
    """A workload is given a long-lived key of the cloud that it runs on.

    Why: the key works from anywhere until somebody revokes it, and whoever reads it once, from a log, a dump or the
    variables of a process, keeps it. An identity of the platform is renewed by itself and leaves with the workload.

    Fix: give the workload an identity of the platform and take the key away.

    Quiet when: the variables lead to an object store that is not the cloud's own, or the platform gives no identities.

    See: AWS Well-Architected Framework, SEC02-BP02.
    """
    cloud = _cloud_of(container, estate)
    for key in _keys(container):
        if _KEYS[key.name] == cloud:
            yield Finding(
                key.at,
                f"{estate.words_for(container)} reaches {cloud} by the key in {key.name}, not by an identity",
                label="a key that works from anywhere",
                factors=(at_most(Severity.MEDIUM, "where the key itself stands is judged apart"),),
                part=key.name,
                fix=f"give the workload {_IDENTITIES[cloud]} and take the key away.",
            )


def _keys(container: Container) -> tuple[EnvironmentVariable, ...]:
    return tuple(each for each in container.environment if each.name in _KEYS and not isinstance(each.value, Absent))


def _cloud_of(container: Container, estate: Estate) -> str:
    platform: Platform = estate.workload_of(container).platform
    if platform.name in _CLOUDS:
        return _CLOUDS[platform.name]
    clouds = {_CLUSTERS[each.platform.value] for each in estate.of(Cluster) if each.platform.value in _CLUSTERS}
    for account in estate.in_deployment(container, ServiceAccount):
        names = [name for name, _ in account.annotations or ()]
        clouds |= {cloud for word, cloud in _ANNOTATIONS.items() if any(name.startswith(word) for name in names)}
    if len(clouds) != 1:
        raise UnsettledError(Unknown("on which cloud the cluster runs cannot be told", container.at))
    return clouds.pop()
