"""The OpenEnv server, used by OpenEnv's own client and validator in a virtual environment of the extra."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.adapters

PROBE = str(Path(__file__).parent / "probes" / "openenv_probe.py")
ID_PROBE = str(Path(__file__).parent / "probes" / "episode_id_probe.py")
FAMILIES = ("Shop-AddToCart-v0", "Shop-CancelPending-v0")
DOM = ("--openenv", "--port", "0", "--engine", "dom")
Venv = Callable[[str], Any]


@pytest.fixture(scope="module")
def open_url(adapter_venv: Venv) -> Iterator[str]:
    """The address of a server that lets every program of this machine in."""
    with adapter_venv("openenv").served(*DOM, "--no-token", FAMILIES[0]) as url:
        yield url


def test_openenv_validates_the_running_server(adapter_venv: Venv, open_url: str) -> None:
    printed = adapter_venv("openenv").run(
        "-m", "openenv.cli", "validate", "--url", open_url, "--timeout", "60"
    )
    assert "Verdict: PASS" in printed


def test_openenv_validates_the_package_of_the_example(adapter_venv: Venv) -> None:
    level = ("--level", "static", "--skip-build")
    printed = adapter_venv("openenv").run("-m", "openenv.cli", "validate", "examples/openenv", *level)
    assert "FAIL" not in printed
    assert "Verdict: " in printed


def test_the_example_plays(adapter_venv: Venv, open_url: str) -> None:
    given = ("--url", open_url, "--split", "test", "--tasks", "2")
    assert "mean reward 1.00" in adapter_venv("openenv").run("examples/openenv_client.py", *given)


def test_two_clients_with_one_id(adapter_venv: Venv, open_url: str) -> None:
    assert "refused: " in adapter_venv("openenv").run(ID_PROBE, open_url)


def test_tasks_tools_and_clients_that_vanish(adapter_venv: Venv) -> None:
    venv = adapter_venv("openenv")
    few = ("--max-sessions", "1", "--idle", "5")
    with venv.served(*DOM, "--token", "secret", *few, *FAMILIES) as url:
        printed = venv.run(PROBE, url)
    assert [line.split(":")[0] for line in printed.splitlines()] == ["tasks", "resets", "tools", "killed"]
