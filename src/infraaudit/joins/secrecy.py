"""Takes literal secrets out of the model, and leaves the mark that they were there: the last step before policies."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from infraaudit.facts.secrets import (
    find_secrets,
    is_hidden_name,
    is_placeholder,
    is_reference,
    is_secret_literal,
    is_secret_name,
    mask_line,
    mask_text,
)
from infraaudit.model import Container, Datastore, Gateway, Image, Known, Secrecy, Workload

if TYPE_CHECKING:
    from infraaudit.model import (
        BuildArgument,
        BuildStep,
        Command,
        Entity,
        EnvironmentVariable,
        Estate,
        Maybe,
        Probe,
        Process,
        Script,
        Value,
    )

REDACTED = "(redacted)"
"""What stands where a secret stood."""

_ASSIGNMENT = re.compile(r"(?<![\w$-])([A-Za-z_]\w{0,100})=(\"[^\"]*\"|'[^']*'|[^\s;&|\"']+)")
_USERINFO = re.compile(r"(://[^:/?#\s@]*:)[^@/\s]+(@)")


def hide_secrets(estate: Estate) -> Estate:
    """Return the estate without the text of any secret in its containers and images."""
    containers = (
        replace(
            container,
            environment=tuple(_hidden(variable) for variable in container.environment),
            scripts=_without_text(container.scripts),
            entrypoint=_hidden_command(container.entrypoint),
            command=_hidden_command(container.command),
            readiness=_hidden_probe(container.readiness),
            liveness=_hidden_probe(container.liveness),
            startup=_hidden_probe(container.startup),
            image_health=None if container.image_health is None else _hidden_probe(container.image_health),
            process=None if container.process is None else _hidden_process(container.process),
        )
        for container in estate.of(Container)
    )
    others: tuple[Entity, ...] = (
        *(_without_secrets(image) for image in estate.of(Image)),
        *(_hidden_store(store) for store in estate.of(Datastore) if store.parameters is not None),
    )
    hidden = estate.with_containers(containers).with_entities(others)
    annotated = (*map(_hidden_notes, hidden.of(Workload)), *map(_hidden_notes, hidden.of(Gateway)))
    return hidden.with_entities(each for each in annotated if each is not None)


_Noted = TypeVar("_Noted", Workload, Gateway)


def _hidden_notes(entity: _Noted) -> _Noted | None:
    """Return an entity whose annotations hold no secret; ``None`` where nothing has to be changed."""
    kept = tuple((name, _hidden_text(name, value)) for name, value in entity.annotations or ())
    return replace(entity, annotations=kept) if entity.annotations and kept != entity.annotations else None


def _hidden_store(store: Datastore) -> Datastore:
    if store.parameters is None:
        return store
    members = tuple(
        replace(each, name=mask_line(each.name), value=_hidden_value(each.name, each.value))
        for each in store.parameters.members
    )
    return replace(store, parameters=replace(store.parameters, members=members))


def _hidden_value(name: str, value: Value[str]) -> Value[str]:
    return replace(value, value=_hidden_text(name, value.value)) if isinstance(value, Known) else value


def _hidden_text(name: str, text: str) -> str:
    named = is_hidden_name(name) and not (is_reference(text) or is_placeholder(text))
    if text and (named or "PRIVATE KEY-----" in text):
        return REDACTED
    return mask_line(text)


def _without_secrets(image: Image) -> Image:
    return replace(
        image,
        environment=tuple(_hidden(variable) for variable in image.environment),
        arguments=tuple(_hidden_argument(argument) for argument in image.arguments),
        steps=tuple(_hidden_step(step) for step in image.steps),
        scripts=_without_text(image.scripts),
        entrypoint=_hidden_command(image.entrypoint),
        command=_hidden_command(image.command),
        healthcheck=_hidden_probe(image.healthcheck),
    )


def _hidden_words(words: tuple[str, ...]) -> tuple[str, ...]:
    """Mask the secrets in a command: the words are read together, for an option tells what the next word is."""
    together = " ".join(words)
    masked = mask_text(together) if "\n" in together else mask_line(together)
    if masked == together:
        return words
    starts = [0]
    for word in words:
        starts.append(starts[-1] + len(word) + 1)
    return tuple(masked[start : start + len(word)] for start, word in zip(starts, words, strict=False))


def _hidden_command(command: Maybe[Command]) -> Maybe[Command]:
    if not isinstance(command, Known):
        return command
    return replace(command, value=replace(command.value, words=_hidden_words(command.value.words)))


def _hidden_probe(probe: Maybe[Probe]) -> Maybe[Probe]:
    if not isinstance(probe, Known) or probe.value.command is None:
        return probe
    return replace(probe, value=replace(probe.value, command=_hidden_command(probe.value.command)))


def _hidden_process(process: Process) -> Process:
    steps = tuple(replace(step, words=_hidden_words(step.words)) for step in process.steps)
    return replace(process, words=_hidden_words(process.words), steps=steps)


def _without_text(scripts: tuple[tuple[str, Script], ...]) -> tuple[tuple[str, Script], ...]:
    """Keep where scripts stand: what they start is known by now, and any line of them may hold a secret."""
    return tuple((path, replace(script, text="")) for path, script in scripts)


def _hidden(variable: EnvironmentVariable) -> EnvironmentVariable:
    secrecy = _secrecy(variable.name, variable.value)
    return replace(variable, value=_masked(variable.value, secrecy), secrecy=secrecy)


def _hidden_argument(argument: BuildArgument) -> BuildArgument:
    secrecy = _secrecy(argument.name, argument.default)
    return replace(argument, default=_masked(argument.default, secrecy), secrecy=secrecy)


def _hidden_step(step: BuildStep) -> BuildStep:
    secrets = _literals_in(step.text) if step.instruction == "RUN" else ()
    return replace(step, text=mask_line(step.text), secrets=secrets)


def _literals_in(command: str) -> tuple[str, ...]:
    """Return the names under which a command holds secrets: of variables that it sets, or of the kinds of tokens."""
    assigned = [(match.span(2), match[1], match[2]) for match in _ASSIGNMENT.finditer(command)]
    named = [(span, name) for span, name, value in assigned if is_secret_literal(name, value)]
    others = (
        match.kind
        for match in find_secrets(command)
        if not any(start <= match.start < end for (start, end), _ in named)
    )
    return tuple(dict.fromkeys((*(name for _, name in named), *others)))


def _secrecy(name: str, value: Maybe[str]) -> Secrecy:
    if isinstance(value, Known) and is_secret_literal(name, value.value):
        return Secrecy.LITERAL
    return Secrecy.NAMED if is_secret_name(name) else Secrecy.PLAIN


def _masked(value: Maybe[str], secrecy: Secrecy) -> Maybe[str]:
    if not isinstance(value, Known):
        return value
    if secrecy is Secrecy.LITERAL:
        return replace(value, value=REDACTED)
    text = _USERINFO.sub(rf"\1{REDACTED}\2", mask_line(value.value))
    return replace(value, value=text)
