"""Networks, firewalls and load balancers of Google Cloud."""
