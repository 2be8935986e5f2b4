"""The MCP server, used by the SDK's own client in a virtual environment of the extra."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.adapters

PROBE = str(Path(__file__).parent / "probes" / "mcp_probe.py")
TASK = "Shop-AddToCart-v0"
Venv = Callable[[str], Any]


def test_the_example_plays_over_stdin_and_stdout(adapter_venv: Venv) -> None:
    printed = adapter_venv("mcp").run("examples/mcp_client.py", "--tasks", "1")
    assert "browser_fill_form" in printed
    assert "mean reward 1.00" in printed


def test_the_example_plays_over_http(adapter_venv: Venv) -> None:
    venv = adapter_venv("mcp")
    with venv.served("--mcp", "--http", "0", "--engine", "dom", "--token", "secret", TASK) as url:
        printed = venv.run("examples/mcp_client.py", "--url", url, "--token", "secret", "--tasks", "2")
    assert "mean reward 1.00" in printed


def test_clients_that_vanish_or_have_no_token(adapter_venv: Venv) -> None:
    venv = adapter_venv("mcp")
    few = ("--max-sessions", "1", "--idle", "2")
    with venv.served("--mcp", "--http", "0", "--engine", "dom", "--token", "secret", *few, TASK) as url:
        printed = venv.run(PROBE, url)
    shown = [line.split(":")[0] for line in printed.splitlines()]
    assert shown == ["token", "versions", "closed", "thinking", "killed"]
