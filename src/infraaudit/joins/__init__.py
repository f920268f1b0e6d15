"""Edges across files and formats, and what can be derived from them."""

