import pickle
from pathlib import Path

import pytest

from gristmill.agents.registry import AGENTS, agent_factory, new_agent, tried
from gristmill.errors import GristmillError, InvalidOptionError, UnknownNameError

OWN = """
from gristmill.agents.scripted.null import NullAgent
class Mine(NullAgent):
    name = "mine"
    def __init__(self, pace=1):
        self.pace = pace
class Needy(NullAgent):
    def __init__(self, model): ...
class NoAgent: ...
def make(): return Mine(3)
"""


@pytest.fixture
def own_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module in the working directory."""
    (tmp_path / "own_agents.py").write_text(OWN)
    (tmp_path / "broken_agents.py").write_text("1 / 0")
    (tmp_path / "needing_agents.py").write_text("import no_such_module")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", ["oracle", "random", "null"])
def test_an_agent_goes_by_its_name(name: str) -> None:
    assert new_agent(name).name == name
    assert agent_factory(name)().name == name


def test_each_call_makes_an_agent_of_its_own() -> None:
    assert new_agent("random") is not new_agent("random")


def test_an_unknown_name_lists_those_that_exist() -> None:
    with pytest.raises(UnknownNameError, match=", ".join(AGENTS)):
        new_agent("gpt")
    with pytest.raises(UnknownNameError, match="module:Class"):
        agent_factory("gpt")


@pytest.mark.usefixtures("own_module")
def test_an_own_class_or_function_is_found_in_the_working_directory_and_sent_to_processes() -> None:
    made = pickle.loads(pickle.dumps(agent_factory("own_agents:Mine", pace=2)))()
    assert (made.name, made.pace) == ("mine", 2)
    assert agent_factory("own_agents:make")().name == "mine"


@pytest.mark.usefixtures("own_module")
@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("own_agents:Yours", "has no class 'Yours'"),
        ("no_such_module:Mine", "no module no_such_module in .* Run from the folder that it lies in"),
        ("own_agents.py:Mine", r"without its ending: own_agents\.$"),
        ("broken_agents:Mine", r"importing broken_agents failed: ZeroDivisionError"),
        ("needing_agents:Mine", r"importing needing_agents failed: .*No module named 'no_such_module'$"),
        ("own_agents:Needy", "missing 1 required positional argument: 'model'"),
        ("own_agents:NoAgent", "lacks name, begin, act"),
        ("human", "in the browser"),
    ],
)
def test_what_is_wrong_with_an_agent_is_said_before_anything_runs(spec: str, message: str) -> None:
    with pytest.raises(InvalidOptionError, match=message):
        tried(spec, agent_factory(spec))


def test_built_in_agents_have_no_options() -> None:
    with pytest.raises(InvalidOptionError, match="leave out pace"):
        agent_factory("null", pace=2)


@pytest.mark.parametrize("spec", [":", "a:", ":B", ""])
def test_half_a_name_lists_the_forms(spec: str) -> None:
    with pytest.raises(UnknownNameError, match="llm:VENDOR/MODEL"):
        agent_factory(spec)


def test_a_policy_that_is_not_there_is_an_error_of_ours() -> None:
    with pytest.raises(GristmillError):
        agent_factory("policy:/no/such/folder")()
