"""The language of Terraform: expressions, templates and functions, on values that may not be known."""
