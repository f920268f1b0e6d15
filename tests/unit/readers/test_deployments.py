"""Deployments: what a folder's name says of its environment, and what sets one deployment apart."""

from __future__ import annotations

import pytest

from infraaudit.model import Environment
from infraaudit.readers.deployments import deployment_of, environment_in, retired_by

PRODUCTION, NONPRODUCTION, UNKNOWN = Environment.PRODUCTION, Environment.NONPRODUCTION, Environment.UNKNOWN


@pytest.mark.parametrize(
    ("name", "environment"),
    [
        ("deploy/production", PRODUCTION),
        ("envs/PROD", PRODUCTION),
        ("eu-prod-1", PRODUCTION),
        ("deploy/staging", NONPRODUCTION),
        ("terraform/dev", NONPRODUCTION),
        ("nonprod", NONPRODUCTION),
        ("non-prod", NONPRODUCTION),
        ("accounts/non_production/eu", NONPRODUCTION),
        ("pre-prod", NONPRODUCTION),
        ("examples/prod", PRODUCTION),
        ("prod/test", NONPRODUCTION),
        ("deploy", UNKNOWN),
        ("", UNKNOWN),
        ("product", UNKNOWN),
        ("latest", UNKNOWN),
        ("developer-portal", UNKNOWN),
        ("liveness", UNKNOWN),
    ],
)
def test_the_last_whole_word_that_tells_an_environment_counts(name: str, environment: Environment) -> None:
    found, evidence = environment_in(name)
    assert found is environment
    assert bool(evidence) == (environment is not UNKNOWN)
    assert not evidence or repr(name) in evidence


def test_the_first_name_that_tells_one_wins() -> None:
    assert environment_in("shop", "staging", "production")[0] is NONPRODUCTION


def test_names_tell_the_environment_before_the_folder_does() -> None:
    assert deployment_of("kubernetes", "deploy/dev", "production").environment is PRODUCTION
    assert deployment_of("kubernetes", "deploy/dev").environment is NONPRODUCTION


def test_a_deployment_is_named_by_its_kind_its_folder_and_what_sets_it_apart() -> None:
    assert deployment_of("compose", "app").id == "compose:app"
    assert deployment_of("compose", "app", detail="prod").id == "compose:app:prod"
    assert deployment_of("terraform", "").id == "terraform:."
    assert deployment_of("terraform", "").folder == "."


def test_local_development_is_marked() -> None:
    assert deployment_of("compose", "app", local=True).local
    assert not deployment_of("compose", "app").local


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("_archived/storage", "_archived"),
        ("deploy/Attic", "Attic"),
        ("deploy/.obsolete/x", ".obsolete"),
        ("archive", ""),
        ("deploy/archived-orders", ""),
        ("deprecated", ""),
        ("", ""),
    ],
)
def test_a_folder_by_its_whole_name_is_kept_for_the_record(folder: str, name: str) -> None:
    assert retired_by(folder) == name
    assert deployment_of("kubernetes", folder).retired == name
