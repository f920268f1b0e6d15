"""Secrets that a build leaves in an image."""

from infraaudit.model import Estate, Image, Secrecy
from infraaudit.policy import Effort, Finding, Findings, Local, Place, Severity, at_most, policy


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    holds="no build leaves a secret in an image's layers or history",
    equivalents=("DS-0031", "DL3064", "SecretsUsedInArgOrEnv"),
    insight=True,
    local=Local.LOWERED,
)
def secret_in_image_history(image: Image, estate: Estate) -> Findings:
    """A build writes a secret into the image or its history.

    Why: ENV and the arguments of a build are stored with the image. Whoever can pull it can read them with one
    command, long after the secret was changed in the pipeline.

    Fix: hand it to the build as RUN --mount=type=secret,id=..., and to the container at run time.

    Quiet when: the argument is only declared, names a file or a version, or comes through a secret mount.

    See: Docker documentation, Build secrets.
    """
    own = [variable for variable in image.environment if variable.at.path == image.file]
    inherited = {
        variable.at.order
        for address in image.ancestors
        if (ancestor := estate.beside(image, address, Image)) is not None
        for variable in ancestor.environment
    }
    for variable in own:
        if variable.secrecy is Secrecy.LITERAL and variable.at.order not in inherited:
            yield Finding(
                variable.value.at,
                f"ENV {variable.name} stores a secret in {image}",
                label="stays readable in the image",
                part=f"ENV {variable.name}",
            )
    shipped = image.final or _is_built_upon(image, estate)
    for argument in image.arguments:
        if argument.secrecy is Secrecy.PLAIN or not argument.uses:
            continue
        factors = () if shipped else (at_most(Severity.MEDIUM, "the stage is not part of the final image"),)
        yield Finding(
            argument.at,
            f"the build argument {argument.name} hands a secret to {image}, whose history keeps it",
            label="stays readable in the history",
            places=tuple(Place(use, "used here") for use in argument.uses),
            factors=factors,
            part=f"ARG {argument.name}",
        )


def _is_built_upon(image: Image, estate: Estate) -> bool:
    return any(image.address in other.ancestors for other in estate.in_deployment(image, Image) if other.final)
