"""Agents named `policy:DIR`."""

import pickle
from pathlib import Path

import pytest

from gristmill.agents.policies.stored import factory, loaded
from gristmill.agents.registry import agent_factory
from gristmill.errors import InvalidOptionError, UnknownNameError


def test_a_maker_pickles_as_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    maker = factory("policy:runs/clone", {"greedy": False})
    monkeypatch.chdir("/")
    assert pickle.loads(pickle.dumps(maker)) == maker
    assert maker.path == tmp_path / "runs" / "clone"


def test_options_are_checked_before_anything_is_loaded() -> None:
    with pytest.raises(UnknownNameError, match="pace"):
        factory("policy:runs", {"pace": 2})
    with pytest.raises(InvalidOptionError, match="greedy must be true or false, not 3"):
        factory("policy:runs", {"greedy": 3})
    with pytest.raises(InvalidOptionError, match="max_repeats must be a positive whole number, not 0"):
        factory("policy:runs", {"max_repeats": 0})


def test_agents_of_a_process_share_the_weights(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    torch.set_num_threads(2)
    from gristmill.agents.policies.files import save_policy
    from gristmill.agents.policies.network import PolicyConfig
    from gristmill.agents.training.cloning import new_policy

    save_policy(new_policy(PolicyConfig(width=16, heads=2), 0), tmp_path)
    maker = agent_factory(f"policy:{tmp_path}")
    assert maker().name == "policy"
    assert torch.get_num_threads() == 1
    assert loaded(tmp_path, True, 2) is loaded(tmp_path, True, 2)
