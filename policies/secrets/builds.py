"""Secrets that a build leaves in an image."""

from collections.abc import Iterator

from infraaudit.model import (
    Absent,
    BuildArgument,
    CopiedFile,
    EdgeKind,
    EntryState,
    EnvironmentVariable,
    Estate,
    Image,
    Known,
    Secrecy,
    SecretMaterial,
    SecretSite,
    Unknown,
    UnsettledError,
)
from infraaudit.policy import Effort, Factor, Finding, Findings, Local, Place, Severity, at_most, lowered, policy


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


# -- files -----------------------------------------------------------------------------------------------------


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    holds="no build copies a file with secrets into an image",
    equivalents=("DS-0031", "AVD-DS-0031"),
    local=Local.LOWERED,
)
def secret_file_copied_into_image(image: Image, estate: Estate) -> Findings:
    """A build copies a file with secrets into the image.

    Why: whoever can pull the image can read the file. A later RUN that deletes it helps nothing, for the layer with the
    file stays part of the image.

    Fix: change the secrets, hand the file to the build as a secret mount, or to the container when it runs, and list it
    in .dockerignore.

    Quiet when: the file holds no secret, or a stage receives it that no image is built upon.

    See: Docker documentation, Build secrets.
    """
    factors = _weights(image, estate)
    for copy in _readable(image):
        for path in copy.secret_files:
            if _names(copy, path) and (held := _secrets_in(path, estate)):
                yield Finding(
                    copy.at,
                    f"COPY brings {path} with {held} into {image.name}",
                    label="stays readable in the image",
                    factors=factors,
                    part=f"COPY {path}",
                )


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    holds="no build takes in files with secrets together with everything else",
    insight=True,
    local=Local.LOWERED,
)
def build_context_includes_secrets(image: Image, estate: Estate) -> Findings:
    """A build copies its whole context, and secrets with it.

    Why: COPY of everything takes in what happens to lie beside the code: files of variables, keys, states, and the
    history of Git with every secret that was ever deleted from it.

    Fix: keep them out with .dockerignore (.git, .env*, *.pem, *.key, *.tfstate*, .aws), or copy by name what is needed.

    Quiet when: an ignore file keeps them out, or the stage is no part of an image that runs (it then weighs less).

    See: Docker documentation, Build context.
    """
    factors = _weights(image, estate)
    for copy in _readable(image):
        brought = [path for path in copy.secret_files if not _names(copy, path)]
        held = [f"{path} with {words}" for path in brought if (words := _secrets_in(path, estate))]
        if held:
            yield Finding(
                copy.at,
                f"COPY {copy.source} brings {' and '.join(held[:_MOST_NAMED])} into {image.name}",
                label="no ignore file keeps them out",
                factors=factors,
                part=f"COPY {copy.source}",
            )
        elif ".git" in brought:
            yield Finding(
                copy.at,
                f"COPY {copy.source} brings the history of Git into {image.name}",
                label="no ignore file keeps .git out",
                factors=(at_most(Severity.MEDIUM, "the history may hold what was deleted"), *factors),
                part=f"COPY {copy.source}",
            )


_MOST_NAMED = 3


def _readable(image: Image) -> Iterator[CopiedFile]:
    """Yield the copies whose source can be told, and end the check at the first of the others."""
    told = [each for each in image.copies if "$" not in each.source or each.from_stage]
    yield from told
    for each in image.copies:
        if each not in told:
            raise UnsettledError(
                Unknown(f"what COPY {each.source} brings, only the command that builds tells", each.at)
            )


def _weights(image: Image, estate: Estate) -> tuple[Factor, ...]:
    if _is_shipped(image, estate):
        return ()
    return (lowered("the stage is not part of an image that runs"),)


def _names(copy: CopiedFile, path: str) -> bool:
    """Tell whether a copy means exactly this file."""
    return path != ".git" and path.rsplit("/", 1)[-1] == copy.source.rstrip("/").rsplit("/", 1)[-1]


def _secrets_in(path: str, estate: Estate) -> str:
    """Return what secrets a file holds, in words, ``""`` where none is known in it."""
    sites = [each for each in estate.of(SecretSite) if each.at.path == path and not each.example]
    keys = [entry.key for site in sites for entry in site.in_state(EntryState.LITERAL)]
    found = estate.of(SecretMaterial) if not keys else ()
    kinds = [each.kind for each in found if any(use.at.path == path and not use.example for use in each.uses)]
    named = list(dict.fromkeys((*keys, *kinds)))
    return ", ".join(named[:_MOST_NAMED])
