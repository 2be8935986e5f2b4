"""The agent protocol: maps observations to actions."""

from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from gristmill.envs.env import WebEnv

Observation = Mapping[str, Any]


class Agent(Protocol):
    """Plays episodes one at a time, in one environment at a time.

    An agent acts on observations alone. Only privileged agents, such as the oracle, keep the environment
    passed to `begin`.

    A slow agent does not delay other episodes if it declares itself in one of three ways: `act` is an
    `async def`; or it has the attribute `is_slow = True`, and its `act` is called in its own thread; or it
    is a `BatchAgent`.
    """

    name: str

    def begin(self, env: WebEnv, seed: int) -> None:
        """Discard all state of the last episode and prepare for the one that was just reset.

        Args:
            env: the environment; for privileged agents only.
            seed: the only source of the agent's randomness.
        """

    def act(self, observation: Observation) -> str | Awaitable[str]:
        """Return the next action in the action grammar, see `envs.actions.grammar`.

        An `async def` runs on one event loop, shared by all episodes.
        """


@runtime_checkable
class BatchAgent(Protocol):
    """An agent that answers many episodes at once, such as a model on an accelerator.

    One object plays all episodes: `make_agent` returns the same one each time. All observations that are
    waiting when it is idle form the next batch, so batches vary in size and order: an answer may depend on
    its own observation only, and nothing of an episode can be kept between steps.
    """

    name: str

    def begin(self, env: WebEnv, seed: int) -> None:
        """Called at the beginning of each episode, while other episodes are in progress."""

    def act_batch(self, observations: Sequence[Observation]) -> Sequence[str] | Awaitable[Sequence[str]]:
        """Return the next action for each observation, in order. Called in its own thread."""


@runtime_checkable
class ReportingAgent(Protocol):
    """An agent that says what an episode cost, and how its model was asked."""

    def episode_report(self) -> Mapping[str, Any]:
        """What to keep of the episode that just ended, as JSON. All keys may be left out.

        `usage`: a mapping with `input_tokens`, `output_tokens`, `cost_usd` (None if unknown) and `calls`;
        `transcript`: a list of mappings, such as the messages that a model was sent and answered.
        """


AnyAgent = Agent | BatchAgent
