"""Builds Kustomize overlays: what their bases, components, patches and transformers make of the objects."""
