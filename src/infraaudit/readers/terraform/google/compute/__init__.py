"""Containers, functions, machines and clusters of Google Cloud, with what scales them."""
