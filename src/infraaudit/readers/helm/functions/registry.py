"""All functions by their names in templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraaudit.readers.helm.functions.collections import COLLECTIONS
from infraaudit.readers.helm.functions.encodings import ENCODINGS
from infraaudit.readers.helm.functions.logic import LOGIC
from infraaudit.readers.helm.functions.regexes import REGEXES
from infraaudit.readers.helm.functions.texts import TEXTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraaudit.readers.helm.evaluator import Function

FUNCTIONS: Mapping[str, Function] = {**TEXTS, **COLLECTIONS, **LOGIC, **ENCODINGS, **REGEXES}
