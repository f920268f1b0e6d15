"""What carries messages in Azure."""
