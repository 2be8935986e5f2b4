"""Checks that authors of app clones run on their own work."""
