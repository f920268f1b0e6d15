"""A result in, text out: for a person, for a program, for a code scanning service, and the model by itself."""
