"""An MCP server over stdin and stdout or HTTP: Playwright MCP's tools, a session for each client.

Needs the extra `mcp`. Over HTTP the server speaks the protocol versions that have sessions: in later ones
a request says nothing of its client, so nobody could tell whose episode it belongs to. Clients that know
both, as the SDKs do, fall back by themselves.
"""

import json
from collections.abc import Mapping, MutableMapping
from functools import partial
from typing import Any

import click

from gristmill import __version__
from gristmill.adapters.access import AsgiApp, Receive, Scope, Send
from gristmill.adapters.browser_tools import BrowserTools, ToolReply, specs_of
from gristmill.adapters.http_host import serve_app
from gristmill.adapters.serving import Serving
from gristmill.adapters.sessions import SessionPool
from gristmill.errors import GristmillError, MissingExtraError

try:
    import anyio
    import mcp_types as types
    from mcp.server.lowlevel import Server
    from mcp.server.stdio import stdio_server
    from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS
except ImportError as error:
    raise MissingExtraError("the MCP SDK", "mcp") from error

NAME = "gristmill"
PATH = "/mcp"
TOOLS_OF_CONNECTION = "gristmill.tools"
INSTRUCTIONS = (
    "A task in a web app, and the tools of a browser to do it with. {begin} Every result shows the page with "
    "the refs that the tools take. End with submit_answer if the task asks for an answer, with give_up if it "
    "cannot or must not be done, else with finish_task."
)


class McpServer:
    """The tools of a pool's sessions as an MCP server.

    A client's session is opened by its first tool call. Over HTTP it is closed with the client's connection;
    the one client at stdin and stdout has it until the pool is closed.

    Args:
        pool: the sessions; the caller closes it.
    """

    def __init__(self, pool: SessionPool) -> None:
        self._pool = pool
        self._only: BrowserTools | None = None
        self._has_one_client = False
        self._begins_by_tool = pool.index.fixed_seed is None
        begin = "Begin with start_episode." if self._begins_by_tool else "Begin with read_goal."
        self.server: Server[Any] = Server(
            NAME,
            version=__version__,
            instructions=INSTRUCTIONS.format(begin=begin),
            on_list_tools=self._list_tools,
            on_call_tool=self._call_tool,
        )

    async def _list_tools(self, ctx: Any, params: Any) -> types.ListToolsResult:
        del ctx, params
        specs = specs_of(has_pixels=self._pool.has_pixels, starts_episodes=self._begins_by_tool)
        hints = {each.name: types.ToolAnnotations(read_only_hint=each.is_free) for each in specs}
        tools = [
            types.Tool(
                name=each.name,
                description=each.description,
                input_schema=each.input_schema,
                annotations=hints[each.name],
            )
            for each in specs
        ]
        return types.ListToolsResult(tools=tools)

    async def _call_tool(self, ctx: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        try:
            tools = await self._tools(ctx)
        except GristmillError as error:
            return result_of(ToolReply(text=f"### Error\n{error}", is_error=True))
        call = partial(tools.call, params.name, params.arguments or {})
        return result_of(await anyio.to_thread.run_sync(call))

    async def _tools(self, ctx: Any) -> BrowserTools:
        """The tools of the session of this client.

        Raises:
            SessionError: the server is full.
        """
        if self._has_one_client:
            self._only = self._only or self._new_tools()
            return self._only
        connection = ctx.session._connection  # there is no public way from a request to its connection
        tools: BrowserTools | None = connection.state.get(TOOLS_OF_CONNECTION)
        if tools is None:
            tools = connection.state[TOOLS_OF_CONNECTION] = self._new_tools()
            connection.exit_stack.push_async_callback(anyio.to_thread.run_sync, tools.session.close)
        return tools

    def _new_tools(self) -> BrowserTools:
        by_tool = self._begins_by_tool
        return BrowserTools(self._pool.open(), starts_episodes=by_tool, begins_itself=not by_tool)

    async def run_over_stdio(self) -> None:
        """Serve the one client at stdin and stdout, until stdin ends."""
        self._has_one_client = True
        async with stdio_server() as (incoming, outgoing):
            await self.server.run(incoming, outgoing, self.server.create_initialization_options())

    def http_app(self, serving: Serving) -> AsgiApp:
        """The ASGI app, without the access guard; a session without connection or request ends in time."""
        app = self.server.streamable_http_app(
            streamable_http_path=PATH,
            session_idle_timeout=serving.idle_s,
            max_sessions=2 * serving.max_sessions,  # connections; a tool call without a session is refused
            host="",
        )
        return SessionVersions(app)


def result_of(reply: ToolReply) -> types.CallToolResult:
    """What a client receives: text and picture for the model, reward and end for who trains or scores it."""
    content: list[Any] = [types.TextContent(type="text", text=reply.text)]
    if reply.png:
        content.append(types.ImageContent(type="image", data=reply.picture, mime_type="image/png"))
    return types.CallToolResult(
        content=content, is_error=reply.is_error, structured_content=outcome_of(reply)
    )


def outcome_of(reply: ToolReply) -> dict[str, Any] | None:
    """Reward and end of a turn; None if the call took no step."""
    turn = reply.turn
    if turn is None:
        return None
    fault = turn.infra_error
    return {
        "reward": None if fault else turn.reward,
        "done": turn.is_over,
        "success": turn.success,
        "steps_taken": turn.steps_taken,
        "infra_error": None if fault is None else str(fault),
    }


class SessionVersions:
    """Answers requests of protocol versions without sessions with the versions that have them.

    Args:
        app: serves all others.
    """

    def __init__(self, app: AsgiApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer with MCP's error for an unsupported version."""
        headers: Mapping[bytes, bytes] = dict(scope.get("headers", ()))
        version = headers.get(b"mcp-protocol-version", b"").decode("latin-1")
        if scope["type"] != "http" or not version or version in HANDSHAKE_PROTOCOL_VERSIONS:
            await self._app(scope, receive, send)
            return
        body = json.dumps(unsupported(version, await request_id(receive))).encode()
        content_type = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 400, "headers": content_type})
        await send({"type": "http.response.body", "body": body})


def unsupported(version: str, request: Any) -> dict[str, Any]:
    """MCP's error for a version that is not spoken."""
    return {
        "jsonrpc": "2.0",
        "id": request,
        "error": {
            "code": types.UNSUPPORTED_PROTOCOL_VERSION,
            "message": "Use a protocol version with sessions: this server keeps one for each client.",
            "data": {"supported": list(HANDSHAKE_PROTOCOL_VERSIONS), "requested": version[:40]},
        },
    }


async def request_id(receive: Receive) -> Any:
    """The id of the JSON-RPC request in the body, or None."""
    body, has_more = b"", True
    while has_more and len(body) < MAX_PROBE_BYTES:
        message: MutableMapping[str, Any] = await receive()
        body += message.get("body", b"")
        has_more = message.get("more_body", False)
    try:
        found = json.loads(body)
    except ValueError:
        return None
    return found.get("id") if isinstance(found, dict) else None


MAX_PROBE_BYTES = 1_000_000


def serve(serving: Serving) -> None:
    """Serve until Ctrl-C, or over stdin and stdout until stdin ends."""
    pool = SessionPool(serving)
    server = McpServer(pool)
    try:
        if serving.port is None:
            click.echo("Serving MCP over stdin and stdout.", err=True)
            anyio.run(server.run_over_stdio)
        else:
            serve_app(server.http_app(serving), serving, path=PATH)
    finally:
        pool.close()
