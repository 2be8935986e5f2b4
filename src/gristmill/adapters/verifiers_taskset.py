"""Prime Intellect's `verifiers`: tasks as a taskset with tools: pip install 'gristmill[verifiers]'.

Written for verifiers 0.4 (`verifiers.v1`). Each rollout has a tool server of its own, this module run as a
program, in which the episode lives; reward and success reach the rollout as its state.
`examples/gristmill_taskset.py` makes it a plugin of `vf-eval`.
"""

from collections.abc import Iterator
from typing import Any

from gristmill.adapters.text_episode import MAX_CHARS, TextEpisode
from gristmill.adapters.tools import ELEMENT_TOOLS, INSTRUCTIONS, with_tools
from gristmill.errors import EngineFault, InvalidOptionError, MissingExtraError
from gristmill.plugins import installed

try:
    import verifiers.v1 as vf  # noqa: TID251 - the package, not the folder of this repository
    from pydantic import Field
except ImportError as error:
    raise MissingExtraError("verifiers", "verifiers") from error

__all__ = ["GristmillTaskset"]


class GristmillState(vf.State):
    """What a rollout's tool server tells about its episode.

    Attributes:
        reward: the sum of the rewards so far; None after an infrastructure failure.
        success: whether the episode was rewarded with success.
        steps: actions performed.
        is_over: whether the episode has ended.
        infra_error: the infrastructure failure that ended it, or empty.
    """

    reward: float | None = 0.0
    success: bool | None = False
    steps: int = 0
    is_over: bool = False
    infra_error: str = ""


class GristmillData(vf.TaskData):
    """A task instance: its prompt is the goal with the first page."""

    task_id: str
    seed: int
    options: dict[str, Any]
    max_chars: int

    def begin(self) -> tuple[TextEpisode, str]:
        """Start its episode; returns that and the first page. The caller closes the episode.

        Raises:
            EngineFault: an infrastructure failure, twice in a row.
        """
        episode = TextEpisode(max_chars=self.max_chars, **self.options)
        page = episode.start(self.task_id, self.seed)
        if episode.infra_error is not None:
            raise EngineFault(str(episode.infra_error))
        return episode, page


@with_tools(ELEMENT_TOOLS, mark=vf.tool)
class GristmillTools(vf.Toolset[vf.ToolsetConfig, GristmillState]):
    """The actions as tools, and `read_part`, for the episode of one rollout."""

    TOOL_PREFIX = None

    async def setup_task(self, task: GristmillData) -> None:
        """Start the episode of the rollout's task."""
        self.episode, _ = task.begin()

    @vf.tool
    def read_part(self, number: int) -> str:
        """Read another part of a long page. This is not a step."""
        return self.episode.part(number)

    def _perform(self, call: dict[str, Any]) -> str:
        was_over = self.episode.is_over
        text = self.episode.perform(call)
        self.state.steps += not was_over
        self.state.reward, self.state.success = self.episode.reward, self.episode.success
        self.state.is_over = self.episode.is_over
        self.state.infra_error = str(self.episode.infra_error or "")
        return text


class GristmillTaskConfig(vf.TaskConfig):
    """Where the tool servers run, under `--env.taskset.task.tools`."""

    tools: vf.ToolsetConfig = vf.ToolsetConfig()


class GristmillTask(vf.Task[GristmillData, GristmillState, GristmillTaskConfig]):
    """Tools, reward and metrics of a task instance."""

    @classmethod
    def toolsets(cls, config: GristmillTaskConfig) -> list[vf.Toolset]:
        """A tool server of its own for each rollout."""
        return [GristmillTools(config.tools)]

    async def validate(self, runtime: vf.Runtime) -> bool:
        """Whether the oracle solves it."""
        episode, _ = self.data.begin()
        try:
            while not episode.is_over:
                episode.perform(episode.oracle())
            return episode.success is True
        finally:
            episode.close()

    @vf.stop
    def episode_is_over(self, trace: vf.Trace) -> bool:
        """End the rollout with the episode."""
        return bool(trace.state.is_over)

    @vf.reward
    async def episode_reward(self, trace: vf.Trace) -> float:
        """The sum of the episode's rewards.

        Raises:
            EngineFault: an infrastructure failure ended the episode: the rollout fails and is not scored.
        """
        state: GristmillState = trace.state
        if state.infra_error or state.reward is None:
            raise EngineFault(f"The episode must not be scored: {state.infra_error}")
        return state.reward

    @vf.metric
    async def success(self, trace: vf.Trace) -> float:
        """1.0 if the episode was rewarded with success."""
        return float(bool(trace.state.success))

    @vf.metric
    async def steps(self, trace: vf.Trace) -> float:
        """Actions performed."""
        return float(trace.state.steps)


class GristmillConfig(vf.TasksetConfig):
    """Which tasks load, under `--env.taskset`.

    Attributes:
        task: where tool servers run.
        task_ids: ids of task families.
        first_seed: the first seed.
        num_seeds: number of seeds of each family.
        options: of `gymnasium.make`, such as `{"split": "test"}`; by default `engine="dom"`.
        max_chars: characters of a page in one message.
    """

    task: GristmillTaskConfig = GristmillTaskConfig()
    task_ids: list[str] = Field(default_factory=lambda: ["Shop-AddToCart-v0"])
    first_seed: int = 0
    num_seeds: int = Field(default=50, ge=1)
    options: dict[str, Any] = Field(default_factory=dict)
    max_chars: int = MAX_CHARS


class GristmillTaskset(vf.Taskset[GristmillTask, GristmillConfig]):
    """Each task family with each seed, family by family. Tasks are drawn as they are iterated over."""

    def __init__(self, config: GristmillConfig) -> None:
        super().__init__(config)
        if not config.task_ids:
            raise InvalidOptionError("task_ids is empty: name at least one id; `gristmill list` prints them.")
        for task_id in config.task_ids:
            installed().family(task_id)

    def load(self) -> Iterator[GristmillTask]:
        """Draw the tasks.

        Raises:
            EngineFault: an infrastructure failure, twice in a row.
        """
        for task_id in self.config.task_ids:
            for seed in range(self.config.first_seed, self.config.first_seed + self.config.num_seeds):
                yield self._task(task_id, seed)

    def _task(self, task_id: str, seed: int) -> GristmillTask:
        data = GristmillData(
            id=f"{task_id}@{seed}",
            name=f"{task_id}@{seed}",
            system_prompt=INSTRUCTIONS,
            task_id=task_id,
            seed=seed,
            options=self.config.options,
            max_chars=self.config.max_chars,
        )
        episode, page = data.begin()
        episode.close()
        return GristmillTask(data.model_copy(update={"prompt": page}), self.config.task)


if __name__ == "__main__":
    GristmillTools.run()
