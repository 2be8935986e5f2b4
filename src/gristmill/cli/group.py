"""The command group, and how errors reach a person: one line, no traceback."""

from importlib import import_module
from typing import Any

import click

from gristmill import __version__
from gristmill.errors import GristmillError, InvalidOptionError, UnknownNameError

MISUSE = 2
INTERRUPTED = 130

COMMANDS = {
    "demo": ("demo", "demo", "Let three kinds of agents play a task side by side, and show how each fared."),
    "doctor": ("doctor", "doctor", "Tell what is there, what is missing and how to get it."),
    "list": ("list_tasks", "list_tasks", "List the tasks that can be made."),
    "play": ("play", "play", "Play an episode yourself, in your own browser."),
}
"""Each command's module, its name there, and its first line of help: that is shown without importing it."""


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


class LazyGroup(CleanGroup):
    """Imports a command when it is called; its line in the help is shown without that."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, imported from its module."""
        if cmd_name not in COMMANDS:
            return None
        module, name, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(f"gristmill.cli.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands in the help."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][2]) for name in self.list_commands(ctx)])


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="gristmill", message="%(prog)s %(version)s")
def main() -> None:
    """Resettable web app clones as Gymnasium environments, scored by programs.

    \b
    gristmill doctor    is everything there that it needs?
    gristmill demo      watch agents play, side by side
    gristmill play ID   play an episode yourself
    """  # noqa: D301 - click reads \b
