"""Who may do what in Azure, and the keys and secrets that are kept there."""
