"""Tests of what Argo CD and Flux keep applied."""
