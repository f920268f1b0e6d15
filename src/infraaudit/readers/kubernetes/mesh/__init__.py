"""Objects that decide on traffic and its encryption: meshes and certificates."""
