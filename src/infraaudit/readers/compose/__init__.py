"""Compose files: projects of services, read as the client reads them."""
