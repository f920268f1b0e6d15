"""Regular expressions as Go has them: matched in time that grows with the text, never without end."""
