"""Resettable web app clones as Gymnasium environments, scored by programs."""
