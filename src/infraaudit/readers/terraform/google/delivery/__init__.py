"""Registries of Google Cloud."""
