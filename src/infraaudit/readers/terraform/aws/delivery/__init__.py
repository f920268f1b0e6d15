"""Where images of AWS are kept."""
