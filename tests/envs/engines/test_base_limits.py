"""Outlines that are too long are cut at a line's end, and say so."""

import pytest

from gristmill.apps.kit.aria import parse_aria_snapshot
from gristmill.envs.engines.base import CUT, MAX_ARIA_LENGTH, bounded


@pytest.mark.slow
def test_a_long_outline_is_cut_at_the_end_of_a_line_and_says_so() -> None:
    aria = "\n".join(f"- text: {i}" for i in range(30_000))
    cut = bounded(aria)
    assert len(cut) <= MAX_ARIA_LENGTH
    assert cut.endswith(CUT)
    assert aria.startswith(cut.removesuffix(CUT) + "\n")
    assert parse_aria_snapshot(cut).children[-1].text.startswith("(the page goes on")


def test_one_endless_line_is_bounded_too() -> None:
    cut = bounded(f"- text: {'x' * MAX_ARIA_LENGTH}")
    assert len(cut) <= MAX_ARIA_LENGTH
    assert cut.endswith(CUT)


def test_an_outline_of_the_longest_length_is_whole() -> None:
    aria = "x" * MAX_ARIA_LENGTH
    assert bounded(aria) == aria
