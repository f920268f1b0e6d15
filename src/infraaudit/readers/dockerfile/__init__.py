"""Dockerfiles: instructions with places, stages, and the images that they become."""
