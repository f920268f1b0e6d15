"""Every part of the house has its papers."""
