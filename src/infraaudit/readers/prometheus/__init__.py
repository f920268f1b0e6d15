"""Files that Prometheus and Alertmanager read: what is scraped, which rules count, and who is told."""
