"""Finds what makes copies of stores: how, when, where to, and whether its failure would be seen."""
