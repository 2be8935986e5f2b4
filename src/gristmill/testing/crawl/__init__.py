"""Visits every page of app clones, presses every control, and notes what is broken."""
