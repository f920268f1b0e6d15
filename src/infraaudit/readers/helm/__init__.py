"""Reads Helm charts: renders their templates without helm, and lifts the objects that come out."""
