"""Who may do what, what is kept secret, and what a container is allowed."""
