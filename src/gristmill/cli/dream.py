"""`gristmill dream`."""

from collections.abc import Sequence
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.text import Text

from gristmill.agents.policies.torch_import import require_torch
from gristmill.cli.console import new_console, new_table
from gristmill.errors import LearningFileError

if TYPE_CHECKING:
    from gristmill.agents.dreams.comparison import Horizon
    from gristmill.agents.dreams.files import Dream
    from gristmill.agents.dreams.logs import Episode
    from gristmill.agents.dreams.recovery import Recovered
    from gristmill.agents.dreams.tasks import DreamTasks

SHOWN_GOALS = 3


@click.command("dream")
@click.argument("logs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="LOGS...")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, metavar="ENV",
    help="File of the environment; an older one is replaced.",
)  # fmt: skip
@click.option(
    "--compare", "held_out", multiple=True, type=click.Path(path_type=Path), metavar="LOGS",
    help="Held-out logs to measure the dream's error on; may be repeated.",
)  # fmt: skip
@click.option(
    "--learned", is_flag=True,
    help="Train a model of reward, end and next page on the logs, and dream by it (extra `learn`).",
)  # fmt: skip
def dream(logs: tuple[Path, ...], out: Path, held_out: tuple[Path, ...], learned: bool) -> None:
    """Build an environment to practise in from logged episodes.

    It is a dream of the logged app, which is not needed for it.

    LOGS are folders or files that `gristmill record` wrote, of one or several agents; some episodes must be
    successes. Logs off the right path make a better dream. Practise in ENV by `gristmill train grpo --env
    dream:ENV`, or open it by gymnasium.make("gristmill/Dream-v0", dream="ENV"). See docs/dreams.md.

    \b
    Examples:
      gristmill record Shop-AddToCart-v0 --seeds 0:20 --out logs/oracle
      gristmill record Shop-AddToCart-v0 --agent policy:runs/clone --seeds 20:80 --out logs/policy
      gristmill dream logs/oracle logs/policy --out shop.dream
      gristmill dream logs/oracle logs/policy --out shop.dream --compare logs/held-out
    """  # noqa: D301 - click reads \b
    from gristmill.agents.dreams.environment import DreamEnv
    from gristmill.agents.dreams.files import Dream, save_dream
    from gristmill.agents.dreams.logs import read_logs
    from gristmill.agents.dreams.recovery import recovered

    console, begin = new_console(), process_time()
    episodes = read_logs(logs)
    others = read_logs(held_out) if held_out else []
    found = recovered(episodes)
    model = trained_model(episodes, found) if learned else None
    built = Dream(episodes=tuple(episodes), recovered=found, model=model)
    if not out.parent.is_dir():
        raise LearningFileError(f"{out} cannot be written: there is no folder {out.parent}. Make it first.")
    size = save_dream(built, out)
    show(console, built, DreamEnv(built).tasks)
    console.print(Text(f"{out}: {size / 1e3:.0f} kB in {process_time() - begin:.1f} CPU s"), soft_wrap=True)
    if others:
        from gristmill.agents.dreams.comparison import errors_by_horizon, verdicts
        from gristmill.agents.dreams.environment import world_of

        show_errors(console, errors_by_horizon(world_of(built), others))
        console.print(Text(str(verdicts(world_of(built), others))))


def trained_model(episodes: "Sequence[Episode]", found: "Recovered") -> bytes:
    """The weights of a model of these episodes."""
    require_torch()
    from gristmill.agents.dreams.learned import learn
    from gristmill.agents.dreams.model import ModelConfig

    return learn(episodes, found, ModelConfig())


def show(console: Console, built: "Dream", tasks: "DreamTasks") -> None:
    """Say what was recovered."""
    found, episodes = built.recovered, built.episodes
    steps = sum(len(each.actions) for each in episodes)
    won = sum(each.is_success for each in episodes)
    general = [rule for rule in found.rules if rule.has_slots]
    rows = {
        "read": f"{len(episodes)} episodes of {', '.join(built.tasks)}: {steps} steps, {won} successes",
        "pages": f"{len(found.templates)} templates, into which {sum(map(len, found.templates.values()))} "
        "kinds of lines are copied from elsewhere",
        "success": f"{len(general)} rules for goals of any content, {len(found.rules) - len(general)} goals "
        "known only as logged",
        "tasks": f"{len(tasks.possible)} of {len(tasks.logged)} logged goals can be reached; "
        f"{len(tasks.redrawings)} wordings have their content drawn anew",
    }
    table = new_table("", "what was recovered")
    for name, text in rows.items():
        table.add_row(name, text)
    console.print(table)
    for rule in general[:SHOWN_GOALS]:
        console.print(Text(f"  goal: {rule.in_words}"), soft_wrap=True)


def show_errors(console: Console, rows: "list[Horizon]") -> None:
    """A table of the error by horizon."""
    table = new_table("steps", "states", "template", "elements", "all elements", "reward", "end")
    for row in rows:
        shares = (row.template, row.elements, row.same_elements, row.reward, row.end)
        table.add_row(str(row.steps), str(row.count), *(f"{share:.1%}" for share in shares))
    console.print(table)
