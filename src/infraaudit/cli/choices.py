"""The words that options accept."""

from __future__ import annotations

from enum import StrEnum


class FailOn(StrEnum):
    """From which severity findings fail the run."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    NEVER = "never"


class ProfileName(StrEnum):
    """Which policies are in use."""

    DEFAULT = "default"
    STRICT = "strict"
    PREVIEW = "preview"


class Colour(StrEnum):
    """When colours are written."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class DocumentFormat(StrEnum):
    """How documentation is written."""

    TEXT = "text"
    JSON = "json"


class ModelFormat(StrEnum):
    """How the model is written."""

    JSON = "json"
    MERMAID = "mermaid"
    DOT = "dot"
    TEXT = "text"
