"""The settings of an audit, from the options for reading and the configuration that holds for a path."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from infraaudit.audit import Settings
from infraaudit.cli.configuration import configuration_for, release_of
from infraaudit.cli.helm import helm_inputs
from infraaudit.cli.paths import existing
from infraaudit.cli.terraform import terraform_inputs

if TYPE_CHECKING:
    from pathlib import Path

    from infraaudit.cli.inputs import GivenInputs
    from infraaudit.config import Config


def settings_for(path: Path, inputs: GivenInputs) -> tuple[Settings, Config]:
    """Return how to read a path, and the configuration, in which stands how to judge it.

    Raises ``UsageError``, ``ConfigError`` and ``InputError`` for what cannot be used.
    """
    options = inputs.options
    found, folder = configuration_for(existing(path), options.config)
    settings = Settings(
        today=datetime.now(tz=UTC).date(),
        exclude=tuple(options.exclude or found.exclude),
        terraform=terraform_inputs(path, inputs, found.terraform, folder),
        helm=helm_inputs(path, found.charts, folder, start_helm=options.helm),
        kubernetes_version=release_of(options.kubernetes_version or found.kubernetes_version),
    )
    return settings, found
