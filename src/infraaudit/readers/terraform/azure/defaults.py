"""Puts the defaults of Azure in place of what is not written."""

from __future__ import annotations

from infraaudit.readers.terraform.lifting.defaults import Defaults

TABLE = "azure_defaults"
"""The name of the table."""

_DEFAULTS = Defaults(TABLE)

integer_or_default = _DEFAULTS.integer
boolean_or_default = _DEFAULTS.boolean
string_or_default = _DEFAULTS.string
