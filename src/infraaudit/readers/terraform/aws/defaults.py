"""Puts the defaults of AWS in place of what is not written."""

from __future__ import annotations

from infraaudit.readers.terraform.lifting.defaults import Defaults

_DEFAULTS = Defaults("aws_defaults")

integer_or_default = _DEFAULTS.integer
boolean_or_default = _DEFAULTS.boolean
string_or_default = _DEFAULTS.string
