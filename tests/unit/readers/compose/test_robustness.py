"""Compose files that are wrong in every way are reported, and never raise."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.readers.compose.projects import reading_of

_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 70000),
    st.sampled_from(
        ["", "a", "$", "${", "${A", "${A:-b}", "a:b:c:d", "80-90:80", "[::1]:1:2", "x=y", "²", "/", ".", "~"]
    ),
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["source", "target", "path", "type", "a", "test", "limits"]), inner, max_size=3
        ),
    ),
    max_leaves=6,
)
_KEYS = st.sampled_from(
    [
        "image", "build", "command", "entrypoint", "environment", "env_file", "ports", "expose", "volumes", "tmpfs",
        "depends_on", "networks", "deploy", "healthcheck", "labels", "extends", "profiles", "scale", "init", "links",
        "network_mode", "privileged", "stop_grace_period", "mem_limit", "cpus", "user", "volumes_from",
    ],
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(_KEYS, _VALUES, max_size=5), _VALUES)
def test_no_shape_of_a_service_raises(service: dict[str, object], other: object) -> None:
    # JSON is YAML.
    document = json.dumps({"services": {"web": service, "other": other}, "volumes": other, "include": other})
    with tempfile.TemporaryDirectory() as folder:
        reading = reading_of(Path(folder), {"compose.yaml": document, "compose.override.yaml": document})

    assert [row.path for row in reading.files if row.format == "compose"] == ["compose.override.yaml", "compose.yaml"]
