"""The option `--watch`."""

import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from gristmill.agents.watch.pages import wall_page
from gristmill.agents.watch.wall import Wall
from gristmill.cli.play import has_display
from gristmill.errors import InvalidOptionError


def require_watchable(watch: bool, address: str | None, *, is_by_hand: bool = False) -> None:
    """Check that the agents to watch play on this machine.

    Raises:
        InvalidOptionError: they play on a cluster, or a person plays.
    """
    if watch and is_by_hand:
        raise InvalidOptionError("--watch shows agents, not a person who plays: leave it out.")
    if watch and address is not None:
        raise InvalidOptionError(
            "--watch shows agents that play on this machine: leave out --watch or --ray."
        )


@contextmanager
def watched_in_browser(console: Console, title: str, total: int | None) -> Iterator[Wall]:
    """Serve a wall and print its address, or open it if there is a display; yields it."""
    wall = Wall(title, total=total)
    with wall_page(wall) as url:
        console.print(f"Watch   {url}", soft_wrap=True)
        if has_display():
            webbrowser.open(url)
        yield wall
