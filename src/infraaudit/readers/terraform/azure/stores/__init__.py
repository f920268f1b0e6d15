"""Databases, caches and storage accounts of Azure, what lets clients in, and what copies them."""
