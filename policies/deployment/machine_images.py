"""Whether machines are started from the same image tomorrow, and from one whose publisher is known."""

from infraaudit.model import Estate, MachineImage
from infraaudit.policy import Effort, Exclusion, Finding, Findings, Place, Reason, Severity, policy, raised


def _is_used(image: MachineImage, _: Estate) -> Exclusion | None:
    if not image.users:
        return Exclusion(Reason.ROLE, "no machine of the scan is started from it")
    return None


@policy(
    Severity.LOW,
    effort=Effort.SMALL,
    when=_is_used,
    holds="machines start from an image that stays the same until somebody changes it",
    equivalents=("CKV_AWS_386", "AVD-AWS-0344", "AWS-0344"),
)
def nondeterministic_machine_image(image: MachineImage) -> Findings:
    """The image of a machine is whichever is newest on the day.

    Why: the next change of anything else replaces the machine, because a newer image came out meanwhile. Without a
    publisher the newest may be one that a stranger called so.

    Fix: name the publisher (owners), and pin the id of the image for each release or leave changes of the image alone
    (ignore_changes) until somebody wants them.

    Quiet when: the publisher is named and no machine is replaced by a newer image: it belongs to a template, or the
    machine leaves changes of the image alone.

    See: Amazon EC2 user guide, Find an AMI; Terraform documentation, the lifecycle meta-argument.
    """
    owned, newest = image.owned.settled(), image.newest.settled()
    if not owned.value:
        yield Finding(
            owned.at,
            f"{image} may come from anybody who calls an image so",
            label="no owners are named",
            places=tuple(Place(use.at, f"{use.address} starts from it") for use in image.users),
            factors=(raised("it may be the image of a stranger"),),
            part="owner",
        )
    if not newest.value:
        return
    for use in image.users:
        if use.replaced.settled().value:
            yield Finding(
                use.at,
                f"{use.address} is replaced as soon as a newer {image} comes out",
                label="the newest image of the day",
                places=(Place(newest.at, "the newest is taken"),),
                part=use.address,
            )
