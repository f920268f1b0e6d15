"""One reader a format: text in, entities out."""
