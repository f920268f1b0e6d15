"""Our reading of the fixtures against what the Compose client makes of the same files (recorded)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from infraaudit.model import Workload
from infraaudit.readers.compose.reader import read
from infraaudit.source.file import find_files
from tests.unit.readers.compose.projection import UNKNOWN, of_client, of_model

CASES = Path(__file__).parents[4] / "fixtures" / "readers" / "compose"
RECORDS = sorted(CASES.glob("*/client-*.json"))


def _services(record: Path) -> dict[str, Any]:
    overlay = re.fullmatch(r"client-[0-9.]+?\.(compose\..+)\.json", record.name)
    deployment = f"compose:.:{overlay[1]}" if overlay else "compose:."
    workloads = [each for each in read(find_files(record.parent)).entities if isinstance(each, Workload)]
    return {each.name: of_model(each) for each in workloads if each.deployment.id == deployment}


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_service_reads_as_the_client_reads_it(record: Path) -> None:
    document = json.loads(record.read_text(encoding="utf-8"))

    expected = {name: of_client(service, "") for name, service in document["services"].items()}

    assert _services(record) == expected


def test_the_cases_leave_only_what_the_shell_sets_unknown() -> None:
    # Equality with the client would mean nothing if both sides were the word for "unknown".
    unknown = {record.parent.name for record in RECORDS if UNKNOWN in json.dumps(_services(record))}

    assert unknown == {"anchors"}


def test_there_are_cases() -> None:
    assert len(RECORDS) >= 12
