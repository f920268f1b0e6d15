"""Reads who is granted which role on what: by members, bindings and whole policies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.model import Absent, Known
from infraaudit.readers.terraform.lifting.arguments import argument, blocks, document
from infraaudit.readers.terraform.lifting.pointing import means, reference_of, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Maybe, Node
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources
    from infraaudit.source.span import Span

EVERYBODY = frozenset({"allUsers", "allAuthenticatedUsers"})
"""The words for whoever asks, with an account of Google or without."""

_POLICY = "google_iam_policy"


@dataclass(frozen=True, slots=True)
class Place:
    """A kind of thing on which roles are granted: how the types of its grants begin, and the argument that names it.

    ``type`` is the resource type of the thing and ``named_by`` the argument with its own name.
    """

    prefix: str
    argument: str
    type: str
    named_by: str = "name"


PLACES = (
    Place("google_storage_bucket", "bucket", "google_storage_bucket"),
    Place("google_pubsub_topic", "topic", "google_pubsub_topic"),
    Place("google_pubsub_subscription", "subscription", "google_pubsub_subscription"),
    Place("google_kms_crypto_key", "crypto_key_id", "google_kms_crypto_key"),
    Place("google_kms_key_ring", "key_ring_id", "google_kms_key_ring"),
    Place("google_secret_manager_secret", "secret_id", "google_secret_manager_secret", "secret_id"),
    Place("google_secret_manager_regional_secret", "secret_id", "google_secret_manager_regional_secret", "secret_id"),
    Place("google_bigquery_dataset", "dataset_id", "google_bigquery_dataset", "dataset_id"),
    Place("google_bigquery_table", "table_id", "google_bigquery_table", "table_id"),
    Place("google_artifact_registry_repository", "repository", "google_artifact_registry_repository", "repository_id"),
    Place("google_service_account", "service_account_id", "google_service_account", "account_id"),
    Place("google_cloud_run_v2_service", "name", "google_cloud_run_v2_service"),
    Place("google_cloud_run_v2_job", "name", "google_cloud_run_v2_job"),
    Place("google_cloud_run_service", "service", "google_cloud_run_service"),
    Place("google_cloudfunctions2_function", "cloud_function", "google_cloudfunctions2_function"),
    Place("google_cloudfunctions_function", "cloud_function", "google_cloudfunctions_function"),
    Place("google_cloud_tasks_queue", "name", "google_cloud_tasks_queue"),
    Place("google_spanner_instance", "instance", "google_spanner_instance"),
    Place("google_spanner_database", "database", "google_spanner_database"),
    Place("google_bigtable_instance", "instance", "google_bigtable_instance"),
    Place("google_bigtable_table", "table", "google_bigtable_table"),
)
"""The things that carry grants of their own."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One role, and to whom it is given: ``members`` are the nodes of them, ``complete`` that these are all.

    ``address`` is that of the resource that grants it, with a number where it grants several.
    """

    resource: Resource
    address: str
    role: Node
    members: tuple[Node, ...]
    complete: bool
    at: Span
    conditioned: bool = False


def grants_of(resource: Resource, resources: Resources) -> Iterator[Grant]:
    """Yield what a resource grants: one role, or all those of the policy that it takes over."""
    if not resource.type.endswith("_iam_policy"):
        single, several = argument(resource, "member"), argument(resource, "members")
        members = (single,) if not single.is_absent else several.each()
        complete = not single.is_absent or several.complete
        condition = not argument(resource, "condition").is_absent
        role = argument(resource, "role")
        yield Grant(resource, resource.address, role, members, complete, resource.at, condition)
        return
    bindings, complete = _bindings(resource, resources)
    for number, binding in enumerate(bindings):
        named = binding["members"]
        yield Grant(
            resource,
            resource.address if number == 0 else f"{resource.address}#{number}",
            binding["role"],
            named.each(),
            named.complete,
            binding.key_at or binding.at,
            not binding["condition"].is_absent,
        )
    if not complete:
        address = f"{resource.address}#more" if bindings else resource.address
        yield Grant(resource, address, argument(resource, "policy_data"), (), complete=False, at=resource.at)


def _bindings(resource: Resource, resources: Resources) -> tuple[tuple[Node, ...], bool]:
    """Return the bindings of a whole policy: of the data source that it names, or of the text that is written."""
    node = argument(resource, "policy_data")
    for target in node.mentions:
        source = resolve(resources, target)
        if source is not None and source.type == _POLICY:
            return blocks(source.body["binding"])
    text = document(node)
    return blocks(text["bindings"]) if text.is_mapping else ((), False)


def grants_on(place: Place, resources: Resources) -> Iterator[Grant]:
    """Yield everything that is granted on things of a kind."""
    for way in ("member", "binding", "policy"):
        for resource in resources.of_type(f"{place.prefix}_iam_{way}"):
            yield from grants_of(resource, resources)


def thing_of(grant: Grant, place: Place, resources: Resources) -> tuple[str, ...]:
    """Return the address of the thing that a grant is for, or what is written as its name."""
    node = argument(grant.resource, place.argument)
    for thing in resources.of_type(place.type):
        if means(resources, node, thing, place.named_by):
            return (thing.address,)
    return (str(node.content),) if node.is_scalar else ()


def role_of(grant: Grant, resources: Resources) -> Maybe[str]:
    """Return the role that is granted: its name, or the address of one that the configuration makes itself."""
    reference = reference_of(grant.role)
    found = resolve(resources, reference.target) if reference is not None else None
    if found is not None and found.type.endswith("_iam_custom_role"):
        return Known(found.address, grant.role.at)
    written = grant.role.string()
    return Absent(grant.at) if isinstance(written, Absent) else written


def members_of(grant: Grant, resources: Resources) -> tuple[str, ...]:
    """Return the members of a grant as written, or as service accounts of the configuration."""
    return tuple(member_of(each, resources) for each in grant.members)


def member_of(node: Node, resources: Resources) -> str:
    """Return one member; an empty text where it cannot be told."""
    text = node.string()
    if isinstance(text, Known):
        return text.value
    reference = reference_of(node)
    targets = (reference.target,) if reference is not None else node.mentions
    found = next((each for target in targets if (each := resolve(resources, target)) is not None), None)
    return f"serviceAccount:{found.address}" if found is not None and "service_account" in found.type else ""


def everybody_in(grant: Grant) -> Node | None:
    """Return the member of a grant that is everybody, if there is one."""
    return next((each for each in grant.members if each.is_scalar and each.content in EVERYBODY), None)
