"""What follows from the system as a whole: what needs what, what has no stand-in, what stops with a lost part."""
