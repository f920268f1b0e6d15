"""Judges an estate by policies: loads packs, runs checks, suppresses, and keeps the ledger."""
