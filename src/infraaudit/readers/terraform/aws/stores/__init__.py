"""Databases, caches, buckets and volumes of AWS, with their settings and backups."""
