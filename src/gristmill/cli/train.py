"""`gristmill train`."""

import json
import tomllib
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from gristmill.agents.policies.torch_import import require_torch
from gristmill.cli.console import new_console
from gristmill.errors import InvalidOptionError, LearningFileError
from gristmill.suites import BUILT_IN, find_suite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gristmill.agents.training.algorithms import Plan
    from gristmill.agents.training.evaluation import Evaluation
    from gristmill.agents.training.runs import Metrics, Trainer
    from gristmill.cli.learning_curve import LearningCurve

EVALUATION_FILE = "evaluation.json"
ENGINES = ("dom", "chromium")


@click.command("train")
@click.argument("algorithm_name", metavar="[ALGO]", required=False)
@click.option(
    "--env", "ids", multiple=True, metavar="ID[,ID...]",
    help="Task families, or dream:FILE to practise in a dream; may be repeated.",
)  # fmt: skip
@click.option(
    "--suite", "suites", multiple=True, metavar="|".join((*BUILT_IN, "FILE.toml")),
    help="The families of a suite, on tasks of the training's own; may be repeated.",
)  # fmt: skip
@click.option(
    "--config", "config_path", type=click.Path(path_type=Path), metavar="FILE", help="Settings, as TOML."
)
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="One setting; may be repeated.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Folder of the new run.")
@click.option(
    "--start", type=click.Path(path_type=Path), metavar="DIR", help="Run whose policy is trained further."
)
@click.option(
    "--resume", type=click.Path(path_type=Path), metavar="DIR", help="Go on with a run that was stopped."
)
@click.option(
    "--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes that draw demonstrations."
)
@click.option(
    "--evaluate", type=click.IntRange(0), default=100, show_default=True,
    help="Held-out tasks of each family at the end.",
)  # fmt: skip
@click.option(
    "--evaluate-every", type=click.IntRange(0), default=0, show_default=True, metavar="UPDATES",
    help="Play them during the training as well, for a learning curve; 0 for never.",
)  # fmt: skip
@click.option(
    "--first-held-out", type=click.IntRange(1_000_000), default=1_000_000, show_default=True,
    help="Seed of the first of them; trainings use lower ones.",
)  # fmt: skip
@click.option(
    "--engine", "engines", multiple=True, type=click.Choice(ENGINES), default=("dom",), show_default=True,
    help="On which they are played; may be repeated.",
)  # fmt: skip
def train(
    algorithm_name: str | None,
    ids: tuple[str, ...],
    suites: tuple[str, ...],
    config_path: Path | None,
    settings: tuple[str, ...],
    out: Path | None,
    start: Path | None,
    resume: Path | None,
    jobs: int,
    evaluate: int,
    evaluate_every: int,
    first_held_out: int,
    engines: tuple[str, ...],
) -> None:
    """Train a policy: ALGO is clone, dagger, deploy, expert, grpo, opsd, ppo or suggest.

    The folder gets the policy, the state to resume from, logs for TensorBoard, and the success on held-out
    tasks. `gristmill train --resume DIR` goes on with a run that was stopped or killed, and comes to the same
    weights bit for bit; Ctrl-C ends a run after its present update. See docs/results.md.

    \b
    Examples:
      gristmill train clone --env Shop-Checkout-v0 --out runs/clone --set demonstrations=60
      gristmill train dagger --env Shop-Checkout-v0 --start runs/clone --out runs/dagger
      gristmill train grpo --env Shop-Checkout-v0 --start runs/clone --config grpo.toml --out runs/grpo
      gristmill train clone --suite smoke --out runs/many --set demonstrations=20
      gristmill train opsd --env Shop-Checkout-v0 --start runs/clone --out runs/opsd
      gristmill train grpo --env dream:shop.dream --start runs/clone --out runs/dreamt
      gristmill train deploy --env Shop-Checkout-v0 --start runs/clone --out runs/weeks
      gristmill train suggest --env Shop-Checkout-v0 --start runs/clone --out runs/suggest
      gristmill train --resume runs/grpo
    """  # noqa: D301 - click reads \b
    require_torch()
    console = new_console()
    if resume is not None:
        trainer, plan, save_every = resumed(
            resume, given=bool(algorithm_name or ids or suites or out or start)
        )
    else:
        values = read_settings(config_path, settings)
        trainer, plan, save_every = begun(
            algorithm_name, (*ids, *families_of(suites)), values, out=out, start=start, jobs=jobs
        )
    from gristmill.cli.learning_curve import LearningCurve

    seeds = range(first_held_out, first_held_out + evaluate)
    curve = LearningCurve(trainer, plan, seeds, engines, every=evaluate_every)
    with closing(trainer):
        try:
            train_with_progress(console, trainer, plan.folder, save_every, curve)
        except KeyboardInterrupt:
            console.print(Text(f"Go on with: gristmill train --resume {plan.folder}"))
            raise
    if evaluate:
        console.print(
            f"Playing {evaluate} held-out tasks of each family, greedily and sampled ...", style="dim"
        )
        found = curve.latest(on_found=lambda each: console.print(Text(str(each))))
        write_success(found, plan.folder, seeds)
        curve.write()
    show_how_to_play(console, plan)


def families_of(suites: tuple[str, ...]) -> tuple[str, ...]:
    """The ids of the families of suites that can be played without a browser, as trainings do.

    Raises:
        UnknownNameError, InvalidOptionError: a suite does not exist, or is wrong.
    """
    parts = [part for name in suites for part in find_suite(name).with_options(engine="dom").parts]
    return tuple(dict.fromkeys(family.id for part in parts for family in part.families()))


def begun(
    name: str | None,
    ids: tuple[str, ...],
    values: dict[str, Any],
    *,
    out: Path | None,
    start: Path | None,
    jobs: int,
) -> "tuple[Trainer, Plan, int]":
    """A new run: its folder has the configuration, which `resumed` reads."""
    from gristmill.agents.training.algorithms import ALGORITHMS, Plan, algorithm, config_of, require_tasks
    from gristmill.agents.training.runs import CONFIG_FILE, write_config

    if name is None or out is None:
        raise InvalidOptionError(
            f"Say what to train and where to: gristmill train ALGO --env ID --out DIR, with ALGO one of "
            f"{', '.join(ALGORITHMS)}; or --resume DIR."
        )
    chosen = algorithm(name)
    config = config_of(chosen, values)
    plan = Plan(
        task_ids=require_tasks(ids), folder=out, start=start, processes=jobs, site=chosen.site(config)
    )
    written = {
        "algorithm": name,
        "tasks": list(plan.task_ids),
        "start": str(start.resolve()) if start else None,
        "settings": asdict(config),
    }
    write_config(out, written)
    try:
        trainer = chosen.make(config, plan)
    except (InvalidOptionError, LearningFileError):
        (out / CONFIG_FILE).unlink()  # nothing has begun: the folder can be named again
        raise
    return trainer, plan, chosen.save_every


def resumed(folder: Path, *, given: bool) -> "tuple[Trainer, Plan, int]":
    """A run that goes on where its last saved state was."""
    from gristmill.agents.training.algorithms import Plan, algorithm, config_of
    from gristmill.agents.training.runs import STATE_FILE, read_config, restore_state

    if given:
        raise InvalidOptionError("--resume takes everything from the run's folder: leave out the rest.")
    written = read_config(folder)
    chosen = algorithm(written["algorithm"])
    start = Path(written["start"]) if written["start"] else None
    config = config_of(chosen, written["settings"])
    plan = Plan(task_ids=tuple(written["tasks"]), folder=folder, start=start, site=chosen.site(config))
    trainer = chosen.make(config, plan)
    if (folder / STATE_FILE).exists():  # else it was stopped before its first state
        restore_state(trainer, folder)
    return trainer, plan, chosen.save_every


def read_settings(path: Path | None, settings: tuple[str, ...]) -> dict[str, Any]:
    """Settings of a file and of the command line, which has the last word.

    Raises:
        InvalidOptionError: they are no TOML.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8")) if path is not None else {}
        for setting in settings:
            values |= tomllib.loads(setting)
    except OSError as error:
        raise InvalidOptionError(f"{path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidOptionError(f"The settings are no TOML, such as updates = 300: {error}.") from error
    return values


def train_with_progress(
    console: Console, trainer: "Trainer", folder: Path, save_every: int, curve: "LearningCurve"
) -> None:
    """Train, with a bar of what is done; a line at the end in a pipe too."""
    from gristmill.agents.training.runs import run

    last = dict[str, float]()
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(), console=console, transient=True, disable=not console.is_terminal,
    ) as progress:  # fmt: skip
        bar = progress.add_task("gathering data", total=1.0)
        progress.update(bar, completed=trainer.share_done)

        def show(metrics: "Metrics", share: float) -> None:
            last.update(metrics)
            progress.update(bar, completed=share, description=in_words(metrics))
            curve.add(metrics)

        run(trainer, folder, save_every=save_every, on_update=show)
    done = f"{trainer.updates_done} updates in {last.get('cpu_s', 0):.0f} CPU s"
    console.print(Text(f"{done}, {in_words(last)}. The policy is in {folder}."))


def in_words(metrics: "Metrics") -> str:
    """The numbers that tell whether a run goes well."""
    names = {
        "success_in_training": "success {:.0%}",
        "mean_return": "return {:.2f}",
        "acceptance": "accepted {:.0%}",
        "loss": "loss {:.3f}",
    }
    words = [pattern.format(metrics[name]) for name, pattern in names.items() if name in metrics]
    if metrics.get("env_steps") and metrics.get("cpu_s"):
        words.append(f"{metrics['env_steps'] / metrics['cpu_s']:.0f} steps per CPU s")
    return ", ".join(words) or "train"


def write_success(found: "Sequence[Evaluation]", folder: Path, seeds: range) -> None:
    """Write all evaluations to the folder."""
    text = json.dumps([each.to_json() | {"first_seed": seeds.start} for each in found], indent=2) + "\n"
    (folder / EVALUATION_FILE).write_text(text, encoding="utf-8")


def show_how_to_play(console: Console, plan: "Plan") -> None:
    """Print the command that plays the policy where it was measured; none plays on a changed site."""
    from gristmill.agents.dreams.opening import measured_on

    if not plan.site:
        ids = " ".join(f"--env {each}" for each in measured_on(plan.task_ids))
        message = f"Play with it: gristmill bench {ids} --engine dom --agent policy:{plan.folder}"
        console.print(Text(message), soft_wrap=True)
