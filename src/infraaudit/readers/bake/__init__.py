"""Reads build definitions of docker buildx bake."""
