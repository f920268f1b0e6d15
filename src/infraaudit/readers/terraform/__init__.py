"""Terraform and OpenTofu: syntax, evaluation, modules, and the lifting of resources into entities."""
