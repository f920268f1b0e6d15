"""What happens to images between the build and the workload."""

from infraaudit.model import (
    KUBERNETES,
    Absent,
    Container,
    Environment,
    Estate,
    ImageReference,
    ImageRepository,
    Known,
    Pipeline,
    Unknown,
    Workload,
    parse_image_reference,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Factor,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    by_default,
    least_copies,
    policy,
    raised,
)

_MOVING = frozenset({
    "beta", "current", "dev", "develop", "development", "edge", "head", "latest", "live", "main", "master", "nightly",
    "prod", "production", "release", "snapshot", "stable", "staging", "trunk", "unstable",
})  # fmt: skip
"""Tags that are meant to be given to the next image."""

_FLAVOURS = frozenset({"alpine", "bookworm", "bullseye", "debian", "distroless", "slim", "trixie", "ubuntu"})
"""What a tag says beside that, and that names no version either."""

_CACHED = frozenset({"IfNotPresent", "Never"})


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


# -- what a node keeps ----------------------------------------------------------------------------------------------


def _is_pulled_by_nodes(container: Container, estate: Estate) -> Exclusion | None:
    if estate.workload_of(container).platform is not KUBERNETES:
        return Exclusion(Reason.PLATFORM, "its platform looks the image up for each deploy")
    return None


def _is_moving(reference: ImageReference) -> bool:
    """Whether a tag is meant to be given to the next image: words that name no version."""
    if reference.digest is not None:
        return False
    words = set((reference.tag or "latest").lower().replace("_", "-").split("-"))
    return bool(words & _MOVING) and words <= _MOVING | _FLAVOURS


@policy(
    Severity.MEDIUM,
    effort=Effort.SMALL,
    when=_is_pulled_by_nodes,
    holds="nodes do not keep different images under one name",
    insight=True,
)
def mutable_tags_with_cached_pull(container: Container, estate: Estate) -> Findings:
    """A tag that moves to newer images is not asked for again where a node has it.

    Why: nodes that pulled at different times run different programs under one name. What was deployed cannot be told
    from the manifest, and a copy that moves to another node changes its version.

    Fix: give each build a tag of its own and name that one, or the digest; make tags of the registry immutable.

    Quiet when: the tag names a version, the image is asked for each time (imagePullPolicy: Always, which holds for
    latest by itself), or the tags of its registry do not move.

    See: Kubernetes documentation, Images, Image pull policy.
    """
    image = container.image.settled()
    if isinstance(image, Absent) or container.pull_policy is None:
        return
    reference = parse_image_reference(image.value)
    if not _is_moving(reference):
        return
    pulled = container.pull_policy.settled()
    if isinstance(pulled, Known) and pulled.value not in _CACHED:
        return
    if isinstance(pulled, Absent) and reference.tag in {None, "latest"}:
        return
    repository = _kept_in(reference, estate)
    if repository is not None and not repository.mutable.settled().value:
        return
    says = f"imagePullPolicy: {pulled.value}" if isinstance(pulled, Known) else "no imagePullPolicy, so IfNotPresent"
    yield Finding(
        image.at,
        f"{estate.words_for(container)} runs whatever {image.value} was when its node pulled it",
        label="a tag that moves",
        places=(
            Place(pulled.at, says),
            *((Place(repository.mutable.at, f"{repository} lets tags move"),) if repository is not None else ()),
        ),
        factors=_several(estate.workload_of(container), estate),
    )


def _kept_in(reference: ImageReference, estate: Estate) -> ImageRepository | None:
    """Return the repository of the scan whose literal name is a part of the path of an image."""
    parts = reference.repository.split("/")
    for repository in estate.of(ImageRepository):
        if any(name.lower() == reference.repository or name.lower() in parts for name in repository.identifiers):
            return repository
    return None


def _several(workload: Workload, estate: Estate) -> tuple[Factor, ...]:
    copies = least_copies(workload, estate)
    if workload.deployment.environment is Environment.PRODUCTION and isinstance(copies, Known) and copies.value > 1:
        return (raised(f"{copies.value} copies of production may differ"),)
    return ()
