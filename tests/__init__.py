"""The tests of infraaudit."""
