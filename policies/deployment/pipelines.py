"""Whether what is deployed is what the pipeline makes."""

import re

from infraaudit.model import (
    Container,
    EdgeKind,
    Estate,
    Image,
    ImagePush,
    Known,
    Opaque,
    Pipeline,
    TagForm,
    parse_image_reference,
)
from infraaudit.policy import Effort, Exclusion, Finding, Findings, Place, Reason, Severity, at_most, policy

_HASH = re.compile(r"(?:[a-z]+-)?[0-9a-f]{7,40}")
_MOVING = frozenset({"latest", "main", "master", "stable", "edge", "dev", "develop", "nightly"})
_UPDATERS = frozenset({"ImagePolicy", "ImageUpdateAutomation", "ImageUpdater"})
"""Objects of Flux and Argo CD that write tags by themselves."""


def _is_made_here(container: Container, estate: Estate) -> Exclusion | None:
    if container.build_context is not None or estate.targets(container, EdgeKind.BUILDS, Image):
        return Exclusion(Reason.PLATFORM, "it is built where it is started")
    image = container.image.settled()
    if not isinstance(image, Known):
        return Exclusion(Reason.MANAGED, "it has no image")
    if "@" in image.value:
        return Exclusion(Reason.DESIGN, "it is pinned by its digest")
    pushes = _pushes(image.value, estate)
    if not pushes:
        return Exclusion(Reason.ROLE, "no pipeline of the scan pushes its image")
    if any(each.kind in _UPDATERS for each in estate.of(Opaque)):
        return Exclusion(Reason.PLATFORM, "a controller of the cluster writes the tags")
    return None


def _repository(image: str) -> str:
    parsed = parse_image_reference(image)
    return f"{parsed.registry}/{parsed.repository}" if parsed.registry else parsed.repository


def _pushes(image: str, estate: Estate) -> list[ImagePush]:
    """Return the pushes of an image, whatever their tags."""
    name = _repository(image)
    every = (push for pipeline in estate.of(Pipeline) for push in pipeline.pushes)
    return [each for each in every if isinstance(each.repository, Known) and each.repository.value == name]


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_is_made_here,
    holds="what is deployed carries a tag that the pipeline pushes",
    insight=True,
)
def deployed_tag_not_produced_by_pipeline(container: Container, estate: Estate) -> Findings:
    """What is deployed carries a tag that no pipeline pushes.

    Why: the pipeline builds and pushes each change under one name, and the manifests ask for another. Whoever applies
    them gets an old image, or none at all, and every green build looks like a release.

    Fix: write the pushed tag into the manifests in the same pipeline (kustomize edit set image, helm --set image.tag,
    terraform -var image_tag), or let a controller do it.

    Quiet when: a step writes tags or may do so, a controller of the cluster does, or the tag may be the one that is
    pushed.

    See: The Twelve-Factor App, V. Build, release, run.
    """
    image = container.image.settled()
    if not isinstance(image, Known):
        return
    for pipeline in estate.of(Pipeline):
        if not _writes_nothing(pipeline):
            return
    tag = parse_image_reference(image.value).tag or "latest"
    for push in (push for pipeline in estate.of(Pipeline) for push in pipeline.pushes):
        push.repository.settled()
    pushes = _pushes(image.value, estate)
    if any(_may_be(push, tag) for push in pushes):
        yield from _restarted(container, estate, tag, pushes)
        return
    yield Finding(
        image.at,
        f"{estate.words_for(container)} deploys {image.value}, and the pipeline pushes {_said(pushes)}",
        label="no step writes the pushed tag here",
        places=tuple(Place(each.at, "it is pushed here") for each in pushes[:1]),
    )


def _writes_nothing(pipeline: Pipeline) -> bool:
    return not isinstance(pipeline.writes.settled(), Known)


def _may_be(push: ImagePush, tag: str) -> bool:
    if push.form is TagForm.FIXED:
        return push.tag.settled().value == tag
    return push.form is TagForm.COMPUTED or bool(_HASH.fullmatch(tag))


def _said(pushes: list[ImagePush]) -> str:
    """Name the tags that are pushed: what is left here is written, or the hash of the commit."""
    fixed = sorted({each.tag.value for each in pushes if isinstance(each.tag, Known)})
    return f"only {' and '.join([*fixed, *(['the hash of the commit'] if len(fixed) < len(pushes) else [])])}"


def _restarted(container: Container, estate: Estate, tag: str, pushes: list[ImagePush]) -> Findings:
    """Report a moving tag that is pushed again and again, and taken up by restarting what runs."""
    image = container.image.settled()
    if tag not in _MOVING or not any(isinstance(each.tag, Known) for each in pushes) or not isinstance(image, Known):
        return
    restarts = [each.restarts for each in estate.of(Pipeline) if isinstance(each.restarts, Known)]
    if restarts:
        yield Finding(
            image.at,
            f"{estate.words_for(container)} deploys whatever {image.value} is at the moment of a restart",
            label="nothing tells which build runs",
            places=(Place(restarts[0].at, f"{restarts[0].value} lets it pull the tag anew"),),
            factors=(at_most(Severity.MEDIUM, "the pushed image is taken up, by a restart"),),
        )
