"""What Terraform keeps in a cluster: objects, and the releases of charts."""
