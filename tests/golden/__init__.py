"""Golden outputs of whole stacks."""
