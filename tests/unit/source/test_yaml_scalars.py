"""Scalars of YAML: what a text means to which program."""

from __future__ import annotations

import math

import pytest

from infraaudit.source.file import SourceFile
from infraaudit.source.yaml_parse import parse_yaml
from infraaudit.source.yaml_scalars import resolve_key, resolve_scalar
from infraaudit.source.yaml_tree import Dialect, Scalar, YamlMapping, YamlScalar


def resolved(written: str, dialect: Dialect = Dialect.CORE) -> Scalar:
    (document,) = parse_yaml(SourceFile("a.yaml", f"a: {written}\n")).documents
    assert isinstance(document, YamlMapping)
    ((_, scalar),) = document.pairs
    assert isinstance(scalar, YamlScalar)
    return resolve_scalar(scalar, dialect)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("22:22", "22:22"),
        ("2024-01-01", "2024-01-01"),
        ("1e3", 1000),
        ("1.5e1", 15.0),
        ("0o17", 15),
        ("0x1F", 31),
        ("017", 17),
        ("-12", -12),
        ("+12", 12),
        ("1.", 1.0),
        (".5", 0.5),
        ("1.2.3", "1.2.3"),
        ("1_000", "1_000"),
        ("on", "on"),
        ("Off", "Off"),
        ("yes", "yes"),
        ("n", "n"),
        ("TRUE", True),
        ("false", False),
        ("tRUE", "tRUE"),
        ("", None),
        ("~", None),
        ("null", None),
        ("NULL", None),
        ("'3'", "3"),
        ('"true"', "true"),
        ('""', ""),
        ("!!str 3", "3"),
        ("|-\n  3", "3"),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        ("e3", "e3"),
        ("\N{ARABIC-INDIC DIGIT THREE}", "\N{ARABIC-INDIC DIGIT THREE}"),
    ],
)
def test_a_scalar_means_what_yaml_1_2_says(written: str, value: Scalar) -> None:
    assert resolved(written) == value
    assert type(resolved(written)) is type(value)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("on", True),
        ("Off", False),
        ("YES", True),
        ("n", False),
        ("oN", "oN"),
        ("017", 15),
        ("0o17", 15),
        ("08", 8),
        ("22:22", "22:22"),
        ('"on"', "on"),
        ("!!str on", "on"),
        ("1e999", "1e999"),
        ('!!int "12"', 12),
        ("!!binary aGk=", "hi"),
    ],
)
def test_kubernetes_keeps_the_booleans_and_octals_of_yaml_1_1(written: str, value: Scalar) -> None:
    assert resolved(written, Dialect.KUBERNETES) == value
    assert type(resolved(written, Dialect.KUBERNETES)) is type(value)


def test_not_a_number_is_a_number() -> None:
    value = resolved(".nan")
    assert isinstance(value, float)
    assert math.isnan(value)


@pytest.mark.parametrize("written", ["9" * 5000, "0x" + "f" * 5000, "0o" + "7" * 5000, "1e" + "9" * 5000])
def test_a_number_beyond_all_measure_stays_text(written: str) -> None:
    assert resolved(written) == written


@pytest.mark.parametrize("written", ["9" * 100, "1e999", "1e308", "-1e999"])
def test_a_large_number_is_read_without_an_error(written: str) -> None:
    assert isinstance(resolved(written), int | float)


def key(written: str, dialect: Dialect) -> str | None:
    (document,) = parse_yaml(SourceFile("a.yaml", f"{written}: a\n")).documents
    assert isinstance(document, YamlMapping)
    ((scalar, _),) = document.pairs
    assert isinstance(scalar, YamlScalar)
    return resolve_key(scalar, dialect)


@pytest.mark.parametrize(
    ("written", "kubernetes", "kustomize"),
    [
        ("name", "name", "name"),
        ("on", "true", "on"),
        ("N", "false", "N"),
        ("true", "true", None),
        ("22:22", "22:22", "22:22"),
        ("0o17", "15", None),
        ("1e3", "1000", None),
        ("1e6", "1e+06", None),
        ("1234567890.123", "1.234568e+09", None),
        ("0.1", "0.1", None),
        ("1e-5", "1e-05", None),
        ("1e300", ".inf", None),
        (".inf", ".inf", None),
        ("-.inf", "-.inf", None),
        (".nan", ".nan", None),
        ("9223372036854775808", None, None),
        ("2024-01-01", "2024-01-01", None),
        ("2024-31-31", "2024-31-31", "2024-31-31"),
        ("~", None, None),
        ("''", "", ""),
        ('"0o17"', "0o17", "0o17"),
        ("!!str 12", "12", "12"),
    ],
)
def test_a_key_is_the_text_that_each_program_makes_of_it(
    written: str, kubernetes: str | None, kustomize: str | None
) -> None:
    assert key(written, Dialect.CORE) == ("" if written == "''" else written.strip('"').removeprefix("!!str "))
    assert key(written, Dialect.KUBERNETES) == kubernetes
    assert key(written, Dialect.KUSTOMIZE) == kustomize
