"""What watches a system in AWS."""
