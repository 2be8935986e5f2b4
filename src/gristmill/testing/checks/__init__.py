"""The conformance checks, by subject. Importing this package defines them, in this order."""

from gristmill.testing.checks import engines, families, pages, requests, sources, stylesheets, worlds

__all__ = ["engines", "families", "pages", "requests", "sources", "stylesheets", "worlds"]
