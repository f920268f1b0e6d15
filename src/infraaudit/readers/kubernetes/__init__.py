"""Kubernetes manifests: which files hold them, which belong together, and what they describe."""
