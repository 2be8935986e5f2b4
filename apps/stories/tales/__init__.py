"""The stories, one module per theme."""
