"""Random streams whose state can be saved, and seeds of practice."""

import json

from numpy.random import Generator, default_rng


def state_of(rng: Generator) -> str:
    """The state of a generator as JSON."""
    return json.dumps(rng.bit_generator.state)


def stream(state: str) -> Generator:
    """A generator in this state."""
    rng = default_rng()
    rng.bit_generator.state = json.loads(state)
    return rng


def practice_seed(first: int, seed: int) -> int:
    """Where a run's tasks begin: in the 200,000 seeds from `first`, elsewhere for each seed of a run."""
    return first + seed * 20_011 % 200_000
