"""What the pods of a workload are like: where they run, how they are replaced, and what they name."""
