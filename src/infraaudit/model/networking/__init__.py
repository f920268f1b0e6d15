"""Ways into the system and within it: doors, routes, names, networks and what they let through."""
