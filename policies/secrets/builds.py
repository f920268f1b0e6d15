"""Secrets that a build leaves in an image."""

from infraaudit.model import (
    Absent,
    BuildArgument,
    EdgeKind,
    EnvironmentVariable,
    Estate,
    Image,
    Known,
    Secrecy,
    Unknown,
)
from infraaudit.policy import Effort, Factor, Finding, Findings, Local, Place, Severity, at_most, policy


@policy(
    Severity.HIGH,
    effort=Effort.MEDIUM,
    holds="no build leaves a secret in an image's layers or history",
    equivalents=("DS-0031", "AVD-DS-0031", "DL3064", "SecretsUsedInArgOrEnv"),
    insight=True,
    local=Local.LOWERED,
)
def secret_in_image_history(image: Image, estate: Estate) -> Findings:
    """A build writes a secret into the image or its history.

    Why: ENV, the commands of RUN and the arguments of a build are stored with the image. Whoever can pull it can read
    them with one command, long after the secret was changed in the pipeline.

    Fix: hand it to the build as RUN --mount=type=secret,id=..., and to the container at run time.

    Quiet when: the argument has a stand-in as its default, names a file or a version, or the secret comes through a
    secret mount.

    See: Docker documentation, Build secrets.
    """
    factors: tuple[Factor, ...] = ()
    if not _is_shipped(image, estate):
        factors = (
            at_most(Severity.MEDIUM, "the stage is not part of an image that runs, but the build's cache keeps it"),
        )
    own = _own_variables(image, estate)
    yield from _in_environment(image, own, factors)
    yield from _in_arguments(image, factors)
    yield from _in_commands(image, factors)
    for variable in own:
        if variable.secrecy is Secrecy.NAMED and _argument_behind(image, variable) is None:
            variable.value.settled()
    for argument in image.arguments:
        if argument.secrecy is Secrecy.NAMED:
            argument.default.settled()


def _in_environment(image: Image, own: tuple[EnvironmentVariable, ...], factors: tuple[Factor, ...]) -> Findings:
    for variable in own:
        argument = _argument_behind(image, variable)
        if variable.secrecy is Secrecy.LITERAL or (argument is not None and argument.secrecy is Secrecy.PLAIN):
            yield Finding(
                variable.value.at,
                f"ENV {variable.name} stores a secret in the image of {image.name}",
                label="stays readable in the image",
                places=(Place(argument.at, "handed to the build here"),) if argument is not None else (),
                factors=factors,
                part=f"ENV {variable.name}",
            )


def _in_arguments(image: Image, factors: tuple[Factor, ...]) -> Findings:
    for argument in image.arguments:
        literal = argument.secrecy is Secrecy.LITERAL
        if not literal and not (argument.secrecy is Secrecy.NAMED and _is_open(argument)):
            continue
        unused = () if literal or argument.uses else (at_most(Severity.LOW, "no RUN or ENV of the stage names it"),)
        yield Finding(
            argument.default.at if literal else argument.at,
            f"the build argument {argument.name} leaves a secret in the history of {image.name}",
            label="stays readable in the history",
            places=tuple(Place(use, "used here") for use in argument.uses),
            factors=(*factors, *unused),
            part=f"ARG {argument.name}",
        )


def _in_commands(image: Image, factors: tuple[Factor, ...]) -> Findings:
    for step in image.steps:
        for name in step.secrets:
            yield Finding(
                step.at,
                f"a RUN writes the secret {name} into the history of {image.name}",
                label="stays readable in the history",
                factors=factors,
                part=f"RUN {name}",
            )


def _own_variables(image: Image, estate: Estate) -> tuple[EnvironmentVariable, ...]:
    """Return the variables that the stage itself sets, without those of the stages before it."""
    ancestors = (estate.beside(image, address, Image) for address in image.ancestors)
    inherited = {each.at.order for ancestor in ancestors if ancestor is not None for each in ancestor.environment}
    return tuple(each for each in image.environment if each.at.order not in inherited)


def _is_open(argument: BuildArgument) -> bool:
    """Tell whether only the build can fill an argument: without a stand-in as its default."""
    return isinstance(argument.default, Absent) or (isinstance(argument.default, Known) and not argument.default.value)


def _argument_behind(image: Image, variable: EnvironmentVariable) -> BuildArgument | None:
    """Return the argument of the build that fills a variable which is named like a secret and has no other value."""
    if variable.secrecy is not Secrecy.NAMED or not isinstance(variable.value, Unknown):
        return None
    place = variable.value.at
    return next((each for each in image.arguments if _is_open(each) and any(map(place.covers, each.uses))), None)


def _is_shipped(image: Image, estate: Estate) -> bool:
    """Tell whether a stage is part of an image that runs: the last one, one that something runs, or below these."""
    others = (*estate.in_deployment(image, Image), image)
    running = [each for each in others if each.final or estate.edges_to(each, EdgeKind.RUNS)]
    return any(image.address in (each.address, *each.ancestors) for each in running)
