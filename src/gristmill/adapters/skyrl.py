"""SkyRL: tasks as text environments: pip install 'gristmill[skyrl]'.

Written for skyrl-gym 0.4. `register()` names the environment `gristmill` for `env_class` in a data set.
"""

import re
from collections.abc import Mapping
from typing import Any

from gristmill.adapters.text_episode import MAX_CHARS, TextEpisode
from gristmill.envs.actions.grammar import usage, verbs_of
from gristmill.errors import EngineFault, InvalidOptionError, MissingExtraError

try:
    from skyrl_gym.envs.base_text_env import BaseTextEnv, BaseTextEnvStepOutput, ConversationType
    from skyrl_gym.envs.registration import register as register_env
    from skyrl_gym.envs.registration import registry
except ImportError as error:
    raise MissingExtraError("skyrl-gym", "skyrl") from error

NAME = "gristmill"
MARKED = re.compile(r"<action>(.*?)</action>", re.DOTALL)
READ_PART = re.compile(r"read_part ([0-9]{1,4})")
MISSING = "Error: write one action between <action> and </action>."
INSTRUCTIONS = (
    "You use web apps. In each turn you may think, and then write one action as <action>click e12</action>. "
    "The answer is the page that is open then, as its accessibility tree: refs such as e12 name the elements "
    "that actions act on, and are valid until the next action. Do what the task asks and nothing else. "
    "Actions:\n"
)


class GristmillTextEnv(BaseTextEnv):
    """An episode in which each turn of the model has one action between `<action>` and `</action>`.

    Args:
        env_config: options of `gymnasium.make`, and `max_chars`, the characters of a page in one message; by
            default `engine="dom"`.
        extras: columns of the row of the data set: `task` (an id), `seed`, and `max_turns` (by default the
            task family's step limit, which also counts without it).

    Raises:
        InvalidOptionError: the row has no `task` or no `seed`.
    """

    def __init__(
        self, env_config: Mapping[str, Any] | None = None, extras: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__()
        row = dict(extras or {})
        if "task" not in row or "seed" not in row:
            has = ", ".join(row) or "none"
            raise InvalidOptionError(f"A row needs the columns 'task' and 'seed'; it has: {has}.")
        options = {"max_chars": MAX_CHARS, **dict(env_config or {})}
        self.episode = TextEpisode(**options)
        self._task, self._seed = str(row["task"]), int(row["seed"])
        self.max_turns = row.get("max_turns")
        self._paid = 0.0

    def init(self, prompt: ConversationType) -> tuple[ConversationType, dict[str, Any]]:
        """Start the episode; its goal and first page are appended to the prompt as the user's message.

        Raises:
            EngineFault: an infrastructure failure; the episode must not be scored.
        """
        self.turns, self._paid = 0, 0.0
        page = self.episode.start(self._task, self._seed)
        self._require_sound()
        return [*prompt, {"role": "user", "content": page}], {"goal": self.episode.goal}

    def step(self, action: str) -> BaseTextEnvStepOutput:
        """Perform the last marked action of a model's turn.

        Raises:
            EngineFault: as for `init`.
        """
        self.turns += 1
        text = self._answer(action)
        self._require_sound()
        assert self.episode.reward is not None
        reward = self.episode.reward - self._paid
        self._paid = self.episode.reward
        is_over = self.episode.is_over or (self.max_turns is not None and self.turns >= self.max_turns)
        return BaseTextEnvStepOutput(
            observations=[] if is_over else [{"role": "user", "content": text}],
            reward=reward,
            done=is_over,
            metadata={"success": self.episode.success},
        )

    def get_metrics(self) -> dict[str, Any]:
        """Success and turns of the episode, which SkyRL averages."""
        return {"success": float(bool(self.episode.success)), "turns": self.turns}

    def close(self) -> None:
        """Free the page and the session. Idempotent."""
        self.episode.close()

    def _answer(self, turn: str) -> str:
        marked = MARKED.findall(turn)
        if not marked:
            return MISSING
        line = marked[-1].strip()
        if found := READ_PART.fullmatch(line):
            return self.episode.part(int(found[1]))
        return self.episode.perform(line)

    def _require_sound(self) -> None:
        if self.episode.infra_error is not None:
            raise EngineFault(f"The episode must not be scored: {self.episode.infra_error}")


def instructions(engine: str = "dom") -> str:
    """A system message that explains the turns and lists the actions of an engine."""
    actions = verbs_of(engine).values()
    listed = [f"{usage(action)} - {(action.__doc__ or '').strip()}" for action in actions]
    return INSTRUCTIONS + "\n".join([*listed, "read_part <number> - Read another part of a long page."])


def register() -> None:
    """Make `skyrl_gym.make("gristmill", ...)` work. Idempotent."""
    if NAME not in registry:
        register_env(id=NAME, entry_point=f"{__name__}:{GristmillTextEnv.__name__}")
