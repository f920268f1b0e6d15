"""Services, functions and machines of AWS, and what scales and carries them."""
