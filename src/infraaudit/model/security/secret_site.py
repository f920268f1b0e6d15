"""Places that call for a secret, what stands there and never the value: one entity a file, object or resource."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from infraaudit.model.entity import Entity

if TYPE_CHECKING:
    from infraaudit.model.security.secret import SecretClass
    from infraaudit.source.span import Span


DEFAULT_VALUES = "default values"
"""The kind of a site that holds the values which a chart brings along."""


class Tracking(StrEnum):
    """What Git says of a file. A tree without the list of its tracked files cannot tell."""

    TRACKED = "tracked by Git"
    UNTRACKED = "not tracked by Git"
    CANNOT_TELL = "in the scanned tree"


class EntryState(StrEnum):
    """What stands in a slot that calls for a secret."""

    LITERAL = "a literal secret"
    WEAK = "a well-known default"
    PLACEHOLDER = "a placeholder"
    REFERENCE = "a reference"
    ENCRYPTED = "encrypted"
    INTERPOLATED = "a secret put in by a template"


@dataclass(frozen=True, slots=True)
class SecretEntry:
    """One slot: its key, the place of its value, and what that is.

    ``form`` is set where the form of the value alone tells what it is (a token, a private key, a URL with a password):
    then the policy on that class speaks of it. ``length`` is a bucket. ``mark`` tells equal values of one run apart
    from others and says nothing else. ``weakness`` says why a value protects little, ``signing`` marks keys with which
    a framework signs.
    """

    key: str
    at: Span
    state: EntryState
    form: SecretClass | None = None
    length: str = ""
    mark: int = 0
    weakness: str = ""
    signing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretSite(Entity):
    """A file, an object or a resource with slots that call for secrets.

    ``tracking`` is that of its file. ``example`` marks a file that looks like an example or a test's input.
    """

    entries: tuple[SecretEntry, ...]
    tracking: Tracking = Tracking.CANNOT_TELL
    example: bool = False

    def in_state(self, *states: EntryState) -> tuple[SecretEntry, ...]:
        """Return the entries in one of these states, in the order of the file."""
        return tuple(each for each in self.entries if each.state in states)


class EnvironmentSite(SecretSite):
    """The variables that a workload's description sets itself."""


class ConfigMapSite(SecretSite):
    """The data of a ConfigMap."""


class SecretObjectSite(SecretSite):
    """The data of a Kubernetes Secret, decoded."""


class GeneratorSite(SecretSite):
    """A ``secretGenerator`` of Kustomize."""


class ChartValuesSite(SecretSite):
    """The values of a chart, in a file of values, a release or an application."""


class UserDataSite(SecretSite):
    """What a machine runs when it starts."""


class PipelineSite(SecretSite):
    """The definition of a pipeline."""


class ResourceSite(SecretSite):
    """The arguments of a resource, provider, module call or backend of Terraform, or a local value."""


class SecretStoreSite(SecretSite):
    """The argument that fills a store of secrets."""


class VariableSite(SecretSite):
    """The default of a variable of Terraform."""


class VariablesFileSite(SecretSite):
    """A file of values for variables of Terraform."""


class EnvironmentFileSite(SecretSite):
    """A file of variables for processes."""


class ComposeSecretSite(SecretSite):
    """The file behind a secret of Compose."""


class EncryptedFileSite(SecretSite):
    """A file that is said to be encrypted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateFileSite(SecretSite):
    """A state or plan file of Terraform; ``sensitive`` counts the values in it that are marked as such."""

    sensitive: int = 0
