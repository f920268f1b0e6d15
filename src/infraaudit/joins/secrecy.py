"""Takes literal secrets out of the model, and leaves the mark that they were there: the last step before policies."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.facts.secrets import find_secrets, is_secret_literal, is_secret_name, mask_line
from infraaudit.model import Container, Image, Known, Secrecy

if TYPE_CHECKING:
    from infraaudit.model import BuildArgument, BuildStep, EnvironmentVariable, Estate, Maybe, Script

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
        )
        for container in estate.of(Container)
    )
    return estate.with_containers(containers).with_entities(_without_secrets(image) for image in estate.of(Image))


def _without_secrets(image: Image) -> Image:
    return replace(
        image,
        environment=tuple(_hidden(variable) for variable in image.environment),
        arguments=tuple(_hidden_argument(argument) for argument in image.arguments),
        steps=tuple(_hidden_step(step) for step in image.steps),
        scripts=_without_text(image.scripts),
    )


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
