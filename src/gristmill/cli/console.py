"""Console output shared by the commands: tables, verdicts, JSON."""

import json
import os
from collections.abc import Iterable
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gristmill.verifiers.base import Check

PIPE_WIDTH = 160
PASSED, FAILED = Text("passed", style="green"), Text("failed", style="red")


def new_console() -> Console:
    """A console for the terminal's width and colours; wide and plain if the output is piped."""
    console = Console(highlight=False, emoji=False, markup=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = PIPE_WIDTH
    return console


def print_json(value: Any) -> None:
    """Print a value as JSON."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def new_table(*columns: str, numbers: Iterable[str] = ()) -> Table:
    """An empty table; the columns in `numbers` are right-aligned."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    right = set(numbers)
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return table


def checks_table(checks: Iterable[Check]) -> Table:
    """A table with one row per check of a verdict."""
    table = new_table("check", "", "detail")
    for check in checks:
        table.add_row(Text(check.name), PASSED if check.passed else FAILED, Text(check.detail))
    return table
