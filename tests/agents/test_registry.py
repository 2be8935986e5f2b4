import pytest

from gristmill.agents.registry import AGENTS, new_agent
from gristmill.errors import UnknownNameError


@pytest.mark.parametrize("name", ["oracle", "random", "null"])
def test_an_agent_goes_by_its_name(name: str) -> None:
    assert new_agent(name).name == name


def test_each_call_makes_an_agent_of_its_own() -> None:
    assert new_agent("random") is not new_agent("random")


def test_an_unknown_name_lists_those_that_exist() -> None:
    with pytest.raises(UnknownNameError, match=", ".join(AGENTS)):
        new_agent("gpt")
