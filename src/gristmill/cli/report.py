"""`gristmill report`."""

from pathlib import Path

import click

from gristmill.agents.report.runs import write_run_report


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--against",
    metavar="DIR2",
    type=click.Path(file_okay=False, path_type=Path),
    help="Another run, to put beside this one.",
)
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write.  [default: DIR/report.html]",
)
@click.option(
    "--embed", is_flag=True, help="Put the screenshots into the file, so that it needs no folder beside it."
)
def report(directory: Path, against: Path | None, out: Path | None, embed: bool) -> None:
    """Build the HTML report of a benchmark run again.

    The run need not be finished; the report says how much of it there is.

    \b
    Examples:
      gristmill report runs/smoke
      gristmill report runs/new --against runs/old --out compared.html
      gristmill report runs/smoke --embed --out to-send.html
    """  # noqa: D301 - click reads \b
    written = write_run_report(directory, against=against, out=out, embeds=embed)
    click.echo(written.resolve())
