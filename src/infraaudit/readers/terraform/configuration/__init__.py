"""What a root is made of: its files, inputs, modules and plans, evaluated into resources."""
