"""What stands where: files, spans, comments, trees of text with places, and what could not be read."""
