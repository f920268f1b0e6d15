"""The use case in one screen: collect the files, read them, join what belongs together, judge it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from infraaudit.engine.group import group
from infraaudit.engine.ledger import Ledger, policy_rows
from infraaudit.engine.pack import built_in_folder, load_packs
from infraaudit.engine.result import Result
from infraaudit.engine.run import judge
from infraaudit.engine.select import select
from infraaudit.engine.suppress import coverage_of, suppress, suppressions_of
from infraaudit.engine.verdict import Verdict
from infraaudit.joins import join
from infraaudit.model import Estate
from infraaudit.policy import Profile
from infraaudit.readers.helm.inputs import HelmInputs
from infraaudit.readers.reading import FileRow, FileState, Reading
from infraaudit.readers.terraform.configuration.inputs import TerraformInputs
from infraaudit.source.file import find_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from infraaudit.engine.pack import PackedPolicy
    from infraaudit.readers.reading import Reader
    from infraaudit.source.file import SourceTree


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to audit. ``today`` decides what has ended or expired, so that a run can be repeated."""

    today: date
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    profile: Profile = Profile.DEFAULT
    packs: tuple[Path, ...] = field(default_factory=lambda: (built_in_folder(),))
    terraform: TerraformInputs = field(default_factory=TerraformInputs)
    helm: HelmInputs = field(default_factory=HelmInputs)
    kubernetes_version: str = ""


def audit(root: Path, settings: Settings) -> Result:
    """Audit a folder or a single file.

    Raises ``PackError`` for a folder of policies that cannot be used, ``SelectionError`` for a filter that names no
    policy, and ``InputError`` for a Terraform variable that no root declares. What is wrong with the audited files is
    never raised: it stands in the ledger.
    """
    packed = load_packs(settings.packs)
    policies = select(packed, settings.select, settings.ignore, settings.profile)
    tree = find_files(root, exclude=settings.exclude)
    reading = read(tree, settings.today, settings.terraform, settings.helm, settings.kubernetes_version)
    estate = replace(join(Estate.of_parts(reading.entities, reading.edges)), today=settings.today)
    return _judged(tree, reading, estate, policies, (packed, settings.today))


def _judged(
    tree: SourceTree,
    reading: Reading,
    estate: Estate,
    policies: tuple[PackedPolicy, ...],
    known: tuple[tuple[PackedPolicy, ...], date],
) -> Result:
    every_policy, today = known
    results = tuple(judge(policies, estate))
    verdicts = tuple(each for each in results if isinstance(each, Verdict))
    comments = suppressions_of(tree, (row.path for row in reading.files))
    problems = (*tree.problems, *reading.problems)
    coverage = coverage_of(policies, results, problems)
    findings, remarks = suppress(group(verdicts), comments, every_policy, today, coverage)
    ledger = Ledger(reading.files, reading.units, policy_rows(policies, results), problems)
    return Result(tree, estate, policies, verdicts, findings, remarks, ledger)


def read(
    tree: SourceTree,
    today: date,
    inputs: TerraformInputs | None = None,
    helm: HelmInputs | None = None,
    release: str = "",
) -> Reading:
    """Read a tree with every reader, and give a row to each candidate file that none of them knew.

    ``today`` decides which credentials have expired; ``inputs`` are values for variables of Terraform's roots, and
    ``helm`` is what is given for charts. ``release`` is the release of Kubernetes whose schemas objects are held
    against, the newest where it is empty.
    """
    parts = [
        reader(tree) for reader in _readers(tree, today, inputs or TerraformInputs(), helm or HelmInputs(), release)
    ]
    rows = {row.path: row for part in reversed(parts) for row in part.files}
    for path in tree.paths:
        if path.endswith(_CANDIDATES) and path not in rows:
            rows[path] = FileRow(path, "", FileState.UNKNOWN_KIND, "not a format that is read")
    problems = dict.fromkeys(problem for part in parts for problem in part.problems)
    units = dict.fromkeys(unit for part in parts for unit in part.units)
    return Reading(
        entities=tuple(entity for part in parts for entity in part.entities),
        edges=tuple(edge for part in parts for edge in part.edges),
        problems=tuple(sorted(problems, key=lambda each: (each.at.order, each.kind, each.message))),
        files=tuple(rows[path] for path in sorted(rows)),
        units=tuple(sorted(units, key=lambda each: (each.path, each.name))),
    )


_CANDIDATES = (".yaml", ".yml", ".tf", ".tofu", ".hcl", ".bicep")
_TERRAFORM = (".tf", ".tofu", ".tf.json", ".tofu.json", ".tfvars", ".tfvars.json", ".hcl")


_PIPELINES = (
    "/.github/", "/.gitlab-ci.y", "/jenkinsfile", "/.circleci/", "pipelines", "buildspec", "cloudbuild", "/.drone.",
    "/.buildkite/", "/.woodpecker", "/.travis.", "renovate", "/.tekton/",
)  # fmt: skip
_YAML = (".yaml", ".yml", ".json", "/kustomization")


def _readers(
    tree: SourceTree, today: date, inputs: TerraformInputs, charts: HelmInputs, release: str
) -> Iterator[Reader]:
    """Yield the readers that the tree has files for; the others, and the parsers under them, are not even loaded."""
    from infraaudit.readers.credentials.reader import read as credentials  # noqa: PLC0415 - see above

    names = [f"/{path.lower()}" for path in tree.paths]
    if any("dockerfile" in name or "containerfile" in name for name in names):
        from infraaudit.readers.dockerfile.reader import read as dockerfile  # noqa: PLC0415 - see above

        yield dockerfile
    if any(each in name for name in names for each in _PIPELINES):
        from infraaudit.readers.pipelines.reader import read as pipelines  # noqa: PLC0415 - see above

        yield pipelines
    if any("/docker-bake." in name for name in names):
        from infraaudit.readers.bake.reader import read as bake  # noqa: PLC0415 - see above

        yield bake
    if charts.deployments or any(name.endswith(_YAML) for name in names):
        from infraaudit.readers.compose.reader import read as compose  # noqa: PLC0415 - see above
        from infraaudit.readers.delivery.reader import read as objects  # noqa: PLC0415 - see above
        from infraaudit.readers.prometheus.reader import read as prometheus  # noqa: PLC0415 - see above

        yield compose
        yield partial(objects, inputs=charts, release=release)
        yield prometheus
    if inputs.given or any(name.endswith(_TERRAFORM) for name in names):
        from infraaudit.readers.terraform.reader import read as terraform  # noqa: PLC0415 - see above

        yield partial(terraform, inputs=inputs)
    yield partial(credentials, today=today)
