"""`gristmill view`."""

import webbrowser
from contextlib import closing, suppress
from pathlib import Path

import click

from gristmill.agents.bench import load_run
from gristmill.agents.local_pages.loopback import Loopback
from gristmill.agents.report.serving import ReportPages
from gristmill.cli.interrupts import stopping_on_interrupt
from gristmill.cli.play import has_display
from gristmill.errors import InvalidOptionError

POLL_S = 0.5


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--against",
    metavar="DIR2",
    type=click.Path(file_okay=False, path_type=Path),
    help="Another run, to put beside this one.",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="Port to serve on; 0 for any."
)
@click.option(
    "--headed/--no-headed",
    default=None,
    help="Open your browser, or only print the address. Default: open it if there is a display.",
)
def view(directory: Path, against: Path | None, port: int, headed: bool | None) -> None:
    """Show a benchmark run, or two side by side, in your browser.

    The page is served on this machine while the command runs; Ctrl-C quits. Its address has a token, so that
    nobody else can read it. A stored `report.html` can also be opened without this command.

    \b
    Examples:
      gristmill view runs/smoke
      gristmill view runs/new --against runs/old
      gristmill view runs/smoke --no-headed --port 8800     (over SSH: forward the port)
    """  # noqa: D301 - click reads \b
    pages = ReportPages(load_run(directory), None if against is None else load_run(against))
    try:
        server = Loopback(pages.answer, port=port)
    except OSError as error:
        raise InvalidOptionError(
            f"Port {port} cannot be used: {error.strerror}. Choose another with --port."
        ) from error
    with closing(server):
        click.echo(f"Open   {server.url}\nCtrl-C quits.")
        if has_display() if headed is None else headed:
            webbrowser.open(server.url)
        with suppress(KeyboardInterrupt), stopping_on_interrupt(click.echo) as stopping:
            while not stopping.wait(POLL_S):  # a Ctrl-C that comes just before a wait begins would not end it
                pass
