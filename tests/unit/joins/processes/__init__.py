"""Tests of the join that tells what each container runs."""
