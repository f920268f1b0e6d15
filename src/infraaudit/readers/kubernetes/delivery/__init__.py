"""Objects that bring other objects into a cluster."""
