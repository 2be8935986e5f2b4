"""Agents of stored policies, by what a user calls them: `policy:DIR`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from gristmill.agents.base import AnyAgent
from gristmill.agents.policies import MAX_REPEATS, load
from gristmill.errors import InvalidOptionError, UnknownNameError

KEPT = 4  # policies of a process


@dataclass(frozen=True, slots=True)
class StoredPolicy:
    """Makes agents of a stored policy. Pickles as its folder; each process reads the weights once."""

    path: Path
    greedy: bool = True
    max_repeats: int = MAX_REPEATS

    def __call__(self) -> AnyAgent:
        """Make an agent.

        Raises:
            MissingExtraError: torch is not installed.
            LearningFileError: there is no policy, or it is damaged or of another version.
        """
        return loaded(self.path, self.greedy, self.max_repeats)()


@lru_cache(maxsize=KEPT)
def loaded(path: Path, greedy: bool, max_repeats: int) -> Callable[[], AnyAgent]:
    """What makes agents of a policy.

    PyTorch gets one thread: a page is too small for more, and threads of several processes would wait for
    each other.
    """
    make_agent = load(path, greedy=greedy, max_repeats=max_repeats)
    import torch

    torch.set_num_threads(1)
    return make_agent


def factory(spec: str, options: Mapping[str, Any]) -> StoredPolicy:
    """A maker of agents for `policy:DIR`, where DIR is what `gristmill train --out` wrote.

    Args:
        spec: names the folder.
        options: `greedy`, by default true: take the likeliest action; else draw it, by the episode's seed.
            `max_repeats`, by default 2: how often a greedy agent does the same on equal pages.

    Raises:
        UnknownNameError: there is no such option.
        InvalidOptionError: `greedy` is not true or false, or `max_repeats` no positive whole number.
    """
    if unknown := sorted(options.keys() - {"greedy", "max_repeats"}):
        raise UnknownNameError("option of a policy", unknown[0], ["greedy", "max_repeats"])
    greedy = options.get("greedy", True)
    if not isinstance(greedy, bool):
        raise InvalidOptionError(f"greedy must be true or false, not {greedy!r}.")
    max_repeats = options.get("max_repeats", MAX_REPEATS)
    if not isinstance(max_repeats, int) or isinstance(max_repeats, bool) or max_repeats < 1:
        raise InvalidOptionError(f"max_repeats must be a positive whole number, not {max_repeats!r}.")
    return StoredPolicy(Path(spec.partition(":")[2]).absolute(), greedy, max_repeats)
