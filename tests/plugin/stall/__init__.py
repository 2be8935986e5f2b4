"""A sound app clone, and one for each conformance check that breaks it alone: see `broken.py`."""
