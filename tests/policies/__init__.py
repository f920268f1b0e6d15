"""The examples of the policies, run."""
