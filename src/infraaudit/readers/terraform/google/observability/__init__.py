"""Logs and monitoring of Google Cloud."""
