"""What the stages of an API say of it: whether requests are written down, and what stands before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from infraaudit.model import Absent, Known, Listener, Unknown
from infraaudit.readers.terraform.aws.edge.associations import firewall_before
from infraaudit.readers.terraform.aws.edge.logging import delivered
from infraaudit.readers.terraform.lifting.arguments import argument, is_present, reason
from infraaudit.readers.terraform.lifting.pointing import behind

if TYPE_CHECKING:
    from infraaudit.model import Maybe, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.source.span import Span

_HTTPS = 443
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stages:
    """The stages of one API."""

    api: Resource
    members: tuple[Resource, ...]
    resources: Resources

    @staticmethod
    def of(api: Resource, resources: Resources, type_: str, named_by: str) -> Stages:
        """Find the stages that name an API."""
        members = resources.of_type(type_)
        return Stages(
            api, tuple(each for each in members if behind(resources, argument(each, named_by)) == api), resources
        )

    def when_nothing_is_said(self, what: str) -> Maybe[int]:
        """Return that there is no bound, or that it cannot be told where no stage is in sight."""
        if self.members:
            return Absent(self.members[0].at)
        return Unknown(f"{what} is a matter of its stages, which are not in the scan", self.api.at)

    def logged(self) -> Value[bool]:
        """Return whether the requests of every stage are written down."""
        if not self.members:
            return Unknown("its stages are not in the scan", self.api.at)
        answers = [self._logged(each) for each in self.members]
        off = next((each for each in answers if isinstance(each, Known) and not each.value), None)
        unknown = next((each for each in answers if isinstance(each, Unknown)), None)
        return off or unknown or answers[0]

    def traced(self) -> Value[bool]:
        """Return whether every stage hands on traces."""
        if not self.members:
            return Unknown("its stages are not in the scan", self.api.at)
        stated = "a stage hands on no traces unless it is told to"
        answers = [
            argument(each, "xray_tracing_enabled").boolean_or(fallback=False, fact=stated) for each in self.members
        ]
        off = next((each for each in answers if isinstance(each, Known) and not each.value), None)
        unknown = next((each for each in answers if isinstance(each, Unknown)), None)
        return off or unknown or answers[0]

    def _logged(self, stage: Resource) -> Value[bool]:
        node = argument(stage, "access_log_settings")
        if is_present(node):
            return Known(value=True, at=node.at)
        if node.is_unknown or node.open:
            return Unknown(reason(node) if node.is_unknown else "its log settings cannot be told", node.at)
        return delivered(stage, self.resources)

    def web_firewall(self) -> Maybe[str]:
        """Return what stands before the API: the rules that the first stage is tied to."""
        if not self.members:
            return Unknown("its stages are not in the scan", self.api.at)
        found = [firewall_before(each, self.resources) for each in self.members]
        return next((each for each in found if not isinstance(each, Known)), found[0])


def encrypted_door(at: Span) -> Listener:
    """Return the door of what takes no other requests than encrypted ones."""
    return Listener(Known(_HTTPS, at), Known("https", at), Known(value=False, at=at), at)
