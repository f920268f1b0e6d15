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


class VariableSet(BaseModel):
    """What Terraform is given for one deployment. Paths are seen from the folder of the configuration file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    var_files: tuple[str, ...] = Field(default=(), description="Variable files, the one that wins last.")
    vars: dict[str, str | int | float | bool] = Field(default={}, description="Values; they win over the files.")
    workspace: str = Field(default="", description="The name of the workspace.")
    roots: tuple[str, ...] = Field(
        default=(), description="Folders of the roots it is for; all that declare one of its variables where empty."
    )


class TerraformConfig(BaseModel):
    """How Terraform is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sets: dict[str, VariableSet] = Field(default={}, description="One deployment each, reported together.")
    modules_standalone: bool = Field(default=False, description="Judge modules by themselves too.")


class ChartValues(BaseModel):
    """One deployment of a chart. Paths are seen from the folder of the configuration file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    chart: str = Field(description="The folder of the chart.")
    values: tuple[str, ...] = Field(min_length=1, description="Values files, the later laid over the earlier ones.")


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
    terraform: TerraformConfig = Field(default=TerraformConfig(), description="How Terraform is read.")
    charts: tuple[ChartValues, ...] = Field(
        default=(), description="Deployments of charts with values files that do not stand beside the chart."
    )
    kubernetes_version: str = Field(
        default="",
        pattern=r"^$|^1\.\d{1,3}$",
        description="The release of Kubernetes that manifests are meant for; the newest known where empty.",
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
        config = Config.model_validate(settings)
    except ValidationError as error:
        message = f"{path}: " + "; ".join(_explain(each) for each in error.errors())
        raise ConfigError(message) from error
    for name, each in config.terraform.sets.items():
        for file in each.var_files:
            # Whose configuration it is cannot be told, so it may not reach for files elsewhere.
            if not (path.parent / file).resolve().is_relative_to(path.parent.resolve()):
                message = f"{path}: terraform.sets.{name}.var_files: {file!r} lies outside of its folder"
                raise ConfigError(message)
    return config


def _section(document: dict[str, Any]) -> object:
    tools = document.get("tool", {})
    return tools.get("infraaudit", {}) if isinstance(tools, dict) else {}


def _explain(error: Any) -> str:  # noqa: ANN401 - pydantic's own structure
    key = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        known = _MODELS.get(len(error["loc"]), Config).model_fields
        return f"unknown key {key!r}{near_match(str(error['loc'][-1]), known)}"
    return f"{key}: {error['msg']}"


_MODELS: dict[int, type[BaseModel]] = {1: Config, 2: TerraformConfig, 4: VariableSet}
"""What the keys at each depth belong to."""


def near_match(word: str, known: Iterable[str]) -> str:
    """Return a hint at the known word that ``word`` may have meant, or nothing."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else ""
