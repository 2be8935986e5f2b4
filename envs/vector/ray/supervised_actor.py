"""Ray actors that are replaced when they die."""

from collections.abc import Mapping, Sequence
from typing import Any

from gristmill.envs.vector.ray.library import require_ray
from gristmill.errors import EngineFault

RESULT_TIMEOUT_S = 120.0  # exceeds the deadline of a step or reset and the start of an actor
SHUTDOWN_TIMEOUT_S = 10.0
MAX_MESSAGE_LENGTH = 300


class ActorLost(EngineFault):
    """An actor or its node died, or the actor does not respond."""


class SupervisedActor:
    """A Ray actor that is replaced on a living node when it dies; at most one runs at a time.

    Args:
        worker: the actor's class; it must have a method `close`.
        turn: index for the round-robin choice of a node.
        concurrency: number of methods that the actor runs concurrently.
        actor_options: options for Ray, such as `num_cpus` or `resources`; if given, Ray chooses the node.
            By default an actor reserves nothing.
        arguments: constructor arguments.
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
        """A living node, if possible not the previous one: Ray may not have noticed yet that it died."""
        strategies = require_ray().util.scheduling_strategies
        nodes = [node for node in working_nodes() if node != self._node] or [self._node]
        self._node = nodes[self._turn % len(nodes)]
        return strategies.NodeAffinitySchedulingStrategy(self._node, soft=True)

    def submit(self, method: str, *arguments: Any) -> Any:
        """Start a method of the actor; returns an object reference for `get_result`."""
        return getattr(self._actor, method).remote(*arguments)

    def replace(self, **arguments: Any) -> None:
        """Kill the actor and start another one with these constructor arguments changed."""
        self.kill()
        self._arguments |= arguments
        self._actor = self._spawn()

    def kill(self) -> None:
        """Kill the actor immediately."""
        require_ray().kill(self._actor)


def working_nodes() -> list[str]:
    """Ids of the cluster's living nodes that have CPUs."""
    nodes = require_ray().nodes()
    return sorted(node["NodeID"] for node in nodes if node["Alive"] and node["Resources"].get("CPU"))


def shutdown_all(actors: Sequence[SupervisedActor]) -> None:
    """Call `close` on all actors, wait up to a deadline, then kill them."""
    ray = require_ray()
    if not ray.is_initialized():  # the actors ended with the connection
        return
    closing = [actor.submit("close") for actor in actors]
    if closing:
        ray.wait(closing, num_returns=len(closing), timeout=SHUTDOWN_TIMEOUT_S)
    for actor in actors:
        actor.kill()


def get_result(reference: Any, *, timeout_s: float = RESULT_TIMEOUT_S) -> Any:
    """Return an actor's result, or raise the exception that its method raised.

    Raises:
        ActorLost: there will be no result, or none in time.
    """
    ray = require_ray()
    try:
        return ray.get(reference, timeout=timeout_s)
    except ray.exceptions.RayTaskError as error:
        raise error.cause from error
    except ray.exceptions.GetTimeoutError as error:
        raise ActorLost(f"An actor did not answer within {timeout_s:g} s.") from error
    except ray.exceptions.RayError as error:
        message = " ".join(str(error).split())[:MAX_MESSAGE_LENGTH]
        raise ActorLost(f"An actor was lost: {type(error).__name__}: {message}") from error
