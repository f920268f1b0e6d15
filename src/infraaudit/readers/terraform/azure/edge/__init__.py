"""What stands at the edge of a system on Azure: Front Door, names, and rules for web requests."""
