"""The exit codes, and the errors that are the caller's to mend."""

from __future__ import annotations

from contextlib import contextmanager
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.cli.choices import FailOn
    from infraaudit.engine.result import Result


class Exit(IntEnum):
    """What the exit code says."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    INCOMPLETE = 3
    INTERNAL = 4


class UsageError(Exception):
    """The words of the command line, or the configuration, cannot be used."""


@contextmanager
def usage_errors() -> Iterator[None]:
    """Turn what is wrong with a configuration, a filter or a folder of policies into a :class:`UsageError`."""
    from infraaudit.config import ConfigError, near_match  # noqa: PLC0415 - only a command that runs needs it
    from infraaudit.engine.pack import PackError  # noqa: PLC0415 - see above
    from infraaudit.engine.select import SelectionError  # noqa: PLC0415 - see above
    from infraaudit.readers.terraform.configuration.inputs import InputError  # noqa: PLC0415 - see above

    try:
        yield
    except (SelectionError, InputError) as error:
        message = f"{error}{near_match(error.word, error.known)}"
        raise UsageError(message) from error
    except (ConfigError, PackError) as error:
        raise UsageError(str(error)) from error


def exit_code(result: Result, fail_on: FailOn) -> Exit:
    """Return the exit code of a scan: what could not be read weighs more than what was found."""
    from infraaudit.policy import Severity  # noqa: PLC0415 - only a command that runs needs it

    if not result.is_complete:
        return Exit.INCOMPLETE
    if fail_on.value != "never" and result.at_or_above(Severity[fail_on.value.upper()]):
        return Exit.FINDINGS
    return Exit.CLEAN
