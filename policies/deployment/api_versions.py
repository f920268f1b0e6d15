"""Whether the cluster still understands what the manifests are written in."""

from infraaudit.model import ApiUse, Cluster, ClusterKind, Estate, Known, Unknown, UnsettledError
from infraaudit.policy import Effort, Finding, Findings, Severity, policy


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    holds="no object is written in a version of the API that its cluster does not serve",
    equivalents=("KSV-0107", "kube-linter:no-extensions-v1beta", "kube-score:stable-version"),
    environment_matters=False,
)
def kubernetes_api_removed(api: ApiUse, estate: Estate) -> Findings:
    """An object is written in a version of the API that is no longer served.

    Why: the API server refuses the object, so that a rollout, a fresh cluster or a recovery stops there, though the
    same object may still run in an old cluster.

    Fix: write the version that took its place, and rename what changed with it: the backend and pathType of an
    Ingress, the metrics of an autoscaler, the selector of a Deployment. Of a chart, take a newer version.

    Quiet when: the one cluster of the scan runs a release that still serves the version.

    See: Kubernetes documentation, Deprecated API Migration Guide.
    """
    version = api.version.settled().value
    if not api.removed:
        return
    release = _release(api, estate)
    if _minor(release.value) < _minor(api.removed):
        return
    for words, at in api.objects:
        yield Finding(
            at,
            f"{words} is written in {version}, which Kubernetes {api.removed} stopped serving",
            label=f"write {api.use}" if api.use else "nothing takes its place",
            part=words,
            fix=f"Write the object in {api.use}, and rename the fields that changed with it." if api.use else "",
        )


def _release(api: ApiUse, estate: Estate) -> Known[str]:
    """Return the release that is asked for, else that of the one cluster in the scan, else the oldest maintained."""
    asked = api.release.settled()
    stated = [each.version for each in estate.of(Cluster) if each.platform is not ClusterKind.ECS]
    if asked.stated or not stated:
        return asked
    versions = [version for version in stated if isinstance(version, Known) and _minor(version.value)]
    if len(versions) == len(stated) and len({_minor(each.value) < _minor(api.removed) for each in versions}) == 1:
        return versions[0]
    why = "which release the clusters of the scan run, or which of them gets the object, is not told here"
    raise UnsettledError(Unknown(why, api.at))


def _minor(release: str) -> tuple[int, ...]:
    """Return major and minor number of a release, nothing where they cannot be read."""
    parts = release.removeprefix("v").split(".")[:2]
    return tuple(int(part) for part in parts) if all(part.isdecimal() for part in parts) else ()
