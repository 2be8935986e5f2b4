"""Settings of learning from deployment."""

from dataclasses import dataclass

from gristmill.errors import InvalidOptionError

METHODS = ("distil", "replay", "notes", "frozen")


@dataclass(frozen=True, kw_only=True, slots=True)
class DeployConfig:
    """Settings of learning from deployment.

    Attributes:
        method: what a week changes. `frozen`: nothing. `notes`: notes of approved episodes, which are read
            from the next day on. `replay` and `distil`: such notes, and at the week's end the weights.
            `replay` imitates the decisions of approved episodes; `distil` teaches in all states of the week
            what the same network does when it reads the note of the approved episode with the nearest goal.
        split, skin: arguments of `gymnasium.make`: where the agent is deployed. It was trained elsewhere.
        adjacent: ids of families, separated by commas, that are played there to measure transfer only.
        weeks: number of them.
        days: of a week. The user judges episodes at the end of the day.
        episodes_per_day: played side by side; the families take turns.
        thumb_noise: probability that a thumb says the opposite of the verdict.
        note_limit: notes that are kept; the newest.
        lesson_steps: gradient steps before the first week in which the policy learns, on its old
            demonstrations, to use notes; of all methods, so that they begin with equal weights.
        steps_per_week: gradient steps at the end of a week.
        batch_size: states of a gradient step: half are of the weeks, half of the old demonstrations.
        largest_divergence: nats; see `OpsdConfig`.
        notes_share: share of the old demonstrations' states that are read with notes.
        learning_rate: constant after `warm_steps` gradient steps.
        warm_steps: see `learning_rate`.
        word_dropout: see `CloningConfig`; a teacher reads all words.
        held_out: tasks of each family that are played greedily after each week, with the notes if `method`
            is `notes` and else without any; 0 for none.
        num_envs: episodes side by side.
        seed: of tasks, choices, thumbs and order.
    """

    method: str = "distil"
    split: str = "test"
    skin: str = "ember"
    adjacent: str = ""
    weeks: int = 4
    days: int = 5
    episodes_per_day: int = 8
    thumb_noise: float = 0.1
    note_limit: int = 64
    lesson_steps: int = 100
    steps_per_week: int = 60
    batch_size: int = 32
    largest_divergence: float = 5.0
    notes_share: float = 0.5
    learning_rate: float = 3e-4
    warm_steps: int = 20
    word_dropout: float = 0.1
    held_out: int = 20
    num_envs: int = 8
    seed: int = 0

    @property
    def site(self) -> dict[str, str]:
        """Arguments of `gymnasium.make` where the agent is deployed."""
        return {"split": self.split, "skin": self.skin}


def require_sound(config: DeployConfig) -> None:
    """Check settings that their types do not limit.

    Raises:
        InvalidOptionError: one names nothing that there is, or is out of its range.
    """
    if config.method not in METHODS:
        raise InvalidOptionError(
            f"The setting method must be one of {', '.join(METHODS)}, not {config.method!r}."
        )
    for name in ("days", "episodes_per_day", "note_limit", "num_envs"):
        if getattr(config, name) < 1:
            raise InvalidOptionError(f"The setting {name} must be 1 or more.")
    if config.batch_size < 2:
        raise InvalidOptionError("The setting batch_size must be 2 or more: half of a batch is old states.")
    if not config.thumb_noise <= 0.5:
        raise InvalidOptionError(
            f"The setting thumb_noise must be 0.5 at most, not {config.thumb_noise}: above it, thumbs would "
            "mean the opposite."
        )
