"""Audits infrastructure as one system, not one resource at a time."""

__version__ = "0.1.0"
