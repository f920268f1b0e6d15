"""Identities of Google Cloud, what they are granted, and the keys and secrets that it keeps."""
