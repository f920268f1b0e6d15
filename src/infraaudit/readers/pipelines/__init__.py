"""Reads the definitions of pipelines: what they push, and what they write."""
