"""Follows what Argo CD and Flux keep applied to the charts, overlays and manifests of the same tree."""
