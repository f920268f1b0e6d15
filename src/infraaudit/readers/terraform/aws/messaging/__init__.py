"""Queues and topics of AWS, and who takes messages from them."""
