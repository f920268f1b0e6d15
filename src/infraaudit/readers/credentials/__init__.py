"""Credentials in plain text, found in any file of the tree. The value never leaves this room."""
