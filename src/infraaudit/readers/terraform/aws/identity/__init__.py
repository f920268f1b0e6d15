"""Who may do what in AWS, and the keys and secrets that are kept there."""
