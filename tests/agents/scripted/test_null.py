from gristmill.agents.scripted.null import NullAgent
from gristmill.envs.env import WebEnv


def test_the_null_agent_is_done_at_once(env: WebEnv) -> None:
    agent = NullAgent()
    agent.begin(env, 0)
    assert agent.act({}) == "done"
