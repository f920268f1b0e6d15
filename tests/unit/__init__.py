"""Tests of one room each; the folders mirror src."""
