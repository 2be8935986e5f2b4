"""`policy:DIR`: agents of a trained policy."""

import subprocess
import sys
from pathlib import Path

import pytest

from gristmill.agents import policies
from gristmill.agents.policies.sealed_file import read_sealed, write_sealed
from gristmill.errors import LearningFileError, MissingExtraError


def test_without_torch_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("gristmill.agents.policies.torch_import.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"gristmill\[learn\]"):
        policies.load(tmp_path)


@pytest.mark.slow
def test_importing_the_package_does_not_import_torch() -> None:
    code = "import sys, gristmill.agents.policies, gristmill.cli.train; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        (b"", "is empty"),
        (b"something else", "not written by Gristmill"),
        (b"gristmill policy-1 00\nxx", "expected 'policy-9-"),
        (b"gristmill PRESENT 00\nxx", "damaged"),
    ],
)
def test_a_file_that_is_no_policy_is_refused(tmp_path: Path, content: bytes | None, message: str) -> None:
    pytest.importorskip("torch")
    from gristmill.agents.policies.files import KIND

    if content is not None:
        (tmp_path / "policy.pt").write_bytes(content.replace(b"PRESENT", KIND.encode()))
    with pytest.raises(LearningFileError, match=message):
        policies.load(tmp_path)


def test_a_sealed_file_is_read_back_and_a_flipped_bit_is_detected(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file"
    write_sealed(path, "thing-1", b"content\nof lines")
    assert read_sealed(path, "thing-1") == b"content\nof lines"
    spoilt = bytearray(path.read_bytes())
    spoilt[-1] ^= 1
    path.write_bytes(spoilt)
    with pytest.raises(LearningFileError, match="does not match its digest"):
        read_sealed(path, "thing-1")


def test_agents_of_a_policy_play_and_repeat(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from gristmill.agents.policies.files import save_policy
    from gristmill.agents.policies.network import PolicyConfig
    from gristmill.agents.rollouts.runner import play_episodes
    from gristmill.agents.training.cloning import new_policy

    save_policy(new_policy(PolicyConfig(width=16, heads=2), 0), tmp_path)
    make_agent = policies.load(tmp_path, greedy=False)
    options = {"engine": "dom", "max_episode_steps": 6}
    found = [
        [result.to_json(with_timings=False) for result in played]
        for played in (
            sorted(play_episodes("Shop-AddToCart-v0", make_agent, [1, 2], num_envs=n, options=options),
                   key=lambda each: each.seed)
            for n in (1, 2)
        )
    ]  # fmt: skip
    assert found[0] == found[1]
    assert [each["success"] is not None for each in found[0]] == [True, True]
