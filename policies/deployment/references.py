"""Whether the objects that something names are there."""

from collections.abc import Iterator
from difflib import get_close_matches

from infraaudit.model import (
    AccessRole,
    ConfigObject,
    Entity,
    Estate,
    Key,
    Known,
    ObjectReference,
    PriorityClass,
    Referring,
    SecretProvider,
    Service,
    ServiceAccount,
    Unknown,
    UnsettledError,
    VolumeClaim,
    Workload,
    known_value,
)
from infraaudit.policy import (
    Effort,
    Exclusion,
    Finding,
    Findings,
    Place,
    Reason,
    Severity,
    brought_unseen,
    lowered,
    policy,
)

_TYPES: dict[str, type[Entity]] = {
    "ConfigMap": ConfigObject,
    "Secret": ConfigObject,
    "PersistentVolumeClaim": VolumeClaim,
    "ServiceAccount": ServiceAccount,
    "PriorityClass": PriorityClass,
    "Service": Service,
    "Role": AccessRole,
}
_OF_NO_NAMESPACE = frozenset({"PriorityClass"})
_BUILT_IN = frozenset(
    {
        ("ServiceAccount", "default"),
        ("ConfigMap", "kube-root-ca.crt"),
        ("PriorityClass", "system-cluster-critical"),
        ("PriorityClass", "system-node-critical"),
    }
)
_OF_THE_CLUSTER = frozenset({"kube-system", "kube-public", "kube-node-lease"})
"""Namespaces whose objects come with the cluster, whatever the manifests describe."""

_MADE_BY_HAND = frozenset({"Secret"})
"""Kinds that are usually made outside of version control, so that a missing one says nothing."""


def _names_objects(subject: Referring, _: Estate) -> Exclusion | None:
    """Hold what names objects of kinds that can be looked up."""
    if not any(each.kind in _TYPES for each in subject.references):
        return Exclusion(Reason.MANAGED, "it names no other object")
    return None


@policy(
    Severity.HIGH,
    effort=Effort.SMALL,
    when=_names_objects,
    holds="every object and key that is named is there",
    equivalents=(
        "kube-linter:non-existent-service-account",
        "kube-linter:dangling-ingress",
        "kube-score:ingress-targets-service",
    ),
    insight=True,
)
def reference_to_missing_object(subject: Referring, estate: Estate) -> Findings:
    """Something names an object or a key that is not there.

    Why: the containers of a pod are not created before all that they name is there, a pod of an account that is missing
    is refused, and requests to a Service that is missing end at the proxy; the rest of the deployment looks well.

    Fix: create the object in the same namespace, or correct its name or key.

    Quiet when: the reference is optional; the object is made in the cluster by another one (a sealed or external
    secret, a certificate, a release of a chart), comes with every cluster, or stands elsewhere in the scan.

    See: Kubernetes documentation, Configure a Pod to Use a ConfigMap; Secrets, Restrictions.
    """
    doubts: list[Unknown[object]] = []
    told: set[tuple[str, str, str]] = set()
    for reference in subject.references:
        if reference.kind not in _TYPES or known_value(reference.optional) is True:
            continue
        if isinstance(reference.name, Unknown) or isinstance(reference.optional, Unknown):
            doubts.append(_doubt(reference))
            continue
        answer = _judged(subject, reference, reference.name.value, estate)
        if isinstance(answer, Unknown):
            doubts.append(answer)
        elif answer is not None and (key := (reference.kind, reference.name.value, answer.part)) not in told:
            told.add(key)
            yield answer
    if doubts:
        raise UnsettledError(doubts[0])


def _doubt(reference: ObjectReference) -> Unknown[object]:
    value = reference.name if isinstance(reference.name, Unknown) else reference.optional
    return Unknown(value.why if isinstance(value, Unknown) else "", value.at, mentions=getattr(value, "mentions", ()))


def _judged(
    subject: Referring, reference: ObjectReference, name: str, estate: Estate
) -> Finding | Unknown[object] | None:
    if (reference.kind, name) in _BUILT_IN:
        return None
    namespace = reference.namespace or _namespace(subject)
    found = _found(subject, reference.kind, name, namespace, estate)
    if found is not None:
        return _judged_key(subject, reference, found, estate)
    made = _makers(subject, reference.kind, name, namespace, estate)
    if made is not None:
        return _judged_made_key(subject, reference, name, made) if isinstance(made, SecretProvider) else made
    return _missing(subject, reference, name, namespace, estate)


# -- where objects are looked for ----------------------------------------------------------------------------


def _namespace(entity: Entity) -> str:
    namespace: str = getattr(entity, "namespace", "")
    return namespace


def _of_kind(subject: Entity, kind: str, estate: Estate) -> Iterator[Entity]:
    return (each for each in estate.in_deployment(subject, _TYPES[kind]) if each.kind == kind)


def _found(subject: Entity, kind: str, name: str, namespace: str, estate: Estate) -> Entity | None:
    direct = estate.beside(subject, f"{kind}/{namespace}/{name}", _TYPES[kind])
    if direct is not None:
        return direct
    anywhere = kind in _OF_NO_NAMESPACE
    same = (each for each in _of_kind(subject, kind, estate) if each.name == name)
    return next((each for each in same if anywhere or _namespace(each) == namespace), None)


def _makers(
    subject: Entity, kind: str, name: str, namespace: str, estate: Estate
) -> SecretProvider | Unknown[object] | None:
    """Return what makes a Secret of this name, or why that cannot be told."""
    if kind != "Secret":
        return None
    address = f"Secret/{namespace}/{name}"
    for maker in estate.in_deployment(subject, SecretProvider):
        if any(known_value(made) == address for made in maker.makes):
            return maker
        if not maker.makes_complete or any(isinstance(made, Unknown) for made in maker.makes):
            return Unknown(f"{maker} may make the Secret {name}", maker.at)
    return None


# -- keys ----------------------------------------------------------------------------------------------------


def _judged_key(
    subject: Referring, reference: ObjectReference, found: Entity, estate: Estate
) -> Finding | Unknown[object] | None:
    if not isinstance(found, ConfigObject) or not isinstance(reference.key, Known):
        return reference.key if isinstance(reference.key, Unknown) else None
    keys = [name for name, _ in found.keys]
    key = reference.key.value
    if key in keys:
        return None
    if not found.complete or not keys or _also_made(subject, found, estate):
        return Unknown(f"{found} may get more keys than are written here", reference.at)
    return Finding(
        reference.at,
        f"{reference.use} of {subject} needs the key {key} of {found}, which has no such key",
        label="no such key" + _hint(key, keys),
        places=(Place(found.at, f"has {_listed(keys)}"),),
        part=f"{found.address} {key}",
    )


def _also_made(subject: Entity, found: ConfigObject, estate: Estate) -> bool:
    address = f"Secret/{found.namespace}/{found.name}"
    makers = estate.in_deployment(subject, SecretProvider)
    return found.secret and any(known_value(made) == address for maker in makers for made in maker.makes)


def _judged_made_key(
    subject: Referring, reference: ObjectReference, name: str, maker: SecretProvider
) -> Finding | Unknown[object] | None:
    if not isinstance(reference.key, Known):
        return reference.key if isinstance(reference.key, Unknown) else None
    keys = [each for each, _ in maker.keys]
    key = reference.key.value
    if key in keys:
        return None
    if not maker.complete or not keys:
        return Unknown(f"which keys {maker} writes into the Secret {name} is told in the cluster alone", reference.at)
    return Finding(
        reference.at,
        f"{reference.use} of {subject} needs the key {key} of Secret {name}, which {maker} makes without it",
        label="no such key" + _hint(key, keys),
        places=(Place(maker.at, f"writes {_listed(keys)}"),),
        part=f"Secret/{maker.namespace}/{name} {key}",
    )


# -- objects -------------------------------------------------------------------------------------------------


def _missing(
    subject: Referring, reference: ObjectReference, name: str, namespace: str, estate: Estate
) -> Finding | Unknown[object]:
    """Tell whether an object that is nowhere in the deployment is missing, or only not described here."""
    kind = reference.kind
    known = list(_of_kind(subject, kind, estate))
    beside = [each for each in known if kind in _OF_NO_NAMESPACE or _namespace(each) == namespace]
    elsewhere = [each for each in known if each.name == name]
    unknown: Unknown[object] = Unknown(f"whether there is a {kind} {name} is not told here", reference.at)
    lent = _stands_in_another(subject, kind, name, estate) or brought_unseen(subject, estate)
    if lent or namespace in _OF_THE_CLUSTER:
        return unknown
    near = get_close_matches(name, [each.name for each in beside], n=1, cutoff=0.85)
    if kind in _MADE_BY_HAND and not (elsewhere or near):
        return unknown
    if not beside and not elsewhere:
        return unknown
    where = next((f"there is one in the namespace {_namespace(each)}" for each in elsewhere), "")
    hint = where or (f"did you mean {near[0]}?" if near else "no such object")
    blocks = isinstance(subject, Workload)
    return Finding(
        reference.at,
        f"{subject} names the {kind} {name}, which is not among the objects of its namespace",
        label=hint,
        places=tuple(Place(each.at, str(each)) for each in (*elsewhere, *(b for b in beside if b.name in near))[:1]),
        factors=() if elsewhere or near or not blocks else (lowered("it may be made by hand"),),
        part=f"{kind}/{namespace}/{name}",
    )


def _stands_in_another(subject: Entity, kind: str, name: str, estate: Estate) -> bool:
    """Tell whether another deployment of the scan has such an object: the two may be applied together.

    A deployment that has the same subject too is another environment of it, and lends nothing.
    """
    same = (each for each in estate.of(_TYPES[kind]) if each.kind == kind and each.name == name)
    others = {each.deployment.id for each in same} - {subject.deployment.id}
    return any(estate.get(Key(other, subject.address), Entity) is None for other in others)


def _hint(word: str, known: list[str]) -> str:
    near = get_close_matches(word, known, n=1, cutoff=0.7)
    return f"; did you mean {near[0]}?" if near else ""


def _listed(keys: list[str]) -> str:
    most = 6
    return ", ".join(keys[:most]) + (" and others" if len(keys) > most else "")
