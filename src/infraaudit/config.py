"""The configuration file: one model, unknown keys refused, near matches offered."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FILE_NAMES = ("infraaudit.toml", ".infraaudit.toml")


class ConfigError(Exception):
    """A configuration that cannot be used; the message says which file, which key and why."""


class Config(BaseModel):
    """The keys of ``infraaudit.toml``, or of ``[tool.infraaudit]`` in ``pyproject.toml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    select: tuple[str, ...] = Field(default=(), description="Policies or areas to run; all where empty.")
    ignore: tuple[str, ...] = Field(default=(), description="Policies or areas to leave out.")
    exclude: tuple[str, ...] = Field(default=(), description="Paths to leave out, as in .gitignore.")
    fail_on: Literal["low", "medium", "high", "never"] = Field(
        default="low", description="The severity from which findings fail the run."
    )
    profile: Literal["default", "strict", "preview"] = Field(
        default="default", description="Which policies are in use."
    )


def find_config(folder: Path) -> Path | None:
    """Return the configuration file nearest to a folder, looking upwards as far as the top of the Git checkout."""
    for here in (folder, *folder.parents):
        for name in FILE_NAMES:
            if (here / name).is_file():
                return here / name
        project = here / "pyproject.toml"
        if project.is_file() and "[tool.infraaudit]" in project.read_text(encoding="utf-8", errors="replace"):
            return project
        if (here / ".git").exists():
            return None
    return None


def load_config(path: Path) -> Config:
    """Read a configuration file. Raises :class:`ConfigError` that says what and where."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"{path}: {error}"
        raise ConfigError(message) from error
    settings: Any = _section(document) if path.name == "pyproject.toml" else document
    try:
        return Config.model_validate(settings)
    except ValidationError as error:
        message = f"{path}: " + "; ".join(_explain(each) for each in error.errors())
        raise ConfigError(message) from error


def _section(document: dict[str, Any]) -> object:
    tools = document.get("tool", {})
    return tools.get("infraaudit", {}) if isinstance(tools, dict) else {}


def _explain(error: Any) -> str:  # noqa: ANN401 - pydantic's own structure
    key = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"unknown key {key!r}{near_match(key, Config.model_fields)}"
    return f"{key}: {error['msg']}"


def near_match(word: str, known: Iterable[str]) -> str:
    """Return a hint at the known word that ``word`` may have meant, or nothing."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else ""
