"""What runs, of what it is made, and the machines and clusters that carry it."""
