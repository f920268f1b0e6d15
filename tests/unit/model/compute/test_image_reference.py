"""References of images, taken apart."""

from __future__ import annotations

import pytest

from infraaudit.model import ImageReference, parse_image_reference

DIGEST = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgres", ImageReference("", "postgres")),
        ("postgres:16-alpine", ImageReference("", "postgres", "16-alpine")),
        ("library/postgres:16", ImageReference("", "library/postgres", "16")),
        ("ghcr.io/acme/shop:v1.2", ImageReference("ghcr.io", "acme/shop", "v1.2")),
        ("localhost/shop", ImageReference("localhost", "shop")),
        ("localhost:5000/shop", ImageReference("localhost:5000", "shop")),
        ("registry:5000/a/b/shop:1", ImageReference("registry:5000", "a/b/shop", "1")),
        (f"shop@{DIGEST}", ImageReference("", "shop", None, DIGEST)),
        (f"ghcr.io/acme/shop:1@{DIGEST}", ImageReference("ghcr.io", "acme/shop", "1", DIGEST)),
        (" shop:1 ", ImageReference("", "shop", "1")),
        ("Acme/Shop:RC1", ImageReference("", "acme/shop", "RC1")),
        ("", ImageReference("", "")),
        ("shop@latest", ImageReference("", "shop")),
        ("shop:", ImageReference("", "shop:")),
    ],
)
def test_the_parts_of_a_reference(text: str, expected: ImageReference) -> None:
    assert parse_image_reference(text) == expected


@pytest.mark.parametrize(
    ("text", "family"), [("ghcr.io/acme/Shop:1", "shop"), ("postgres", "postgres"), ("localhost:5000/a/b", "b")]
)
def test_the_family_is_the_last_segment(text: str, family: str) -> None:
    assert parse_image_reference(text).family == family
