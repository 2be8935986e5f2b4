"""Open, use, drop and kill sessions of a server: its memory, processes and files before and after.

    python tools/churn.py mcp --sessions 10000         (with the extra mcp installed)
    python tools/churn.py openenv --sessions 10000     (with the extra openenv)

A third of the sessions is closed as the protocol says, a third is dropped by cutting the connection, and a
third is open when its client's process is killed. Exits with 1 if something is left. Linux only.
"""

import argparse
import http.client
import itertools
import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from websockets.sync.client import connect

TASK = "Shop-AddToCart-v0"
SEEDS = 8  # few, so that the caches are full before the first measurement
OF_CLIENT = 60
WARM_UP = 10 * OF_CLIENT  # until caches and the heaps of all threads have their size
PROTOCOLS = {"mcp": ["--mcp", "--http", "0"], "openenv": ["--openenv", "--port", "0"]}
DEADLINE_S = 60.0
ALLOWED_GROWTH = 1.10
POOLED_THREADS = 56  # 40 of the event loop and 16 of the sessions, which end and begin as there is work
JSON_OR_STREAM = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
HELLO = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "churn", "version": "1"}}


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process and its children hold."""

    memory_kb: int
    processes: int
    threads: int
    files: int

    def __str__(self) -> str:
        """One line."""
        return (
            f"{self.memory_kb / 1024:8.1f} MB  {self.processes} processes  {self.threads:3} threads  "
            f"{self.files:3} file descriptors"
        )


def usage(pid: int) -> Usage:
    """What the process of this id holds now."""
    proc = Path("/proc") / str(pid)
    status = dict(line.split(":", 1) for line in (proc / "status").read_text().splitlines())
    children = []
    for task in (proc / "task").iterdir():
        with suppress(FileNotFoundError):  # a thread that has ended meanwhile
            children += (task / "children").read_text().split()
    files = len(list((proc / "fd").iterdir()))
    return Usage(int(status["VmRSS"].split()[0]), 1 + len(children), int(status["Threads"]), files)


class McpSession:
    """A session of an MCP server, by plain HTTP."""

    def __init__(self, url: str, seed: int) -> None:
        parts = urlsplit(url)
        self._path, self._headers, self._ids = parts.path, dict(JSON_OR_STREAM), itertools.count(1)
        self._connection = http.client.HTTPConnection(parts.netloc, timeout=DEADLINE_S)
        self._headers["Mcp-Session-Id"] = self._post("initialize", HELLO)
        self._post("notifications/initialized", None)
        self._post("tools/call", {"name": "start_episode", "arguments": {"seed": seed}})
        self._post("tools/call", {"name": "browser_press_key", "arguments": {"key": "Tab"}})

    def _post(self, method: str, params: Any) -> str:
        message: dict[str, Any] = {"jsonrpc": "2.0", "method": method}
        if params is not None:
            message |= {"id": next(self._ids), "params": params}
        self._connection.request("POST", self._path, json.dumps(message), self._headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        if answer.status >= 400 or '"isError":true' in text or '"error":' in text:
            raise RuntimeError(f"{method}: {answer.status} {text[:300]}")
        return answer.headers.get("Mcp-Session-Id", "")

    def stay(self) -> None:
        """Listen to the server, as the SDK's client does."""
        self._connection.request("GET", self._path, headers=self._headers)

    def end(self) -> None:
        """Close the session."""
        self._connection.request("DELETE", self._path, headers=self._headers)
        self._connection.getresponse().read()
        self._connection.close()

    def drop(self) -> None:
        """Cut the connection."""
        self._connection.close()


class OpenEnvSession:
    """A session of an OpenEnv server: of a WebSocket alone, or made over HTTP as its client library does."""

    def __init__(self, url: str, seed: int) -> None:
        self._url, self._id = url, ""
        if seed % 2:
            self._id = self._post("openenv/session/create", {})["session_id"]
        address = url.replace("http:", "ws:") + "/ws" + (f"?session_id={self._id}" if self._id else "")
        self._stack = ExitStack()
        self._socket = self._stack.enter_context(connect(address, max_size=None, open_timeout=DEADLINE_S))
        self._send({"type": "reset", "data": {"seed": seed}})
        call = {"type": "call_tool", "tool_name": "browser_press_key", "arguments": {"key": "Tab"}}
        self._send({"type": "step", "data": call})

    def _post(self, method: str, params: dict[str, Any]) -> Any:
        message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        connection = http.client.HTTPConnection(urlsplit(self._url).netloc, timeout=DEADLINE_S)
        connection.request("POST", "/mcp", json.dumps(message), JSON_OR_STREAM)
        answer = json.loads(connection.getresponse().read())
        connection.close()
        if "error" in answer:
            raise RuntimeError(str(answer)[:300])
        return answer["result"]

    def _send(self, message: dict[str, Any]) -> None:
        self._socket.send(json.dumps(message))
        answer = json.loads(self._socket.recv(DEADLINE_S))
        if answer["type"] == "error":
            raise RuntimeError(str(answer)[:300])

    def stay(self) -> None:
        """Do nothing: the connection is open."""

    def end(self) -> None:
        """Close the session."""
        self._socket.send(json.dumps({"type": "close"}))
        self._stack.close()
        if self._id:
            self._post("openenv/session/close", {"session_id": self._id})

    def drop(self) -> None:
        """Cut the connection."""
        self._socket.socket.shutdown(socket.SHUT_RDWR)


SESSIONS: dict[str, Callable[[str, int], McpSession | OpenEnvSession]] = {
    "mcp": McpSession,
    "openenv": OpenEnvSession,
}


def be_client(protocol: str, url: str, sessions: int) -> None:
    """Open sessions; end a third, drop a third, say so, and keep the rest until killed."""
    kept = []
    for number in range(sessions):
        session = SESSIONS[protocol](url, number % SEEDS)
        if number % 3 == 0:
            session.end()
        elif number % 3 == 1:
            session.drop()
        else:
            session.stay()
            kept.append(session)
    print("ready", flush=True)
    signal.pause()


def churn(protocol: str, url: str, sessions: int) -> None:
    """Let clients open sessions, each in a process that is killed."""
    for first in range(0, sessions, OF_CLIENT):
        count = min(OF_CLIENT, sessions - first)
        command = [sys.executable, __file__, protocol, "--client", url, "--sessions", str(count)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as client:
            assert client.stdout is not None
            line = client.stdout.readline()
            client.kill()
        if line != "ready\n":
            raise RuntimeError("A client failed; its error stands above.")


def settled(pid: int, before: Usage | None = None) -> Usage:
    """What a server holds once it has let go of its sessions, or after a minute."""
    deadline = time.monotonic() + DEADLINE_S
    last, since = usage(pid), time.monotonic()
    while time.monotonic() < deadline:
        now = usage(pid)
        if (now.files, now.threads) != (last.files, last.threads):
            last, since = now, time.monotonic()
        is_as_before = before is None or now.files <= before.files
        if is_as_before and time.monotonic() - since > 12:
            break
        with suppress(subprocess.TimeoutExpired):
            subprocess.run(["tail", "--pid", str(pid), "-f", "/dev/null"], timeout=0.5, check=False)
    return usage(pid)


def measure(protocol: str, sessions: int, idle_s: float) -> bool:
    """Churn a server; prints what it held before and after, and returns whether nothing is left."""
    options = [*PROTOCOLS[protocol], "--engine", "dom", "--no-token", "--idle", str(idle_s)]
    command = [sys.executable, "-m", "gristmill", "serve", *options, "--max-sessions", "200", TASK]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        try:
            url = re.findall(r"http://\S+", server.stderr.readline())[0]
            churn(protocol, url, WARM_UP)
            before = settled(server.pid)
            print(f"{protocol}: after {WARM_UP} sessions   {before}", flush=True)
            began = time.monotonic()
            churn(protocol, url, sessions)
            took = time.monotonic() - began
            after = settled(server.pid, before)
            print(f"{protocol}: after {sessions} more     {after}   ({took:.0f} s)", flush=True)
        finally:
            server.send_signal(signal.SIGINT)
    return (
        after.files <= before.files
        and after.threads <= max(before.threads, POOLED_THREADS)
        and after.processes <= before.processes
        and after.memory_kb <= before.memory_kb * ALLOWED_GROWTH
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure as the command line says; the exit code is 1 if something is left."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("protocol", choices=PROTOCOLS)
    parser.add_argument("--sessions", type=int, default=10_000)
    parser.add_argument(
        "--idle", type=float, default=2.0, help="seconds after which the server ends a session"
    )
    parser.add_argument("--client", metavar="URL", help=argparse.SUPPRESS)
    args = parser.parse_args(arguments)
    if args.client:
        be_client(args.protocol, args.client, args.sessions)
        return 0
    return 0 if measure(args.protocol, args.sessions, args.idle) else 1


if __name__ == "__main__":
    sys.exit(main())
