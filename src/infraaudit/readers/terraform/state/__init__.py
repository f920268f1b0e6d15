"""Where a root keeps its state, and which secrets stand in it."""
