"""Lifts the stores of AWS that have no machines to choose: warehouses, search collections and brokers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infraaudit.model import DataClass, FacetName, Known, Unknown
from infraaudit.readers.terraform.aws.stores.plain import Found, StoreKind, store_of
from infraaudit.readers.terraform.lifting.arguments import argument, document, literals
from infraaudit.readers.terraform.lifting.companions import companions
from infraaudit.readers.terraform.lifting.failover import failover_of
from infraaudit.readers.terraform.lifting.pointing import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.model import Datastore, Node, Value
    from infraaudit.readers.terraform.configuration.resource import Resource, Resources

_WAREHOUSE = StoreKind("aws_redshiftserverless_workgroup", "redshift", "workgroup_name", groups="security_group_ids")
_NAMESPACE = "aws_redshiftserverless_namespace"
_COLLECTION = StoreKind("aws_opensearchserverless_collection", "opensearch", "name", data_class=DataClass.DERIVED)
_NETWORK = "aws_opensearchserverless_security_policy"
_BROKERS = StoreKind("aws_msk_serverless_cluster", "kafka", "cluster_name", groups="vpc_config.security_group_ids")


def lift_serverless_stores(resources: Resources) -> Iterator[Datastore]:
    """Lift warehouses of Redshift, collections of OpenSearch and clusters of MSK that are paid by use."""
    for resource in resources.of_type(_WAREHOUSE.type):
        found = Found(answers=_of_namespace(resource, resources))
        yield replace(store_of(resource, resources, _WAREHOUSE, found), port=argument(resource, "port").integer())
    for resource in resources.of_type(_COLLECTION.type):
        found = Found(answers={FacetName.PUBLIC: _public(resource, resources)}, failover=failover_of(resource))
        yield store_of(resource, resources, _COLLECTION, found)
    for resource in resources.of_type(_BROKERS.type):
        yield store_of(resource, resources, _BROKERS)


def _of_namespace(workgroup: Resource, resources: Resources) -> dict[FacetName, Value[bool]]:
    """Return what the namespace of a warehouse says: with whose key it encrypts, and which logs it hands out."""
    node = argument(workgroup, "namespace_name")
    named = mentioned(resources, node, _NAMESPACE)
    same = [each for each in resources.of_type(_NAMESPACE) if argument(each, "namespace_name").content == node.content]
    found = next(iter((*named, *(same if isinstance(node.content, str) else ()))), None)
    if found is None:
        unknown: Unknown[bool] = Unknown("its namespace is not among these files", node.at)
        return {FacetName.OWN_KEY: unknown, FacetName.LOGS_WRITTEN: unknown}
    key, logs = argument(found, "kms_key_id"), argument(found, "log_exports")
    answers: dict[FacetName, Value[bool]] = {FacetName.LOGS_WRITTEN: _handed_out(logs)}
    if isinstance(text := key.string(), Unknown) and not key.mentions:
        answers[FacetName.OWN_KEY] = Unknown(text.why, text.at)
    else:
        answers[FacetName.OWN_KEY] = Known(not key.is_absent, key.at)
    return answers


def _handed_out(logs: Node) -> Value[bool]:
    names = [each.string() for each in logs.each()]
    if any(isinstance(each, Known) for each in names):
        return Known(value=True, at=logs.at)
    if names or logs.is_unknown or logs.open:
        return Unknown("which logs it exports cannot be told", logs.at)
    return Known(value=False, at=logs.at, stated=False, fact="no logs are exported unless they are named")


def _public(collection: Resource, resources: Resources) -> Value[bool]:
    """Return whether a policy lets the internet reach a collection; without one nobody reaches it."""
    doubt: Unknown[bool] | None = None
    for policy in resources.of_type(_NETWORK):
        if argument(policy, "type").content == "encryption":
            continue
        answer = _lets_in(policy, collection, resources)
        if isinstance(answer, Unknown):
            doubt = doubt or answer
        elif answer.value:
            return answer
    _, perhaps = companions(collection, resources, _NETWORK, "name")
    return doubt or perhaps or Known(value=False, at=collection.at)


def _lets_in(policy: Resource, collection: Resource, resources: Resources) -> Value[bool]:
    node = argument(policy, "policy")
    parts = document(node)
    if not parts.is_list or parts.open:
        return Unknown(f"what {policy.address} says cannot be told", node.at)
    for part in parts.each():
        public = part["AllowFromPublic"].boolean()
        if isinstance(public, Known) and not public.value:
            continue
        names = [each for rule in part["Rules"].each() for each in rule["Resource"].each()]
        hit = [_names(each, collection, resources) for each in names]
        if any(hit):
            return Unknown(public.why, public.at) if isinstance(public, Unknown) else Known(value=True, at=node.at)
        if None in hit:
            return Unknown(f"for which collections {policy.address} is cannot be told", node.at)
    return Known(value=False, at=node.at)


def _names(node: Node, collection: Resource, resources: Resources) -> bool | None:
    if collection in mentioned(resources, node):
        return True
    text, own = node.string(), literals(argument(collection, "name").string())
    if not isinstance(text, Known):
        return None
    kind, _, name = text.value.partition("/")
    if kind not in {"collection", "dashboard"}:
        return False
    if name.endswith("*"):
        return any(each.startswith(name[:-1]) for each in own) or (None if not own and name != "*" else name == "*")
    return name in own if own else None
