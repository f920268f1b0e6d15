"""Finds credentials in plain text in every file of configuration, one entity a distinct value, never with the value."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraaudit.facts.secrets import Family, Match, find_secrets, key_name
from infraaudit.model import Confidence, EntryState, SecretClass, SecretMaterial, SecretUse
from infraaudit.readers.credentials.candidates import LARGEST, is_candidate, is_encrypted, is_example, is_loose
from infraaudit.readers.credentials.documents import (
    REGISTRY,
    Document,
    document_of,
    encoded_entries,
    entries,
    registry_logins,
)
from infraaudit.readers.credentials.sites import sites_of
from infraaudit.readers.credentials.slots import CLASS_OF_FAMILY, Marks, length_bucket
from infraaudit.readers.credentials.text_sites import is_state_file
from infraaudit.readers.deployments import deployment_of
from infraaudit.readers.reading import FileRow, FileState, Reading
from infraaudit.source.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from infraaudit.model import Deployment, SecretSite
    from infraaudit.readers.credentials.slots import Slot
    from infraaudit.source.file import SourceFile, SourceTree
    from infraaudit.source.span import Span

_DOCUMENT_FAMILIES = {"git-credentials": Family.CONNECTION}
"""Which family of match a document gives a meaning to; for the others it is the private key."""

_SHORTEST_SHARED = 8
"""Characters below which two equal values may be equal by chance."""


@dataclass(frozen=True, slots=True)
class _Sighting:
    """A secret at one place. ``value`` only serves to tell equal values in this run and goes with the sighting."""

    value: str
    match: Match
    secret_class: SecretClass
    key: str
    at: Span
    example: bool
    deployment: Deployment


def read(tree: SourceTree, /, *, today: date | None = None) -> Reading:
    """Find the credentials of a tree.

    ``today`` is the day on which tokens that name their end are judged; without it none counts as expired. Files of
    other readers are not entered in the ledger here, only credential files that nobody else reads.
    """
    rows: list[FileRow] = []
    sightings: list[_Sighting] = []
    sites: list[SecretSite] = []
    marks = Marks()
    for path in sorted(tree.paths):
        state = is_state_file(path)
        if not (state or is_candidate(path)):
            continue
        file = tree.open(path)
        if state or is_loose(path):
            rows.append(_row(path, file, "Terraform state" if state else "credential file"))
        if not isinstance(file, Problem) and len(file.text) > LARGEST:
            continue
        if not state and not isinstance(file, Problem) and not is_encrypted(file.text):
            sightings.extend(_sightings(file))
        for site, slots in sites_of(tree, path, file, marks):
            sites.append(site)
            sightings.extend(_named(site, slots))
    return Reading(entities=(*_entities(sightings, today), *sites), files=tuple(rows))


def _row(path: str, file: SourceFile | Problem, kind: str) -> FileRow:
    if isinstance(file, Problem):
        return FileRow(path, kind, FileState.SKIPPED, file.message)
    if len(file.text) > LARGEST:
        return FileRow(path, kind, FileState.SKIPPED, f"more than {LARGEST:,} characters")
    return FileRow(path, kind, FileState.PARSED)


# -- one file ------------------------------------------------------------------------------------------------------


def _sightings(file: SourceFile) -> Iterator[_Sighting]:
    name = file.path.rsplit("/", 1)[-1]
    matches = find_secrets(file.text)
    document = document_of(name, file.text) if matches else None
    example: bool | None = None
    found: list[tuple[Match, SecretClass, str]] = [
        *(_in_document(file.text, match, document) for match in matches),
        *_by_grammar(name, file.text, matches),
        *_encoded(file.text, matches),
    ]
    for match, secret_class, key in sorted(found, key=lambda each: each[0].start):
        if example is None:
            example = is_example(file.path, file.text)
        if example and match.weak and secret_class is SecretClass.CONNECTION_URL:
            continue
        value = file.text[match.start : match.end]
        at = file.span_of_text(match.start, match.end)
        yield _Sighting(value, match, secret_class, key, at, example, _deployment(file.path))


def _deployment(path: str) -> Deployment:
    folder, _, name = path.rpartition("/")
    return deployment_of("files", folder, name, detail=name)


def _named(site: SecretSite, slots: tuple[Slot, ...]) -> Iterator[_Sighting]:
    """Yield the literals of a site that only the name of their slot tells, and that are long enough to be compared."""
    for entry, slot in zip(site.entries, slots, strict=True):
        if entry.state is EntryState.LITERAL and entry.form is None and len(slot.text) >= _SHORTEST_SHARED:
            match = Match(
                detector="named-literal",
                family=Family.TOKEN,
                kind="secret",
                provider="",
                start=0,
                end=len(slot.text),
                whole=0,
            )
            yield _Sighting(
                slot.text, match, SecretClass.NAMED_LITERAL, entry.key, entry.at, site.example, site.deployment
            )


def _in_document(text: str, match: Match, document: Document | None) -> tuple[Match, SecretClass, str]:
    key = key_name(text, match.whole)
    wanted = _DOCUMENT_FAMILIES.get(document.detector, Family.PRIVATE_KEY) if document else None
    if document is None or match.family is not wanted:
        return match, CLASS_OF_FAMILY[match.family], key
    return _renamed(match, document), SecretClass.CREDENTIAL_DOCUMENT, key


def _renamed(match: Match, document: Document) -> Match:
    return _match(document, match.start, match.end, host=match.host, restricted=match.restricted)


def _match(document: Document, start: int, end: int, *, host: str = "", restricted: bool = False) -> Match:
    return Match(
        detector=document.detector,
        family=Family.TOKEN,
        kind=document.kind,
        provider=document.provider,
        start=start,
        end=end,
        whole=start,
        host=host,
        restricted=restricted,
    )


def _by_grammar(name: str, text: str, known: Iterable[Match]) -> Iterator[tuple[Match, SecretClass, str]]:
    for entry in entries(name, text):
        match = _match(entry.document, entry.start, entry.end, host=entry.host)
        if not any(match.overlaps(other) for other in known):
            yield match, SecretClass.CREDENTIAL_DOCUMENT, entry.key


def _encoded(text: str, known: Iterable[Match]) -> Iterator[tuple[Match, SecretClass, str]]:
    """Yield what the data of Kubernetes Secrets holds behind its base64."""
    for start, end, key, decoded in encoded_entries(text):
        login = _match(REGISTRY, start, end)
        if any(login.overlaps(other) for other in known):
            continue
        if next(registry_logins(decoded), None):
            yield login, SecretClass.CREDENTIAL_DOCUMENT, key
            continue
        inner = find_secrets(decoded)[0]
        match = Match(
            detector=inner.detector,
            family=inner.family,
            kind=inner.kind,
            provider=inner.provider,
            start=start,
            end=end,
            whole=start,
            restricted=inner.restricted,
            weak=inner.weak,
            host=inner.host,
            expires=inner.expires,
        )
        yield match, CLASS_OF_FAMILY[inner.family], key


# -- all files -----------------------------------------------------------------------------------------------------


def _entities(sightings: Iterable[_Sighting], today: date | None) -> Iterator[SecretMaterial]:
    """Put the sightings of one value together, in the order in which values are first met.

    One password for two hosts is two credentials, for each is judged by where it leads.
    """
    groups: dict[tuple[str, str, str], list[_Sighting]] = defaultdict(list)
    for sighting in sightings:
        groups[sighting.match.detector, sighting.match.host, sighting.value].append(sighting)
    counts: Counter[tuple[str, str]] = Counter()
    for (detector, _, _), group in groups.items():
        path = group[0].at.path
        counts[detector, path] += 1
        yield _entity(group, f"secret {detector} {path} {counts[detector, path]}", today)


def _entity(group: list[_Sighting], address: str, today: date | None) -> SecretMaterial:
    first = group[0]
    path = first.at.path
    key = next((each.key for each in group if each.key), "")
    return SecretMaterial(
        address=address,
        kind=first.match.kind,
        name=key or first.match.provider or path.rsplit("/", 1)[-1],
        at=first.at,
        deployment=deployment_of("files", path.rpartition("/")[0]),
        secret_class=first.secret_class,
        provider=first.match.provider,
        confidence=_confidence([each.match for each in group], today),
        key_name=key,
        hint=first.match.hint,
        length=length_bucket(first.value),
        host=first.match.host,
        weak=any(each.match.weak for each in group),
        example=all(each.example for each in group),
        places=tuple(each.at for each in group),
        uses=tuple(SecretUse(each.at, each.deployment, each.example) for each in group),
    )


def _confidence(matches: list[Match], today: date | None) -> Confidence:
    """Judge a value by the most serious of its places."""
    expires = matches[0].expires
    if today is not None and expires is not None and expires < today:
        return Confidence.EXPIRED
    return Confidence.RESTRICTED if all(match.restricted for match in matches) else Confidence.CERTAIN
