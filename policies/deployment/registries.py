"""What happens to images between the build and the workload."""

from infraaudit.model import Estate, ImageRepository, Known, Pipeline, Unknown
from infraaudit.policy import Effort, Exclusion, Finding, Findings, Reason, Severity, by_default, policy


def _keeps_own_images(repository: ImageRepository, _: Estate) -> Exclusion | None:
    if isinstance(repository.mirrors, Known):
        return Exclusion(Reason.MANAGED, f"it keeps copies of {repository.mirrors.value}")
    return None


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    when=_keeps_own_images,
    holds="somebody looks for known holes in images",
    equivalents=("CKV_AWS_163", "AVD-AWS-0030", "AWS-0030", "CKV_AZURE_163", "CKV_AZURE_166"),
)
def image_scanning_and_provenance_missing(repository: ImageRepository, estate: Estate) -> Findings:
    """Nobody looks for known holes in the images of a repository.

    Why: an image is as old as its base. Holes that are found after it was built stay in production until somebody
    happens to build it again, and nobody knows which images are concerned.

    Fix: scan_on_push = true, or a scanning configuration of the registry for all repositories, or a scanner in the
    pipeline with a severity at which it fails.

    Quiet when: the registry, the repository or a pipeline of the scan looks into images.

    See: AWS Well-Architected SEC06-BP01; Amazon ECR user guide, Scan images for software vulnerabilities.
    """
    scanned = repository.scanned.settled()
    if scanned.value:
        return
    doubt: Unknown[str] | None = None
    for pipeline in estate.of(Pipeline):
        if isinstance(pipeline.scans, Known):
            return
        if isinstance(pipeline.scans, Unknown):
            doubt = doubt or pipeline.scans
    if doubt is not None:
        doubt.settled()
    repository.mirrors.settled()
    yield Finding(
        scanned.at,
        f"nobody looks into the images of {repository}" + by_default(scanned),
        label="not scanned when they come in",
    )
