"""Actors that are replaced when they die."""

from collections.abc import Mapping, Sequence
from typing import Any

from gristmill.envs.vector.ray.library import require_ray
from gristmill.errors import EngineFault

RESULT_TIMEOUT_S = 120.0  # longer than any step or reset may take, and than a node needs to take an actor in
SHUTDOWN_TIMEOUT_S = 10.0
MAX_MESSAGE_LENGTH = 300


class ActorLost(EngineFault):
    """An actor died, its node did, or it does not answer any more."""


class SupervisedActor:
    """A place that is always manned: one Ray actor at a time, replaced on a living node when it dies.

    Args:
        worker: the actor's class. It has a method `close`.
        turn: which of the nodes gets it; they take turns.
        concurrency: how many methods of the actor run at a time.
        actor_options: for Ray, such as `num_cpus` or `resources`; then Ray chooses the node. By
            default an actor reserves nothing.
        arguments: what the actor is made with.
    """

    def __init__(
        self,
        worker: type[Any],
        *,
        turn: int,
        concurrency: int = 1,
        actor_options: Mapping[str, Any] | None = None,
        **arguments: Any,
    ) -> None:
        self._class = require_ray().remote(worker)
        self._turn, self._node = turn, ""
        self._options = {"max_concurrency": concurrency, **(actor_options or {})}
        self._chooses_node = not actor_options
        self._arguments = arguments
        self._actor = self._spawn()

    def _spawn(self) -> Any:
        strategy = self._next_node() if self._chooses_node else "SPREAD"
        options = {"scheduling_strategy": strategy, **self._options}
        return self._class.options(**options).remote(**self._arguments)

    def _next_node(self) -> Any:
        """A living node, another than the last one if there is one: Ray may not know yet that it died."""
        strategies = require_ray().util.scheduling_strategies
        nodes = [node for node in working_nodes() if node != self._node] or [self._node]
        self._node = nodes[self._turn % len(nodes)]
        return strategies.NodeAffinitySchedulingStrategy(self._node, soft=True)

    def submit(self, method: str, *arguments: Any) -> Any:
        """A reference to what the actor will answer; `get_result` waits for it."""
        return getattr(self._actor, method).remote(*arguments)

    def replace(self, **arguments: Any) -> None:
        """Put a fresh actor, made with these arguments changed, in the place of one that is lost."""
        self.kill()
        self._arguments |= arguments
        self._actor = self._spawn()

    def kill(self) -> None:
        """End the actor at once."""
        require_ray().kill(self._actor)


def working_nodes() -> list[str]:
    """The ids of the cluster's living nodes that have processors."""
    nodes = require_ray().nodes()
    return sorted(node["NodeID"] for node in nodes if node["Alive"] and node["Resources"].get("CPU"))


def shutdown_all(actors: Sequence[SupervisedActor]) -> None:
    """Let actors close what they have, then end them. What is under way there is given up after a while."""
    ray = require_ray()
    if not ray.is_initialized():  # whoever left the cluster has ended its actors
        return
    closing = [actor.submit("close") for actor in actors]
    if closing:
        ray.wait(closing, num_returns=len(closing), timeout=SHUTDOWN_TIMEOUT_S)
    for actor in actors:
        actor.kill()


def get_result(reference: Any, *, timeout_s: float = RESULT_TIMEOUT_S) -> Any:
    """What the actor answered. An error that its method raised is raised here.

    Raises:
        ActorLost: there will be no answer.
    """
    ray = require_ray()
    try:
        return ray.get(reference, timeout=timeout_s)
    except ray.exceptions.RayTaskError as error:
        raise error.cause from error
    except ray.exceptions.GetTimeoutError as error:
        raise ActorLost(f"An actor did not answer within {timeout_s:g} s.") from error
    except ray.exceptions.RayError as error:
        told = " ".join(str(error).split())[:MAX_MESSAGE_LENGTH]
        raise ActorLost(f"An actor was lost: {type(error).__name__}: {told}") from error
