"""Alerts of Azure Monitor, and where logs of Azure are kept."""
