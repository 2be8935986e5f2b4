"""An OpenEnv server: tasks by split and number, Playwright MCP's tools, a session for each client.

Needs the extra `openenv`.
"""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

from gristmill.adapters.browser_tools import BrowserTools, ToolReply, specs_of
from gristmill.adapters.http_host import serve_app
from gristmill.adapters.serving import Serving
from gristmill.adapters.sessions import Session, SessionPool
from gristmill.adapters.task_index import SPLITS
from gristmill.adapters.tool_specs import ToolSpec
from gristmill.errors import MissingExtraError, UnknownNameError

try:
    from fastmcp import FastMCP
    from fastmcp.tools import Tool
    from fastmcp.tools.base import ToolResult
    from mcp.types import ImageContent, TextContent
    from openenv.core.env_server.http_server import create_fastapi_app
    from openenv.core.env_server.mcp_environment import MCPEnvironment
    from openenv.core.env_server.mcp_types import (
        CallToolAction,
        CallToolObservation,
        ToolError,
        ToolErrorType,
    )
    from openenv.core.env_server.types import (
        Action,
        ConcurrencyConfig,
        EnvironmentMetadata,
        Observation,
        State,
    )
except ImportError as error:
    raise MissingExtraError("openenv", "openenv") from error

from pydantic import Field, PrivateAttr

from gristmill import __version__

NAME = "gristmill"
TOOL_TIMEOUT_S = 120.0  # exceeds the engine's deadline for any single step
NO_EPISODE = "No episode is running: reset the environment first."


class EpisodeObservation(Observation):  # type: ignore[misc]
    """What a reset returns: the task, and the page as text."""

    goal: str = Field(default="", description="The task in natural language")
    url: str = Field(default="", description="Address of the open page")
    text: str = Field(default="", description="Task, page and its accessibility snapshot, for a prompt")


class EpisodeState(State):  # type: ignore[misc]
    """Which episode is running, and how far it is."""

    task: str | None = Field(default=None, description="Id of the task family")
    split: str | None = Field(default=None, description="Split of the task")
    seed: int | None = Field(default=None, description="Seed of the task")


class SessionTool(Tool):  # type: ignore[misc]
    """A tool of one environment, called through FastMCP."""

    _environment: "GristmillEnvironment" = PrivateAttr()

    @classmethod
    def of(cls, environment: "GristmillEnvironment", spec: ToolSpec) -> "SessionTool":
        """The tool of an environment with this description."""
        made = cls(name=spec.name, description=spec.description, parameters=spec.input_schema)
        made._environment = environment
        return made

    async def run(self, arguments: dict[str, Any]) -> ToolResult:
        """Call the tool; a refusal is an error result."""
        reply = await self._environment.call(self.name, arguments)
        content = [TextContent(type="text", text=reply.text)]
        if reply.png:
            content.append(ImageContent(type="image", data=reply.picture, mimeType="image/png"))
        return ToolResult(content=content, is_error=reply.is_error)


class GristmillEnvironment(MCPEnvironment):  # type: ignore[misc]
    """One client's environment. Its session is opened by the first reset and closed by `close`.

    Args:
        pool: the sessions of the server.
    """

    SUPPORTS_CONCURRENT_SESSIONS = True

    def __init__(self, pool: SessionPool) -> None:
        self._pool = pool
        self._session: Session | None = None
        self._tools: BrowserTools | None = None
        server = FastMCP(NAME)
        for spec in specs_of(has_pixels=pool.has_pixels):
            server.add_tool(SessionTool.of(self, spec))
        super().__init__(server)

    @property
    def supports_code_mode(self) -> bool:
        """Never: a client's code does not run in the server."""
        return False

    def reset(
        self,
        seed: int | None = None,
        episode_id: str | None = None,
        split: str | None = None,
        index: int | None = None,
        task: str | None = None,
        **ignored: Any,
    ) -> EpisodeObservation:
        """Begin an episode; equal arguments give the same task.

        Args:
            seed: of the named task, or as an index.
            episode_id: name of the episode, in use by no other client; alone it decides the task too.
            split: `train` or `test`; by default the server's.
            index: number of a task of the split; it decides, and `seed` does not.
            task: id of a task family that is served.
            ignored: what other environments take.

        Raises:
            SessionError: the server is full, or another client has this id.
            UnknownNameError, InvalidOptionError: there is no such task.
        """
        del ignored
        if self._tools is None:
            self._session = self._pool.open()
            self._tools = BrowserTools(self._session)
        reply = self._tools.begin(episode_id=episode_id, seed=seed, split=split, index=index, task=task)
        assert reply.turn is not None
        page = reply.turn.observation
        return EpisodeObservation(
            goal=page["goal"], url=page["url"], text=reply.text, metadata=self.state.model_dump()
        )

    async def call(self, name: str, arguments: Mapping[str, Any]) -> ToolReply:
        """Call a tool in a thread of the pool."""
        if self._tools is None:
            return ToolReply(text=NO_EPISODE, is_error=True)
        call = partial(self._tools.call, name, arguments)
        return await asyncio.get_running_loop().run_in_executor(self._pool.executor, call)

    async def _async_handle_call_tool(
        self, action: CallToolAction, timeout_s: float | None = None
    ) -> CallToolObservation:
        """Call a tool, and return reward and end with its result."""
        name = action.tool_name
        if name not in {spec.name for spec in specs_of(has_pixels=self._pool.has_pixels)}:
            return failed(name, ToolErrorType.TOOL_NOT_FOUND, f"There is no tool {name!r}.")
        limit = timeout_s or TOOL_TIMEOUT_S
        try:
            reply = await asyncio.wait_for(self.call(name, action.arguments), limit)
        except TimeoutError:
            return failed(name, ToolErrorType.TIMEOUT, f"{name} did not end within {limit:g} s.")
        return observed(name, reply)

    def _step_impl(self, action: Action, timeout_s: float | None = None, **_: Any) -> Observation:
        """Refuse what is neither a tool call nor a request for the list of tools."""
        del timeout_s
        return Observation(metadata={"error": f"Send a tool call, not {type(action).__name__}."})

    @property
    def state(self) -> EpisodeState:
        """The running or last episode; nothing that tells how to solve it."""
        session = self._session
        if session is None or session.choice is None:
            return EpisodeState()
        choice, turn = session.choice, session.turn
        return EpisodeState(
            episode_id=session.episode_id,
            step_count=turn.steps_taken if turn else 0,
            task=choice.task_id,
            split=choice.split,
            seed=choice.seed,
        )

    def list_splits(self) -> list[dict[str, str]]:
        """The splits of every task family."""
        return [{"name": split, "type": split} for split in SPLITS]

    def list_tasks(self, split: str) -> list[dict[str, Any]]:
        """All listed tasks of a split; higher numbers are tasks too."""
        return self.get_task_range(split)

    def num_tasks(self, split: str) -> int:
        """The number of listed tasks of a split."""
        self.get_task(split, 0)
        return len(self._pool.index)

    def get_task(self, split: str, index: int) -> dict[str, Any]:
        """A task of a split.

        Raises:
            IndexError: there is no such split or task.
        """
        try:
            return self._pool.index.described(index, split)
        except UnknownNameError as error:
            raise IndexError(str(error)) from error

    def get_task_range(
        self, split: str, start: int | None = None, stop: int | None = None
    ) -> list[dict[str, Any]]:
        """The tasks `start` to `stop`, as of a slice."""
        numbers = range(*slice(start, stop).indices(len(self._pool.index)))
        return [self.get_task(split, number) for number in numbers]

    def get_metadata(self) -> EnvironmentMetadata:
        """Name, description and version."""
        return EnvironmentMetadata(
            name=NAME,
            description=f"Tasks in web apps, scored by programs: {', '.join(self._pool.index.task_ids)}.",
            version=__version__,
        )

    def close(self) -> None:
        """Close the session. Idempotent."""
        if self._session is not None:
            self._session.close()
        self._session = self._tools = None
        super().close()


def failed(name: str, kind: ToolErrorType, message: str) -> CallToolObservation:
    """The observation of a call that reached no tool."""
    return CallToolObservation(tool_name=name, error=ToolError(error_type=kind, message=message), reward=0.0)


def observed(name: str, reply: ToolReply) -> CallToolObservation:
    """The observation of a call; after an infrastructure failure it has no reward."""
    content: list[dict[str, Any]] = [{"type": "text", "text": reply.text}]
    if reply.png:
        content.append({"type": "image", "data": reply.picture, "mimeType": "image/png"})
    turn = reply.turn
    fault = turn.infra_error if turn else None
    details = {"success": turn.success, "steps_taken": turn.steps_taken} if turn else {}
    return CallToolObservation(
        tool_name=name,
        result={"content": content, "data": reply.text, "is_error": reply.is_error},
        done=turn.is_over if turn else False,
        reward=None if fault else (turn.reward if turn else 0.0),
        metadata={**details, "infra_error": fault.to_json()} if fault else details,
    )


def create_app(pool: SessionPool, serving: Serving) -> Any:
    """The ASGI app of a server, without the access guard."""
    concurrency = ConcurrencyConfig(max_concurrent_envs=serving.max_sessions, session_timeout=serving.idle_s)
    return create_fastapi_app(
        partial(GristmillEnvironment, pool),
        CallToolAction,
        CallToolObservation,
        concurrency_config=concurrency,
        env_name=NAME,
        state_cls=EpisodeState,
        reset_observation_cls=EpisodeObservation,
    )


def serve(serving: Serving) -> None:
    """Serve until Ctrl-C; see `http_host.serve_app`."""
    pool = SessionPool(serving)
    try:
        serve_app(create_app(pool, serving), serving, path="")
    finally:
        pool.close()
