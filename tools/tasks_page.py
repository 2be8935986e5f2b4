"""Write docs/tasks.md: every task family with a goal, a picture of its end, its checks and traps, its steps.

    python tools/tasks_page.py [--only ID,ID...] [--no-pictures] [--out docs]

The oracle plays five tasks of each family in the engine `dom`, and one in a browser for the picture, which is
taken before the last action. With `--only`, pictures of the other families stay as they are; the page is
always written for all.
"""

import argparse
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from gristmill.apps.base import TaskFamily
from gristmill.envs.env import WebEnv
from gristmill.plugins import installed
from gristmill.verifiers.base import CheckKind, Verdict

SEEDS = range(5)
PICTURED, WIDTH, QUALITY = 0, 720, 55
ENDINGS = ("done", "answer", "give_up")
APPS = {
    "Shop": "The shop, Marlowick",
    "Mail": "The mail, Quillfold",
    "Chat": "The chat, Natterbeck",
    "Office": "Across apps",
}
HEAD = (
    "# Task families",
    "{count} families. `gristmill list` shows them too; `gristmill play ID` lets you do one yourself, and "
    "`gristmill audit ID` proves its verifier ([audit](audit.md)). Each draws its tasks from seeds; goals "
    "below are those of seed 0. A task that cannot or must not be done is ended by `give_up`, one that "
    "asks a question by `answer`; goals do not tell which tasks are impossible. Families with the axis "
    '*brief* can have their details in a message (`brief="ticket"`), those with *news* can have one term '
    'changed midway (`news="midway"`).',
    "This page is written by `make tasks` (`tools/tasks_page.py`).",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Played:
    """What the oracle's episodes of a family showed."""

    goals: tuple[str, str]
    steps: list[int]
    verdict: Verdict


def played(family: TaskFamily) -> Played:
    """Let the oracle play some tasks of a family.

    Raises:
        SystemExit: it did not solve one.
    """
    env = WebEnv(family.id, engine="dom")
    steps, verdicts, goals = [], [], []
    for seed in SEEDS:
        observation, info = env.reset(seed=seed)
        goals.append(observation["goal"])
        count, is_over = 0, False
        while not is_over and count < family.max_steps:
            *_, is_over, _, info = env.step(env.oracle())
            count += 1
        if not info["success"]:
            raise SystemExit(f"The oracle does not solve {family.id}, seed {seed}: {info['verdict']}")
        steps.append(count)
        verdicts.append(info["verdict"])
    env.close()
    other = WebEnv(family.id, engine="dom", split="test")
    observation, _ = other.reset(seed=PICTURED)
    other.close()
    fullest = max(verdicts, key=lambda verdict: len(verdict.checks))
    return Played(goals=(goals[PICTURED], observation["goal"]), steps=steps, verdict=fullest)


def take_picture(family: TaskFamily, path: Path) -> None:
    """Write a picture of the page on which the oracle ends its task."""
    env = WebEnv(family.id, engine="chromium", render_mode="rgb_array", viewport=(1280, 800))
    env.reset(seed=PICTURED)
    for _ in range(family.max_steps):
        action = env.oracle()
        if action.partition(" ")[0] in ENDINGS:
            break
        *_, is_over, _, _ = env.step(action)
        if is_over:
            break
    picture = Image.fromarray(env.render())
    env.close()
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.resize((WIDTH, WIDTH * picture.height // picture.width)).save(path, quality=QUALITY, method=6)


def section(family: TaskFamily, shown: Played) -> Iterator[str]:
    """The part of the page about one family."""
    axes = f"; axes: {', '.join(family.axes)}" if family.axes else ""
    yield f"### {family.id}"
    yield family.summary()
    yield (
        f"{family.kind.capitalize()}, {family.level}; apps: {', '.join(family.apps)}{axes}. The oracle takes "
        f"{statistics.median(shown.steps):g} steps (at most {max(shown.steps)} in {len(shown.steps)} tasks), "
        f"an agent may take {family.max_steps}."
    )
    train, test = shown.goals
    yield f"> {train}\n>\n> {test} *(test)*"
    for kind, title in ((CheckKind.GOAL, "Checks"), (CheckKind.TRAP, "Traps")):
        names = list(dict.fromkeys(check.name for check in shown.verdict.checks if check.kind is kind))
        if names:
            yield f"{title}: {'; '.join(names)}."
    yield f"![{family.id}](images/tasks/{family.id}.webp)"


def page(families: Sequence[TaskFamily]) -> str:
    """The whole page."""
    parts = [part.format(count=len(families)) for part in HEAD]
    for prefix, title in APPS.items():
        own = [family for family in families if family.id.startswith(f"{prefix}-")]
        parts.append(f"## {title}")
        for family in own:
            print(family.id, flush=True)
            parts += section(family, played(family))
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Write the page and its pictures."""
    parser = argparse.ArgumentParser(description="Write docs/tasks.md with a picture of each family.")
    parser.add_argument("--only", default="", help="families whose pictures are taken anew")
    parser.add_argument("--no-pictures", action="store_true")
    parser.add_argument("--out", type=Path, default=Path("docs"))
    given = parser.parse_args()
    families = [f for f in installed().families.values() if f.id.partition("-")[0] in APPS]
    text = page(families)
    wanted = set(filter(None, given.only.split(",")))
    for family in families:
        if not given.no_pictures and (not wanted or family.id in wanted):
            take_picture(family, given.out / "images" / "tasks" / f"{family.id}.webp")
    (given.out / "tasks.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
