"""`gristmill list`."""

import click
from rich.text import Text

from gristmill.apps.base import Json, TaskFamily
from gristmill.cli.console import new_console, new_table, print_json
from gristmill.envs.episode.runtime import engines_of
from gristmill.errors import UnknownNameError
from gristmill.plugins import installed

NOTHING_INSTALLED = "No app clone with tasks is installed. Run `gristmill doctor` to see why."


@click.command("list")
@click.option("--tag", metavar="TAG", help="Only tasks with this tag.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def list_tasks(tag: str | None, as_json: bool) -> None:
    """List the installed tasks.

    \b
    Examples:
      gristmill list
      gristmill list --tag checkout
      gristmill list --json
    """  # noqa: D301 - click reads \b
    families = [f for f in installed().families.values() if tag is None or tag in f.tags]
    tags = sorted({tag for family in installed().families.values() for tag in family.tags})
    if tag is not None and tag not in tags and tags:
        raise UnknownNameError("tag", tag, tags)
    if as_json:
        print_json([describe(family) for family in families])
        return
    table = new_table("id", "tags", "engines", "max steps", "what it asks", numbers=["max steps"])
    for family in families:
        table.add_row(
            Text(family.id, "bold cyan"),
            ", ".join(family.tags),
            ", ".join(engines_of(family)),
            str(family.max_steps),
            family.summary(),
        )
    table.columns[0].no_wrap = True
    new_console().print(table if families else Text(NOTHING_INSTALLED))


def describe(family: TaskFamily) -> dict[str, Json]:
    """A task family as JSON."""
    return {
        "id": family.id,
        "apps": list(family.apps),
        "tags": list(family.tags),
        "engines": [*engines_of(family)],
        "max_steps": family.max_steps,
        "summary": family.summary(),
    }
