"""Random streams whose state can be saved."""

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
