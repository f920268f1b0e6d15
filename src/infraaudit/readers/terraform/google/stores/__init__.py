"""Databases, caches, buckets and disks of Google Cloud, with their settings and backups."""
