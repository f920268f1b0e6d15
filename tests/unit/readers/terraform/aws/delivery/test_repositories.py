from __future__ import annotations

import pytest

from infraaudit.model import Absent, ImageRepository, Unknown, known_value
from tests.unit.readers.terraform.aws.builder import only

REGISTRY = "aws_ecr_registry_scanning_configuration.r: %s\naws_ecr_repository.web: {name: shop/web}\n"


def test_what_is_not_written_is_what_aws_does() -> None:
    repository = only("aws_ecr_repository.web: {name: web}\n", ImageRepository)
    assert (known_value(repository.mutable), known_value(repository.scanned), known_value(repository.expires)) == (
        True,
        False,
        False,
    )
    assert isinstance(repository.mirrors, Absent)


@pytest.mark.parametrize(
    ("word", "mutable"),
    [
        ("MUTABLE", True),
        ("IMMUTABLE", False),
        ("IMMUTABLE_WITH_EXCLUSION", False),
        ("MUTABLE_WITH_EXCLUSION", True),
        ("unknown(var.mutability)", None),
    ],
)
def test_tags_move_unless_they_are_said_not_to(word: str, mutable: bool | None) -> None:  # noqa: FBT001 - a case
    repository = only(f"aws_ecr_repository.web: {{image_tag_mutability: {word}}}\n", ImageRepository)
    assert known_value(repository.mutable) is mutable


@pytest.mark.parametrize(
    ("registry", "scanned"),
    [
        ("{scan_type: ENHANCED}", True),
        ("{rule: [{scan_frequency: SCAN_ON_PUSH, repository_filter: [{filter: '*'}]}]}", True),
        ("{rule: [{scan_frequency: SCAN_ON_PUSH, repository_filter: [{filter: 'shop/*'}]}]}", True),
        ("{rule: [{scan_frequency: SCAN_ON_PUSH, repository_filter: [{filter: shop}]}]}", True),
        ("{rule: [{scan_frequency: SCAN_ON_PUSH, repository_filter: [{filter: bank}]}]}", False),
        ("{rule: [{scan_frequency: MANUAL, repository_filter: [{filter: '*'}]}]}", False),
        ("{rule: [{scan_frequency: SCAN_ON_PUSH, repository_filter: [{filter: unknown(var.f)}]}]}", None),
        ("{rule: unknown(var.rules)}", None),
    ],
)
def test_the_registry_says_which_repositories_are_scanned(registry: str, scanned: bool | None) -> None:  # noqa: FBT001 - a case
    repository = only(REGISTRY % registry, ImageRepository)
    assert known_value(repository.scanned) is scanned


@pytest.mark.parametrize("named", ["ref(aws_ecr_repository.web.name)", "web"])
def test_a_lifecycle_policy_names_its_repository_by_reference_or_by_name(named: str) -> None:
    text = (
        f"aws_ecr_repository.web: {{name: web}}\naws_ecr_lifecycle_policy.p: {{repository: {named}, policy: '{{}}'}}\n"
    )
    assert known_value(only(text, ImageRepository).expires) is True


def test_copies_of_another_registry_are_told_by_the_beginning_of_their_name() -> None:
    repository = only(
        "aws_ecr_pull_through_cache_rule.hub: {ecr_repository_prefix: hub,"
        " upstream_registry_url: registry-1.docker.io}\n"
        "aws_ecr_repository.redis: {name: hub/redis}\n",
        ImageRepository,
    )
    assert known_value(repository.mirrors) == "registry-1.docker.io"


def test_anybody_may_pull_from_a_public_repository() -> None:
    repository = only("aws_ecrpublic_repository.web: {repository_name: web}\n", ImageRepository)
    assert known_value(repository.public) is True
    assert isinstance(repository.scanned, Unknown)
