"""Secrets in the objects and values that are sent to a cluster."""

from infraaudit.model import (
    DEFAULT_VALUES,
    ChartValuesSite,
    ConfigMapSite,
    ConfigObject,
    EdgeKind,
    EntryState,
    Estate,
    GeneratorSite,
    SecretObjectSite,
    SecretProvider,
    SecretSite,
    Workload,
)
from infraaudit.policy import (
    Effort,
    Finding,
    Findings,
    Local,
    Place,
    Severity,
    at_most,
    lowered,
    policy,
    standing_in,
    with_own_secrets,
)

_MOST_READERS = 5


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=with_own_secrets,
    holds="no ConfigMap holds a secret",
    equivalents=("KSV-0109", "AVD-KSV-0109", "KSV-01010", "polaris:sensitiveConfigmapContent", "C-0012"),
    local=Local.LOWERED,
)
def secret_in_configmap(site: ConfigMapSite) -> Findings:
    """A ConfigMap holds a secret.

    Why: a ConfigMap is made to be read: everybody who may look at the namespace may read it, it is printed by
    dashboards and kept in the clear where the cluster stores its objects.

    Fix: change the value, move the key into a Secret that External Secrets or the Secrets Store driver fills, and leave
    a reference in the ConfigMap where a file needs one.

    Quiet when: the key only says where a secret is, or the value is a reference that a program resolves.

    See: Kubernetes documentation, ConfigMaps.
    """
    yield from standing_in(site, f"{site}")


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=with_own_secrets,
    holds="no Secret with its values stands in the files",
    equivalents=("CKV_SECRET_6",),
    insight=True,
    local=Local.LOWERED,
)
def k8s_secret_manifest_plaintext(site: SecretObjectSite, estate: Estate) -> Findings:
    """A Secret stands in the files with its values.

    Why: base64 is a way of writing and hides nothing. Whoever reads the repository can decode the values, and they stay
    in its history after the manifest was changed.

    Fix: change the values first, then describe the Secret by an ExternalSecret or a SealedSecret, or encrypt the file
    with SOPS.

    Quiet when: the Secret is empty, its values are encrypted, or it only holds addresses and names of users.

    See: Kubernetes documentation, Good practices for Kubernetes Secrets.
    """
    readers = estate.sources(site, EdgeKind.READS, Workload)[:_MOST_READERS]
    places = tuple(Place(each.at, f"{each} reads it") for each in readers)
    yield from standing_in(site, f"{site}", places=places)


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=with_own_secrets,
    holds="no generator of Secrets takes its values from the files",
    insight=True,
    local=Local.LOWERED,
)
def kustomize_generator_secret_plaintext(site: GeneratorSite) -> Findings:
    """A generator makes a Secret of values that stand in the files.

    Why: the generator looks like a way of keeping a secret, yet its values are read from the repository, by everybody
    who can read the overlay.

    Fix: change the values, then let a generator plugin decrypt them (KSOPS), describe the Secret by an ExternalSecret,
    or have the pipeline write the file that the generator reads and keep it out of Git.

    Quiet when: the file that the generator reads is not in the tree.

    See: Kustomize documentation, secretGenerator.
    """
    yield from standing_in(site, f"the {site}")


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    when=with_own_secrets,
    holds="the values of charts hold no secret",
    local=Local.LOWERED,
)
def secret_in_helm_values(site: ChartValuesSite) -> Findings:
    """The values of a chart hold a secret.

    Why: values are printed by the client, kept in the cluster with each release, and committed beside the chart, so the
    secret has as many readers as all three.

    Fix: change the secret, create it apart from the release and give the chart its name (existingSecret), or encrypt
    the file of values. In Terraform write it as set_sensitive or set_wo.

    Quiet when: the value is empty, or the name of a Secret that exists already.

    See: Terraform provider for Helm, helm_release.
    """
    default = site.kind == DEFAULT_VALUES
    factors = (lowered("it is the default of a chart, which an installation may replace"),) if default else ()
    yield from standing_in(site, _values_of(site), *factors)


def _values_of(site: SecretSite) -> str:
    return f"the {site}" if site.kind in {"values", DEFAULT_VALUES} else f"the values of {site}"


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    holds="no Secret that a tool fills stands in the files as well",
    insight=True,
    local=Local.LOWERED,
)
def plaintext_twin_of_managed_secret(provider: SecretProvider, estate: Estate) -> Findings:
    """A Secret that a tool fills stands in the files as well.

    Why: the encrypted or external form was brought in to end with plain text, and the old manifest was left behind. Its
    values stay readable, and which of the two wins depends on the order in which they are applied.

    Fix: delete the plain manifest and change the values that it held.

    Quiet when: the two belong to different namespaces or deployments.

    See: External Secrets Operator documentation; Sealed Secrets documentation.
    """
    for made in provider.makes:
        address = made.settled().value
        twin = estate.beside(provider, address, ConfigObject)
        if twin is None or not twin.secret:
            continue
        real = _holds_real_values(twin, estate)
        factors = () if real else (at_most(Severity.MEDIUM, "its values are placeholders, or there are none"),)
        yield Finding(
            twin.at,
            f"{twin} is written in plain text, and {provider} makes it too",
            places=(Place(provider.at, f"{provider} makes it"),),
            factors=factors,
            part=twin.address,
        )


def _holds_real_values(twin: ConfigObject, estate: Estate) -> bool:
    sites = (each for each in estate.of(SecretObjectSite) if each.at.path == twin.at.path)
    return any(
        site.name.rpartition("/")[2] == twin.name and site.in_state(EntryState.LITERAL, EntryState.WEAK)
        for site in sites
    )
