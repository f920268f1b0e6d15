"""The functions that templates of Helm charts may call."""
