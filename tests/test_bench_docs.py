"""docs/bench.md holds for the command as it is: its agent plays, its suite file is one, its options exist."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gristmill.agents.bench import load_run
from gristmill.agents.registry import agent_factory
from gristmill.cli import main
from gristmill.cli.bench import bench
from gristmill.suites.schema import parse_suite

PAGE = (Path(__file__).parents[1] / "docs" / "bench.md").read_text()


def block(language: str, number: int = 0) -> str:
    """A block of code of the page."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)[number]


def test_every_option_is_on_the_page() -> None:
    options = {name for each in bench.params for name in each.opts if name.startswith("--")}
    shown = set(re.findall(r"--[a-z][a-z-]+", PAGE))
    shown |= {name.replace("--no-", "--") for name in shown}
    assert options - shown == {"--base-url", "--outlines"}
    assert shown - options <= {"--no-frames"}


def test_the_suite_file_is_one() -> None:
    suite = parse_suite(block("toml"), name="mine")
    keys = suite.episode_keys()
    assert suite.name == "nightly"
    assert {key.brief for key in keys} == {"explicit", "ticket"}
    assert tomllib.loads(block("toml"))["episodes"][0]["seeds"] == "0:20"


@pytest.fixture
def documented_agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """The page's agent, as a module in the working directory."""
    (tmp_path / "my_agent.py").write_text(block("python"))
    monkeypatch.chdir(tmp_path)
    return agent_factory("my_agent:MyAgent")


def test_the_agent_acts_by_what_the_page_shows(documented_agent: Callable[..., Any]) -> None:
    agent = documented_agent()
    agent.begin(None, 0)
    page = {"aria": '- main [ref=e1]:\n  - button "Search" [ref=e8]\n  - button "Buy" [ref=e9]'}
    assert [agent.act(page) for _ in range(3)] == ["click e8", "click e9", "done"]


@pytest.mark.slow
@pytest.mark.usefixtures("documented_agent")
def test_the_agent_is_benchmarked(tmp_path: Path) -> None:
    chosen = ["--env", "Shop-AddToCart-v0", "--engine", "dom", "--seeds", "0", "--workers", "1"]
    result = CliRunner().invoke(main, ["bench", *chosen, "--agent", "my_agent:MyAgent", "--out", "runs"])
    assert result.exit_code == 0, result.output
    [episode] = load_run(tmp_path / "runs").episodes
    assert (episode.agent, episode.fault) == ("mine", None)
    assert episode.steps[0].action.startswith("click e")
