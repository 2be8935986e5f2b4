"""The `gristmill` command."""

from gristmill.cli.group import main

__all__ = ["main"]
