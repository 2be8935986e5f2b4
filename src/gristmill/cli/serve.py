"""`gristmill serve`."""

import secrets
from dataclasses import asdict
from importlib import import_module
from typing import Any

import click

from gristmill.adapters.access import is_loopback
from gristmill.adapters.serving import IDLE_S, LOOPBACK, MAX_SESSIONS, Serving
from gristmill.cli.hand_off import hand_off
from gristmill.cli.world_options import Choices, world_options
from gristmill.errors import InvalidOptionError

PROTOCOLS = {
    "openenv": "gristmill.adapters.openenv_server",
    "mcp": "gristmill.adapters.mcp_server",
}
"""The module of each protocol; its function `serve(serving)` returns when it is interrupted."""

CDP = "cdp"
OWN = (
    *("port", "http_port", "host", "token", "no_token", "engine", "seed", "max_sessions", "idle_s"),
    *("answer", "headed"),
)
"""Options of the command that are none of the environments'."""

HTTP_PORT = 8000


@click.command()
@click.argument("task_ids", metavar="ID...", nargs=-1, required=True)
@click.option("--openenv", "protocol", flag_value="openenv", help="Serve OpenEnv clients.")
@click.option(
    "--mcp", "protocol", flag_value="mcp", help="Serve MCP clients: over stdin and stdout, or --http."
)
@click.option(
    "--cdp", "protocol", flag_value="cdp", help="Hand over one session's browser by its debugging port."
)
@click.option("--port", type=click.IntRange(0, 65535), help=f"Port; 0: a free one.  [default: {HTTP_PORT}]")
@click.option(
    "--http", "http_port", metavar="PORT", type=click.IntRange(0, 65535), help="Serve MCP over HTTP."
)
@click.option("--host", default=LOOPBACK, show_default=True, help="Address to listen on.")
@click.option("--token", help="Token that clients must send.  [default: a random one, which is printed]")
@click.option(
    "--no-token", is_flag=True, help="Let every program on this machine in; for loopback addresses."
)
@click.option(
    "--engine", default="chromium", show_default=True, help="chromium, or dom: no browser, no pixels."
)
@click.option("--seed", type=click.IntRange(0), help="Every session plays this task instance.")
@click.option("--max-sessions", type=click.IntRange(1), default=MAX_SESSIONS, show_default=True)
@click.option(
    "--idle",
    "idle_s",
    metavar="SECONDS",
    type=click.FloatRange(1),
    default=IDLE_S,
    show_default=True,
    help="Close a session without connection and request after this time.",
)
@click.option("--answer", help="With --cdp: the answer that is judged, if none is typed.")
@click.option("--headed", is_flag=True, help="With --cdp: open a window; needs a full Chromium.")
@world_options
def serve(task_ids: tuple[str, ...], protocol: str | None, **options: Any) -> None:
    """Serve tasks to other people's agents and trainers.

    Until Ctrl-C. Every client has a session with episodes of its own, which ends when the client goes.

    With --cdp one browser is open on one task: its address is printed, for agents that drive a browser
    themselves. Enter judges, and the verdict is the last thing printed, as JSON.

    \b
    Examples:
      gristmill serve --mcp Shop-Checkout-v0                     (an agent starts this command itself)
      gristmill serve --mcp --http 8000 Shop-Checkout-v0
      gristmill serve --openenv --port 8000 Shop-Checkout-v0 Mail-Archive-v0 --engine dom
      gristmill serve --cdp Shop-Checkout-v0 --seed 7
    """  # noqa: D301 - click reads \b
    if protocol is None:
        raise click.UsageError(f"Say what to serve: {', '.join(f'--{name}' for name in (*PROTOCOLS, CDP))}.")
    if protocol == CDP:
        play_over_cdp(task_ids, options)
        return
    if options["answer"] is not None or options["headed"]:
        raise click.UsageError("--answer and --headed are for --cdp alone.")
    import_module(PROTOCOLS[protocol]).serve(serving_of(task_ids, protocol, options))


def play_over_cdp(task_ids: tuple[str, ...], options: dict[str, Any]) -> None:
    """Hand over the browser of one task."""
    given = {name: options.pop(name) for name in OWN}
    if len(task_ids) > 1:
        raise click.UsageError(f"--cdp has one browser for one task: give one ID, not {len(task_ids)}.")
    if given["engine"] != "chromium" or given["host"] != LOOPBACK or given["token"]:
        raise click.UsageError("--cdp is for Chromium on this machine: leave out --engine, --host, --token.")
    hand_off(
        task_ids[0],
        seed=given["seed"] or 0,
        choices=Choices(**options),
        port=given["port"] or 0,
        answer=given["answer"],
        headed=given["headed"],
    )


def serving_of(task_ids: tuple[str, ...], protocol: str, options: dict[str, Any]) -> Serving:
    """The options of a server from those of the command line."""
    given = {name: options.pop(name) for name in OWN}
    chosen = {name: value for name, value in asdict(Choices(**options)).items() if value is not None}
    return Serving(
        task_ids=task_ids,
        env_options={"engine": given["engine"], **chosen},
        seed=given["seed"],
        host=given["host"],
        port=port_of(protocol, given["port"], given["http_port"]),
        token=token_of(given["host"], given["token"], no_token=given["no_token"]),
        max_sessions=given["max_sessions"],
        idle_s=given["idle_s"],
    )


def port_of(protocol: str, port: int | None, http_port: int | None) -> int | None:
    """The port to listen on; None for MCP over stdin and stdout."""
    if protocol == "mcp":
        return http_port if http_port is not None else port
    return next((each for each in (port, http_port) if each is not None), HTTP_PORT)


def token_of(host: str, token: str | None, *, no_token: bool) -> str | None:
    """The token to ask for: the given one, or a random one.

    Raises:
        InvalidOptionError: there should be none, although other machines can connect.
    """
    if no_token and not is_loopback(host):
        raise InvalidOptionError(f"--no-token needs a loopback address, and others can reach {host}.")
    if no_token and token:
        raise InvalidOptionError("--token and --no-token exclude each other: leave one out.")
    return None if no_token else token or secrets.token_urlsafe(16)
