"""Networks of Azure, what lets traffic through them, and the balancers that it comes in by."""
