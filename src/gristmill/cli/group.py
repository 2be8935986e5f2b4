"""The command group, and how errors reach a person: one line, no traceback."""

from typing import Any

import click

from gristmill import __version__
from gristmill.cli.demo import demo
from gristmill.cli.doctor import doctor
from gristmill.cli.list_tasks import list_tasks
from gristmill.cli.play import play
from gristmill.errors import GristmillError, InvalidOptionError, UnknownNameError

MISUSE = 2
INTERRUPTED = 130


class CleanGroup(click.Group):
    """A group whose commands may raise Gristmill's errors and be interrupted."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; an error of ours becomes one line on stderr and an exit code."""
        try:
            return super().invoke(ctx)
        except GristmillError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(MISUSE if isinstance(error, UnknownNameError | InvalidOptionError) else 1)
        except KeyboardInterrupt:
            click.echo("\nStopped.", err=True)
            ctx.exit(INTERRUPTED)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command of a name; an unknown one lists those that exist."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            raise UnknownNameError("command", args[0], self.list_commands(ctx))
        return super().resolve_command(ctx, args)


@click.group(
    cls=CleanGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="gristmill", message="%(prog)s %(version)s")
def main() -> None:
    """Resettable web app clones as Gymnasium environments, scored by programs.

    \b
    gristmill doctor    is everything there that it needs?
    gristmill demo      watch agents play, side by side
    gristmill play ID   play an episode yourself
    """  # noqa: D301 - click reads \b


for command in (list_tasks, doctor, demo, play):
    main.add_command(command)
