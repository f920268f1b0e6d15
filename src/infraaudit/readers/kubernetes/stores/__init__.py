"""Lifts the objects by which operators run stores."""
