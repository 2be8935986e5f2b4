"""Checks for authors of app clones to run on their own code."""
