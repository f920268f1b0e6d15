"""Quantities as each platform writes them, in the units of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraaudit.model.quantities import compose_bytes, compose_cpu, go_duration, kubernetes_bytes, kubernetes_cpu

if TYPE_CHECKING:
    from collections.abc import Callable

    from infraaudit.source.yaml_tree import Scalar

READERS = (kubernetes_cpu, kubernetes_bytes, compose_cpu, compose_bytes, go_duration)


@pytest.mark.parametrize(
    ("scalar", "thousandths"),
    [
        ("500m", 500),
        ("0.5", 500),
        (0.1, 100),
        (2, 2000),
        ("1", 1000),
        ("1.5", 1500),
        ("100u", 1),
        ("1n", 1),
        ("100.5m", 101),
        ("2k", 2_000_000),
        ("-1", -1000),
        ("0", 0),
    ],
)
def test_kubernetes_counts_cpu_in_thousandths_and_rounds_up(scalar: Scalar, thousandths: int) -> None:
    assert kubernetes_cpu(scalar) == thousandths


@pytest.mark.parametrize(
    ("scalar", "size"),
    [
        ("128Mi", 128 * 2**20),
        ("1Gi", 2**30),
        ("1.5Gi", 3 * 2**29),
        ("128M", 128_000_000),
        ("1k", 1000),
        ("1e9", 10**9),
        ("1E", 10**18),
        ("1E3", 1000),
        (1048576, 1048576),
        ("128974848000m", 128974848),
        ("1Ei", 2**60),
    ],
)
def test_kubernetes_tells_binary_units_from_decimal_ones(scalar: Scalar, size: int) -> None:
    assert kubernetes_bytes(scalar) == size


@pytest.mark.parametrize(
    ("scalar", "size"),
    [
        ("512m", 512 * 2**20),
        ("512M", 512 * 2**20),
        ("512mb", 512 * 2**20),
        ("512MiB", 512 * 2**20),
        ("1.5g", 3 * 2**29),
        ("1 gb", 2**30),
        ("100b", 100),
        (1048576, 1048576),
        ("64k", 65536),
    ],
)
def test_compose_units_are_all_binary(scalar: Scalar, size: int) -> None:
    assert compose_bytes(scalar) == size


@pytest.mark.parametrize(("scalar", "thousandths"), [("0.5", 500), (2, 2000), ("0.29", 290), (0.1, 100), (".5", 500)])
def test_compose_counts_cores(scalar: Scalar, thousandths: int) -> None:
    assert compose_cpu(scalar) == thousandths


@pytest.mark.parametrize(
    ("scalar", "seconds"),
    [
        ("10s", 10),
        ("1m30s", 90),
        ("2h", 7200),
        ("1h0m1s", 3601),
        ("1500ms", 1),
        ("500ms", 0),
        ("100us", 0),
        ("1.5m", 90),
        ("30", 30),
        (30, 30),
        (1.9, 1),
        ("0", 0),
    ],
)
def test_a_duration_is_told_in_whole_seconds(scalar: Scalar, seconds: int) -> None:
    assert go_duration(scalar) == seconds


@pytest.mark.parametrize("reader", READERS, ids=lambda each: each.__name__)
@pytest.mark.parametrize(
    "scalar",
    [
        "",
        "  ",
        "many",
        "1.2.3",
        ".",
        "1 2",
        "-",
        "NaN",
        "Infinity",
        "1e999999999",
        "9" * 400,
        "\N{SUPERSCRIPT TWO}",
        "\N{ARABIC-INDIC DIGIT THREE}",
        "1_000",
        "${LIMIT}",
        True,
        False,
        None,
        float("inf"),
        float("-inf"),
        float("nan"),
        10**30,
    ],
    ids=str,
)
def test_what_is_no_quantity_is_none_and_never_raised(reader: Callable[[Scalar], int | None], scalar: Scalar) -> None:
    assert reader(scalar) is None


@pytest.mark.parametrize("scalar", ["1GB", "1mi", "1K", "1KiB", "m", "Mi"])
def test_kubernetes_knows_no_other_units(scalar: str) -> None:
    assert kubernetes_bytes(scalar) is None


@pytest.mark.parametrize("scalar", ["1x", "s", "10 s", "-5s", "1s1s"])
def test_a_duration_has_only_the_units_of_go(scalar: str) -> None:
    assert go_duration(scalar) is None
