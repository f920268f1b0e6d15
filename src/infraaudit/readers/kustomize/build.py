"""Builds kustomizations: objects come up from the bases, and each layer changes them in the order of Kustomize."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from infraaudit.model import known_value
from infraaudit.readers.kubernetes.documents import FORMAT, ManifestFile, read_manifest_file
from infraaudit.readers.kustomize.charts import inflated
from infraaudit.readers.kustomize.configurations import fields_of, references_of, touches_judged_objects
from infraaudit.readers.kustomize.fault import BuildError
from infraaudit.readers.kustomize.generators import apply_generators
from infraaudit.readers.kustomize.images import apply_images, apply_replicas
from infraaudit.readers.kustomize.labels import apply_annotations, apply_labels
from infraaudit.readers.kustomize.naming import apply_affixes, apply_namespace
from infraaudit.readers.kustomize.patches import apply_json_patches, apply_patches, apply_strategic
from infraaudit.readers.kustomize.references import add_hashes, fix_references
from infraaudit.readers.kustomize.replacements import apply_replacements
from infraaudit.readers.kustomize.resource import Resource
from infraaudit.readers.kustomize.variables import Variable, resolve_variables, variables_of
from infraaudit.readers.reading import FileRow, FileState
from infraaudit.source.file import SourceFile
from infraaudit.source.problem import Problem, ProblemKind
from infraaudit.source.yaml_tree import Dialect

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from infraaudit.model import Node
    from infraaudit.readers.kustomize.configurations import NameReference
    from infraaudit.readers.kustomize.layer import Layer
    from infraaudit.source.file import SourceTree
    from infraaudit.source.span import Span

MOST_OBJECTS = 20_000
"""Objects of one overlay; more come of bases that multiply each other, not of a system."""

DEEPEST = 40
"""Layers upon each other; real trees have five."""

_ADDING = ("helmChartInflationGenerator", "generators", "openapi")
_LOCAL = "config.kubernetes.io/local-config"


@dataclass(frozen=True, slots=True)
class Built:
    """What a layer has made so far. ``gaps`` are things that it takes in and that could not be read."""

    resources: tuple[Resource, ...] = ()
    variables: tuple[Variable, ...] = ()
    gaps: tuple[Problem, ...] = ()
    references: tuple[NameReference, ...] = ()

    def joined(self, other: Built, at: Span) -> Built:
        """Return this with the objects of another; raises ``BuildError`` where both hold one."""
        resources = (*self.resources, *other.resources)
        _refuse(resources, at)
        return Built(
            resources,
            (*self.variables, *other.variables),
            (*self.gaps, *other.gaps),
            tuple(dict.fromkeys((*self.references, *other.references))),
        )

    def with_gap(self, message: str, at: Span) -> Built:
        """Return this with something that could not be read."""
        return replace(self, gaps=(*self.gaps, Problem(ProblemKind.NOT_RENDERED, at, message)))

    def of(self, resources: Iterable[Resource]) -> Built:
        """Return this with other objects."""
        return replace(self, resources=tuple(resources))


def _refuse(resources: tuple[Resource, ...], at: Span) -> None:
    if len(resources) > MOST_OBJECTS:
        message = f"it has more than {MOST_OBJECTS:,} objects"
        raise BuildError(message, at)
    seen: set[tuple[str, ...]] = set()
    for each in resources:
        own = each.identity
        key = (own.group, own.version, own.kind, own.name, own.effective_namespace)
        if key in seen:
            message = f"it takes in {own.kind} {own.name} twice"
            raise BuildError(message, at)
        seen.add(key)


@dataclass(frozen=True, slots=True)
class Builder:
    """Builds the kustomizations of one tree; what a folder gives is worked out once."""

    tree: SourceTree
    layers: Mapping[str, Layer]
    files: dict[str, ManifestFile | None] = field(default_factory=dict)
    _done: dict[str, Built | BuildError] = field(default_factory=dict)

    def build(self, path: str, settings: Node | None = None) -> Built:
        """Build a kustomization as its user would apply it, further fields laid over it. Raises ``BuildError``."""
        layer = self.layers[path]
        built = self._accumulated(path, ())
        if settings is not None:
            layer = replace(layer, body=settings)
            built = self._through(layer, built, (path, ""))
        fixed = fix_references(add_hashes(layer, built.resources), built.references)
        resolved = resolve_variables(built.variables, fixed)
        return built.of(each for each in resolved if not _is_local(each))

    def _accumulated(self, path: str, above: tuple[str, ...]) -> Built:
        done = self._done.get(path)
        if done is None:
            try:
                done = self._through(self.layers[path], Built(), (*above, path))
            except BuildError as error:
                done = error
            self._done[path] = done
        if isinstance(done, BuildError):
            raise BuildError(done.problem.message, done.problem.at, done.problem.kind)
        return done

    def _through(self, layer: Layer, built: Built, way: tuple[str, ...]) -> Built:
        """Take what there is through one layer."""
        if len(way) > DEEPEST:
            message = f"more than {DEEPEST} kustomizations build upon each other"
            raise BuildError(message, layer.body.at)
        for written, node in layer.named("resources", "bases"):
            built = self._with_resource(layer, built, (written, node.at), way)
        for name in _ADDING:
            part = layer.body[name]
            if part.items() or part.each():
                built = built.with_gap(f"its {name} are not supported", part.at)
        built = self._with_configurations(layer, built)
        if layer.body["transformers"].each():
            message = "its transformers are not supported, and they may change every object"
            raise BuildError(message, layer.body["transformers"].at)
        built = built.of(apply_generators(layer, built.resources))
        for each in inflated(layer):
            added = Built((), (), (each,)) if isinstance(each, Problem) else Built((each,))
            built = built.joined(added, layer.body["helmCharts"].at)
        for written, node in layer.named("components"):
            built = self._through_component(layer, built, (written, node.at), way)
        built = built.of(_transformed(layer, built))
        _refuse(built.resources, layer.body.at)
        return replace(built, variables=(*built.variables, *variables_of(layer)))

    def _with_configurations(self, layer: Layer, built: Built) -> Built:
        """Read the tables of fields of a layer.

        References to names are followed; other fields of custom kinds do not matter, for nobody judges these.
        """
        for written, node in layer.named("configurations"):
            documents = layer.documents(layer.file(written, node.at))
            added = (reference for document in documents for reference in references_of(document))
            built = replace(built, references=tuple(dict.fromkeys((*built.references, *added))))
            specs = (spec for document in documents for spec in fields_of(document))
            if any(touches_judged_objects(spec) for spec in specs):
                built = built.with_gap(f"the fields that {written} adds are not supported", node.at)
        return built

    def _with_resource(self, layer: Layer, built: Built, named: tuple[str, Span], way: tuple[str, ...]) -> Built:
        written, at = named
        path = layer.joined(written)
        if path in self.tree.known:
            return self._with_file(built, path, at)
        inner = layer.kustomization_in(path)
        if inner is None:
            return built.with_gap(f"it builds upon {_shown(written)}, {_why_missing(written)}", at)
        return built.joined(self._accumulated(self._checked(inner, way, at), way), at)

    def _checked(self, inner: str, way: tuple[str, ...], at: Span) -> str:
        if inner in way:
            message = "it builds upon itself"
            raise BuildError(message, at)
        if inner not in self.layers:
            message = f"{inner} cannot be read"
            raise BuildError(message, at)
        return inner

    def _with_file(self, built: Built, path: str, at: Span) -> Built:
        if path not in self.files:
            file = self.tree.open(path)
            self.files[path] = _read(file) if isinstance(file, SourceFile) else None
        read = self.files[path]
        if read is None:
            return built.with_gap(f"{path} holds no object that can be read", at)
        if read.refusal is not None:
            raise BuildError(read.refusal.message, read.refusal.at)
        resources = tuple(Resource(body=each.body, at=each.at) for each in read.objects)
        gaps = tuple(problem for problem in read.problems if problem.leaves_gap)
        return built.joined(Built(resources, (), gaps), at)

    def _through_component(self, layer: Layer, built: Built, named: tuple[str, Span], way: tuple[str, ...]) -> Built:
        written, at = named
        inner = layer.kustomization_in(layer.joined(written))
        if inner is None:
            message = f"it builds upon the component {_shown(written)}, {_why_missing(written)}"
            raise BuildError(message, at)
        return self._through(self.layers[self._checked(inner, way, at)], built, (*way, inner))


def _read(file: SourceFile) -> ManifestFile | None:
    read = read_manifest_file(file, Dialect.KUSTOMIZE)
    if read is None and all(not line.strip() or line.lstrip().startswith(("#", "---")) for line in file.lines):
        return ManifestFile((), FileRow(file.path, FORMAT, FileState.SKIPPED, "it holds nothing but comments"))
    return read


def _shown(written: str) -> str:
    """Return a reference without what could be a password in it."""
    scheme, mark, rest = written.partition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}" if mark else written


def _why_missing(written: str) -> str:
    if "://" in written or written.startswith(("github.com/", "git@", "bitbucket.org/", "gitlab.com/")):
        return "which is not in the scanned folder and is never fetched"
    return "which is not in the scanned folder"


def _transformed(layer: Layer, built: Built) -> tuple[Resource, ...]:
    gaps = bool(built.gaps)
    current = apply_strategic(layer, built.resources, gaps=gaps)
    current = apply_patches(layer, current, gaps=gaps)
    current = apply_namespace(layer, current)
    current = apply_affixes(layer, current)
    current = apply_labels(layer, current)
    current = apply_annotations(layer, current)
    current = apply_json_patches(layer, current, gaps=gaps)
    current = apply_replicas(layer, current, gaps=gaps)
    current = apply_images(layer, current)
    return apply_replacements(layer, current, gaps=gaps)


def _is_local(resource: Resource) -> bool:
    annotations = resource.body["metadata"]["annotations"]
    return known_value(annotations[_LOCAL].string()) == "true"


def bases_of(layer: Layer) -> Iterator[str]:
    """Yield the paths of the kustomizations that a layer builds upon, its components among them."""
    for written, _ in layer.named("resources", "bases", "components"):
        inner = layer.kustomization_in(layer.joined(written))
        if inner is not None:
            yield inner
