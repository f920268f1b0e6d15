"""What follows from the whole, on small systems of edges."""
