"""Networks of AWS, what lets traffic through them, and the balancers that it comes in by."""
