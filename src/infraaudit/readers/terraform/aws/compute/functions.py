"""Lifts the functions of AWS Lambda."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.facts import fact
from infraaudit.model import (
    LAMBDA,
    Absent,
    Container,
    Function,
    Known,
    Role,
    ServiceTarget,
    Unknown,
    default,
)
from infraaudit.model.node import as_integer
from infraaudit.readers.terraform.aws.defaults import integer_or_default, string_or_default
from infraaudit.readers.terraform.aws.facets import facets_of
from infraaudit.readers.terraform.aws.network.security_groups import security_groups
from infraaudit.readers.terraform.aws.network.subnets import location_of
from infraaudit.readers.terraform.lifting.arguments import argument, literals
from infraaudit.readers.terraform.lifting.companions import companions
from infraaudit.readers.terraform.lifting.container_parts import command_of, variables_of
from infraaudit.readers.terraform.lifting.pointing import behind, certain, looked_up, pointed, reference_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from infraaudit.model import Maybe, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.source.yaml_tree import Scalar

_FUNCTION = "aws_lambda_function"
_IN_ARN = ":function:"
_TABLE = "aws_defaults"
_MIB = 2**20
_CONCURRENCY = "L-B99A9384"
"""How Service Quotas calls the concurrent executions of an account."""
_COUNTED = "each event starts a copy of its own"


def function_named(resources: Resources, node: Node) -> Maybe[str]:
    """Return the function that an argument names: its address or literal name, an alias being that of its function."""
    alias = behind(resources, node, "aws_lambda_alias")
    if alias is not None:
        node = argument(alias, "function_name")
    text = node.string()
    if isinstance(text, Known) and _IN_ARN in text.value and reference_of(node) is None:
        return text.map(_name_in_arn)
    named = pointed(resources, node)
    return named.map(_without_version) if isinstance(named, Known) else named


def _name_in_arn(arn: str) -> str:
    return arn.partition(_IN_ARN)[2].partition(":")[0]


def _without_version(name: str) -> str:
    return name if name.startswith(("aws_", "module.", "data.")) else name.partition(":")[0]


def lift_functions(resources: Resources) -> Iterator[Function]:
    """Lift ``aws_lambda_function``."""
    for resource in resources.of_type(_FUNCTION):
        sandbox, hidden = fact(_TABLE, "lambda.sandbox"), fact(_TABLE, "lambda.public")
        asynchronous = _Asynchronous.of(resource, resources)
        groups, groups_complete = security_groups(resources, argument(resource, "vpc_config.security_group_ids"))
        yield Function(
            address=resource.address,
            kind=resource.type,
            name=resource.name,
            at=resource.at,
            deployment=resource.deployment,
            platform=LAMBDA,
            role=Role.FUNCTION,
            replicas=Unknown(_COUNTED, resource.at),
            surge=Absent(resource.at),
            stop_grace=default(0, resource.at, sandbox.words),
            containers=(_container(resource, resources),),
            host_network=default(bool(sandbox.value), resource.at, sandbox.words),
            location=location_of(resources, argument(resource, "vpc_config.subnet_ids")),
            time_limit=integer_or_default(argument(resource, "timeout"), "lambda.timeout"),
            most_at_once=_reserved(argument(resource, "reserved_concurrent_executions")),
            shared_at_once=_shared(resource, resources),
            dead_letter=asynchronous.dead_letter(),
            retries=asynchronous.integer("maximum_retry_attempts", "lambda.retries"),
            event_age=asynchronous.integer("maximum_event_age_in_seconds", "lambda.event_age"),
            successes=asynchronous.named("destination_config.on_success.destination"),
            layers=tuple(_layers(argument(resource, "layers"), resources)),
            layers_complete=argument(resource, "layers").complete,
            log_format=string_or_default(argument(resource, "logging_config.log_format"), "lambda.log_format"),
            identifiers=literals(argument(resource, "function_name").string()),
            code=_code(resource, resources),
            runtime=argument(resource, "runtime").string(),
            architecture=_architecture(resource),
            fetches_as=pointed(resources, argument(resource, "role")),
            identity=pointed(resources, argument(resource, "role")),
            public=default(bool(hidden.value), resource.at, hidden.words),
            firewalls=groups,
            firewalls_complete=groups_complete,
            targets=tuple(_targets(resource, resources)),
            facets=facets_of(resource, resources),
        )


def _layers(node: Node, resources: Resources) -> Iterator[Value[str]]:
    """Yield the layers: the address of each, or its whole ARN, which alone tells who made it."""
    for each in node.each():
        written = each.string()
        named = written if isinstance(written, Known) else pointed(resources, each)
        yield Unknown("no layer is named", named.at) if isinstance(named, Absent) else named


def _code(resource: Resource, resources: Resources) -> Maybe[str]:
    """Return the package of a function: its file, the object that holds it, or the archive that is made for it."""
    for name in ("filename", "s3_key"):
        node = argument(resource, name)
        if not node.is_absent:
            found = looked_up(resources, node)
            return Known(found.address, node.at) if found is not None else node.string()
    return Absent(resource.at)


def _targets(resource: Resource, resources: Resources) -> Iterator[ServiceTarget]:
    """Yield where load balancers are told to ask a function; a function listens on no port."""
    for attachment in resources.derived(_attachments).get(resource.address, ()):
        group = argument(attachment, "target_group_arn")
        port: Unknown[int] = Unknown("a function listens on no port", group.at)
        yield ServiceTarget(certain(resources, group, "no target group is named"), "", port, group.at)


def _attachments(resources: Resources) -> Mapping[str, Sequence[Resource]]:
    """Return the attachments to target groups by the address of the function that they name."""
    found: dict[str, list[Resource]] = defaultdict(list)
    for attachment in resources.of_type("aws_lb_target_group_attachment", "aws_alb_target_group_attachment"):
        named = function_named(resources, argument(attachment, "target_id"))
        if isinstance(named, Known):
            found[named.value].append(attachment)
    return found


def _architecture(resource: Resource) -> Maybe[str]:
    node = argument(resource, "architectures")
    first = next(iter(node.each()), None)
    if first is None and node.is_absent:
        stated = fact(_TABLE, "lambda.architecture")
        return default(str(stated.value), node.at, stated.words)
    return first.string() if first is not None else Unknown("its architectures cannot be told", node.at)


def _reserved(node: Node) -> Maybe[int]:
    """Return how many executions are kept for a function, which is the most that it may have; -1 is none of its own."""
    written = node.integer()
    return Absent(written.at) if isinstance(written, Known) and written.value < 0 else written


def _shared(resource: Resource, resources: Resources) -> Value[int]:
    """Return the quota of the account, which a resource of its own may raise."""
    stated = fact(_TABLE, "lambda.account_concurrency")
    for quota in resources.of_type("aws_servicequotas_service_quota"):
        if argument(quota, "quota_code").content == _CONCURRENCY:
            asked = argument(quota, "value").integer()
            if not isinstance(asked, Absent):
                return asked
    return default(int(stated.value), resource.at, stated.words)


@dataclass(frozen=True, slots=True)
class _Asynchronous:
    """What becomes of the events of a function that nobody waits for: its own words, and those of a resource beside it.

    ``doubt`` is why there may be such a resource that is not among the ``settings``.
    """

    function: Resource
    resources: Resources
    settings: tuple[Resource, ...]
    doubt: Unknown[bool] | None

    @staticmethod
    def of(function: Resource, resources: Resources) -> _Asynchronous:
        """Find what is said of the events of a function."""
        type_ = "aws_lambda_function_event_invoke_config"
        found, doubt = companions(function, resources, type_, "function_name", "function_name")
        return _Asynchronous(function, resources, found, None if found else doubt)

    def dead_letter(self) -> Maybe[str]:
        """Return what takes an event that was tried in vain."""
        own = pointed(self.resources, argument(self.function, "dead_letter_config.target_arn"))
        return own if not isinstance(own, Absent) else self.named("destination_config.on_failure.destination")

    def named(self, path: str) -> Maybe[str]:
        """Return what a setting names."""
        for each in self.settings:
            return pointed(self.resources, argument(each, path))
        return Absent(self.function.at) if self.doubt is None else Unknown(self.doubt.why, self.doubt.at)

    def integer(self, path: str, row: str) -> Value[int]:
        """Return the number of a setting, or the default under ``row``."""
        for each in self.settings:
            return integer_or_default(argument(each, path), row)
        if self.doubt is not None:
            return Unknown(self.doubt.why, self.doubt.at)
        stated = fact(_TABLE, row)
        return default(int(stated.value), self.function.at, stated.words)


def _container(resource: Resource, resources: Resources) -> Container:
    """Return what stands for the function's sandbox: its environment, its sizes and its image, if it has one."""
    environment, complete = variables_of(argument(resource, "environment.variables"), resources)
    sandbox = fact(_TABLE, "lambda.sandbox")
    memory = argument(resource, "memory_size").value(_mebibytes, "a number of MiB")
    stated = fact(_TABLE, "lambda.memory")
    size = default(int(stated.value), memory.at, stated.words) if isinstance(memory, Absent) else memory
    return Container(
        address=f"{resource.address}[function]",
        kind="container",
        name=resource.name,
        at=resource.at,
        deployment=resource.deployment,
        workload=resource.address,
        image=argument(resource, "image_uri").string(),
        entrypoint=command_of(argument(resource, "image_config.entry_point")),
        command=command_of(argument(resource, "image_config.command")),
        environment=environment,
        environment_complete=complete,
        readiness=Absent(resource.at),
        liveness=Absent(resource.at),
        startup=Absent(resource.at),
        cpu_request=Absent(resource.at),
        cpu_limit=Absent(resource.at),
        memory_request=size,
        memory_limit=size,
        privileged=default(bool(sandbox.value), resource.at, sandbox.words),
        user=Absent(resource.at),
    )


def _mebibytes(scalar: Scalar) -> int | None:
    size = as_integer(scalar)
    return None if size is None else size * _MIB
