"""Learned policies. `load` makes agents of a trained one; nothing here imports torch before it is called."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gristmill.agents.base import AnyAgent


MAX_REPEATS = 2
"""How often a greedy policy makes one choice on equal pages of an episode."""


def load(
    path: str | Path, *, greedy: bool = True, max_repeats: int = MAX_REPEATS
) -> "Callable[[], AnyAgent]":
    """Make agents that play the policy of a training's folder. They share its weights.

    Args:
        path: what `gristmill train --out` wrote.
        greedy: take the likeliest action; else draw from the policy, by the episode's seed.
        max_repeats: how often a greedy agent does the same on equal pages of an episode.

    Raises:
        MissingExtraError: torch is not installed.
        LearningFileError: there is no policy, or it is damaged or of another version.
    """
    from gristmill.agents.policies.torch_import import require_torch

    require_torch()
    from gristmill.agents.policies.agent import PolicyAgent
    from gristmill.agents.policies.files import load_policy

    policy = load_policy(Path(path))
    return lambda: PolicyAgent(policy, greedy=greedy, max_repeats=max_repeats)
