"""`gristmill list`."""

import click
from rich.text import Text

from gristmill.apps.base import Json, TaskFamily, TaskKind
from gristmill.cli.console import new_console, new_table, print_json
from gristmill.envs.episode.runtime import engines_of
from gristmill.errors import UnknownNameError
from gristmill.plugins import installed

NOTHING_INSTALLED = "No app clone with tasks is installed. Run `gristmill doctor` to see why."


@click.command("list")
@click.option("--tag", metavar="TAG", help="Only tasks with this tag.")
@click.option("--kind", type=click.Choice([each.value for each in TaskKind]), help="Only tasks of this kind.")
@click.option("--app", metavar="APP", help="Only tasks whose world has this app clone.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def list_tasks(tag: str | None, kind: str | None, app: str | None, as_json: bool) -> None:
    """List the installed tasks.

    \b
    Examples:
      gristmill list
      gristmill list --tag checkout
      gristmill list --kind answer --app mail
      gristmill list --json
    """  # noqa: D301 - click reads \b
    families = [
        family
        for family in installed().families.values()
        if (tag is None or tag in family.tags)
        and (kind is None or family.kind == kind)
        and (app is None or app in family.apps)
    ]
    tags = sorted({tag for family in installed().families.values() for tag in family.tags})
    if tag is not None and tag not in tags and tags:
        raise UnknownNameError("tag", tag, tags)
    if as_json:
        print_json([describe(family) for family in families])
        return
    table = new_table(
        "id", "kind", "level", "apps", "axes", "max steps", "what it asks", numbers=["max steps"]
    )
    for family in families:
        table.add_row(
            Text(family.id, "bold cyan"),
            family.kind,
            family.level,
            ", ".join(family.apps),
            ", ".join(family.axes),
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
        "kind": family.kind,
        "level": family.level,
        "axes": list(family.axes),
        "tags": list(family.tags),
        "engines": [*engines_of(family)],
        "max_steps": family.max_steps,
        "summary": family.summary(),
    }
