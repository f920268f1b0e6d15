"""Sites in YAML: objects of Kubernetes, values of charts, pipelines, secrets of Compose."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from infraaudit.facts.secrets import Grade, decode_base64, grade, is_secret_name, secret_assignments
from infraaudit.facts.table import table
from infraaudit.model import (
    DEFAULT_VALUES,
    ChartValuesSite,
    ComposeSecretSite,
    ConfigMapSite,
    EncryptedFileSite,
    EnvironmentSite,
    GeneratorSite,
    PipelineSite,
    SecretObjectSite,
)
from infraaudit.readers.credentials.slots import Draft, Slot, plain_texts, slots_in_text
from infraaudit.readers.credentials.text_sites import is_environment_file
from infraaudit.readers.credentials.yaml_walk import items, member, pairs, scalar, slots_below, text_of
from infraaudit.source.problem import Problem
from infraaudit.source.yaml_parse import parse_yaml
from infraaudit.source.yaml_tree import YamlMapping, YamlSequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraaudit.facts.secrets import Assignment
    from infraaudit.source.file import SourceFile, SourceTree
    from infraaudit.source.span import Span
    from infraaudit.source.yaml_tree import YamlNode

_RELEASES = {"HelmRelease": ("spec", "values"), "HelmChart": ("spec", "valuesContent")}
_CERTIFICATE = "-----BEGIN CERTIFICATE"


def yaml_drafts(file: SourceFile, tree: SourceTree) -> Iterator[Draft]:
    """Yield the sites of one file; what does not parse, such as the template of a chart, holds none."""
    if is_pipeline(file.path):
        yield from _pipeline(file)
        return
    parsed = parse_yaml(file)
    documents = [each for each in parsed.documents if isinstance(each, YamlMapping)]
    if any(problem.leaves_gap for problem in parsed.problems):
        return
    for document in documents:
        if member(document, "apiVersion") is not None and text_of(member(document, "kind")):
            yield from _object(file, document)
        elif _is_kustomization(file.path):
            yield from _generators(file, document, tree)
        elif is_values_file(file.path, tree):
            kind = DEFAULT_VALUES if _is_default(file.path, tree) else "values"
            yield _draft(ChartValuesSite, file, document.at, kind, file.path, tuple(slots_below(document, file)))
        elif member(document, "services") is not None:
            yield from _compose(file, document, tree)


def is_worth_parsing(file: SourceFile) -> bool:
    """Tell by its words whether a file may hold anything that is a site: most files do not, and parsing costs."""
    text = file.text
    if _WHOLE.search(text) or _is_kustomization(file.path):
        return True
    return any(grade(each.key, text[each.start : each.end]) in _TELLING for each in _written(text, file.path)) or any(
        is_secret_name(name) for name in _NAMED.findall(text)
    )


def _written(text: str, path: str) -> Iterator[Assignment]:
    return secret_assignments(text, options=is_pipeline(path))


_TELLING = frozenset({Grade.CERTAIN, Grade.LITERAL, Grade.WEAK, Grade.PLACEHOLDER})
_WHOLE = re.compile(r"""^["']?kind["']?[ \t]*:[ \t]*["']?Secret\b|^secrets:[ \t]*$""", re.MULTILINE)
_NAMED = re.compile(
    r"""\bname["']?[ \t]{0,20}:[ \t]{0,20}["']?([\w.\-/]{3,100})["']?,?[ \t\r\n]{1,80}["']?value["']?[ \t]{0,20}:"""
)


def is_pipeline(path: str) -> bool:
    """Tell whether a file defines a pipeline by its path."""
    rows = table("secret_slots")
    lower = f"/{path.lower()}"
    named = lower.rsplit("/", 1)[-1] in rows["pipeline.names"]["words"]
    return lower.endswith((".yml", ".yaml")) and (
        named or any(f"/{folder}" in lower for folder in rows["pipeline.folders"]["words"])
    )


def is_values_file(path: str, tree: SourceTree) -> bool:
    """Tell whether a file holds values of a chart: by its name, or beside the chart."""
    folder, _, name = path.rpartition("/")
    stem = name.lower().rpartition(".")[0]
    return "values" in stem.replace("-", ".").replace("_", ".").split(".") or (
        posixpath.join(folder, "Chart.yaml") in tree.known and stem not in {"chart", "requirements"}
    )


def _is_default(path: str, tree: SourceTree) -> bool:
    folder, _, name = path.rpartition("/")
    return name.startswith("values.") and posixpath.join(folder, "Chart.yaml") in tree.known


def _is_kustomization(path: str) -> bool:
    return path.rsplit("/", 1)[-1].lower() in {"kustomization.yaml", "kustomization.yml", "kustomization"}


def _draft(
    type_: type, file: SourceFile, at: Span, kind: str, name: str, slots: tuple[Slot, ...], *names: str
) -> Draft:
    stem = file.path.rsplit("/", 1)[-1]
    return Draft(type=type_, address=f"{kind} {name}", kind=kind, name=name, at=at, slots=slots, names=(*names, stem))


# -- objects of Kubernetes -----------------------------------------------------------------------------------------


def _object(file: SourceFile, document: YamlMapping) -> Iterator[Draft]:
    kind = text_of(member(document, "kind"))
    metadata = member(document, "metadata")
    name = text_of(member(metadata, "name")) or text_of(member(metadata, "generateName")) or "?"
    namespace = text_of(member(metadata, "namespace"))
    if kind.endswith("List"):
        for item in items(member(document, "items")):
            if isinstance(item, YamlMapping):
                yield from _object(file, item)
        return
    if kind in table("secret_slots")["kubernetes.managed"]["words"]:
        return
    shown = f"{namespace}/{name}" if namespace else name
    at = (member(metadata, "name") or document).at
    hints = (namespace,) if namespace else ()
    if kind == "Secret":
        slots = (*_secret_data(file, document), *_annotations(file, metadata))
        yield _draft(SecretObjectSite, file, at, "Secret", shown, slots, *hints)
    elif kind == "ConfigMap":
        yield _draft(ConfigMapSite, file, at, "ConfigMap", shown, tuple(_config_data(file, document)), *hints)
    elif kind == "Kustomization" and _is_kustomization(file.path):
        return
    elif kind in _RELEASES or kind in {"Application", "ApplicationSet"}:
        yield _draft(ChartValuesSite, file, at, kind, shown, tuple(_release_values(file, document, kind)), *hints)
    else:
        yield from _containers(file, document, f"{kind} {shown}", hints)


def _secret_data(file: SourceFile, document: YamlMapping) -> Iterator[Slot]:
    for part in ("data", "stringData"):
        for key, value in pairs(member(document, part)):
            node = scalar(value)
            text = node.text if node is not None else ""
            if part == "data":
                text = decode_base64("".join(text.split())) or ""
            if node is None or not text or text.startswith(_CERTIFICATE):
                continue
            if "\n" in text.strip() and "PRIVATE KEY" not in text:
                yield from slots_in_text(text, file, node.at, prefix=f"{key}: ")
            else:
                yield Slot(key, text.strip(), node.at, sensitive=True)


def _annotations(file: SourceFile, metadata: YamlNode | None) -> Iterator[Slot]:
    """Yield what an exported object carries along of its last version."""
    applied = member(member(metadata, "annotations"), "kubectl.kubernetes.io/last-applied-configuration")
    node = scalar(applied)
    if node is not None and '"data"' in node.text:
        yield from slots_in_text(node.text, file, node.at, prefix="last-applied-configuration: ")


def _config_data(file: SourceFile, document: YamlMapping) -> Iterator[Slot]:
    for part in ("data", "binaryData"):
        for key, value in pairs(member(document, part)):
            node = scalar(value)
            if node is None:
                continue
            text = node.text if part == "data" else decode_base64("".join(node.text.split())) or ""
            if "\n" in text.strip():
                yield from slots_in_text(text, file, node.at, prefix=f"{key}: ")
            elif is_secret_name(key):
                yield Slot(key, text, node.at)


def _release_values(file: SourceFile, document: YamlMapping, kind: str) -> Iterator[Slot]:
    if kind in _RELEASES:
        node: YamlNode | None = document
        for step in _RELEASES[kind]:
            node = member(node, step)
        yield from slots_below(node, file)
        return
    spec = member(document, "spec")
    for source in (member(spec, "source"), *items(member(spec, "sources"))):
        helm = member(source, "helm")
        yield from slots_below(member(helm, "valuesObject"), file)
        values = scalar(member(helm, "values"))
        if values is not None:
            yield from slots_in_text(values.text, file, values.at)
        for parameter in items(member(helm, "parameters")):
            yield from slots_below(parameter, file)


def _containers(file: SourceFile, node: YamlNode, owner: str, hints: tuple[str, ...]) -> Iterator[Draft]:
    """Yield the containers anywhere below a node, for custom resources hold them as well."""
    if isinstance(node, YamlSequence):
        for item in node.items:
            yield from _containers(file, item, owner, hints)
    for key, value in pairs(node):
        if key in {"containers", "initContainers"} and isinstance(value, YamlSequence):
            for container in value.items:
                name = text_of(member(container, "name")) or "?"
                slots = tuple(slots_below(member(container, "env"), file))
                at = (member(container, "name") or container).at
                yield _draft(EnvironmentSite, file, at, "container", f"{name} of {owner}", slots, *hints)
        else:
            yield from _containers(file, value, owner, hints)


# -- Kustomize -----------------------------------------------------------------------------------------------------


def _generators(file: SourceFile, document: YamlMapping, tree: SourceTree) -> Iterator[Draft]:
    for generator in items(member(document, "secretGenerator")):
        name = text_of(member(generator, "name")) or "?"
        slots = (*_literals(generator), *_generated_files(file, generator, tree))
        at = (member(generator, "name") or generator).at
        yield _draft(GeneratorSite, file, at, "secretGenerator", name, slots)
    for generator in items(member(document, "configMapGenerator")):
        name = text_of(member(generator, "name")) or "?"
        at = (member(generator, "name") or generator).at
        yield _draft(ConfigMapSite, file, at, "configMapGenerator", name, tuple(_literals(generator, secret=False)))


def _literals(generator: YamlNode, *, secret: bool = True) -> Iterator[Slot]:
    for literal in items(member(generator, "literals")):
        node = scalar(literal)
        key, equals, value = (node.text if node is not None else "").partition("=")
        if node is not None and equals:
            yield Slot(key, value, node.at, sensitive=secret)


def _generated_files(file: SourceFile, generator: YamlNode, tree: SourceTree) -> Iterator[Slot]:
    """Yield what a generator takes from files of the tree; one that is not there is kept where it belongs."""
    folder = posixpath.dirname(file.path)
    listed = [*items(member(generator, "envs")), member(generator, "env")]
    for node in (scalar(each) for each in listed):
        path = posixpath.normpath(posixpath.join(folder, node.text)) if node is not None else ""
        if path in tree.known and not is_environment_file(path):
            source = tree.open(path)
            if not isinstance(source, Problem):
                yield from slots_in_text(source.text, source, _head(source))


def _head(file: SourceFile) -> Span:
    return file.span_of_text(0, 0)


# -- pipelines -----------------------------------------------------------------------------------------------------


def _pipeline(file: SourceFile) -> Iterator[Draft]:
    parsed = parse_yaml(file)
    for document in parsed.documents:
        slots = tuple(slots_below(document, file, passed_over=frozenset({"services"}), options=True))
        yield _draft(PipelineSite, file, document.at, "pipeline", file.path, slots)


# -- Compose -------------------------------------------------------------------------------------------------------


def _compose(file: SourceFile, document: YamlMapping, tree: SourceTree) -> Iterator[Draft]:
    for name, service in pairs(member(document, "services")):
        slots = tuple(_compose_environment(member(service, "environment"), file))
        at = service.at
        yield _draft(EnvironmentSite, file, at, "service", f"{name} in {file.path}", slots)
    folder = posixpath.dirname(file.path)
    for name, secret in pairs(member(document, "secrets")):
        node = scalar(member(secret, "file"))
        path = posixpath.normpath(posixpath.join(folder, node.text)) if node is not None else ""
        if node is not None and path in tree.known:
            yield _draft(ComposeSecretSite, file, node.at, "Compose secret", name, tuple(_content(path, name, tree)))


def _compose_environment(environment: YamlNode | None, file: SourceFile) -> Iterator[Slot]:
    yield from slots_below(environment, file)
    listed = [(node, *node.text.partition("=")) for node in map(scalar, items(environment)) if node is not None]
    beside = plain_texts((key, value) for _, key, _, value in listed)
    for node, key, equals, value in listed:
        if equals and is_secret_name(key):
            yield Slot(key, value, node.at, beside=beside)


def _content(path: str, name: str, tree: SourceTree) -> Iterator[Slot]:
    source = tree.open(path)
    text = source.text.strip() if not isinstance(source, Problem) else ""
    if not text or isinstance(source, Problem) or text.startswith(_CERTIFICATE):
        return
    start = source.text.index(text)
    at = source.span_of_text(start, start + len(text.split("\n", 1)[0]))
    # The mechanism itself declares the content secret: under the name of a password any word counts.
    yield Slot(f"{name} password", text, at, key=name, sensitive=True)


# -- SOPS ----------------------------------------------------------------------------------------------------------


def is_sops_file(document: YamlNode) -> bool:
    """Tell whether SOPS manages a document: it wrote its own block with the sum of all values into it."""
    return member(member(document, "sops"), "mac") is not None


def sops_draft(file: SourceFile) -> Draft | None:
    """Return the slots of a file that SOPS encrypted, those left in plain text among them."""
    parsed = parse_yaml(file)
    slots: list[Slot] = []
    managed = False
    for document in parsed.documents:
        if not is_sops_file(document):
            continue
        managed = True
        suffix = text_of(member(member(document, "sops"), "unencrypted_suffix")) or "_unencrypted"
        found = slots_below(document, file, passed_over=frozenset({"sops"}))
        slots.extend(each for each in found if not each.name.endswith(suffix))
    if not managed:
        return None
    name = file.path
    return _draft(EncryptedFileSite, file, file.span_of_text(0, 0), "SOPS file", name, tuple(slots))
