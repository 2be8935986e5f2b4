"""A simulated user's judgement: right except for a stated share of mistakes."""

from numpy.random import Generator


def judgement(is_right: bool, noise: float, rng: Generator) -> bool:
    """A thumb up or down, or an accepted or rejected suggestion; the opposite with probability `noise`."""
    return is_right != (rng.random() < noise)
