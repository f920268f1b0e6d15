"""Objects of monitoring: what is scraped, which rules count, and who is told."""
