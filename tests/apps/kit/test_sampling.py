from collections import Counter

import pytest
from numpy.random import default_rng

from gristmill.apps.kit.sampling import Sampler


@pytest.fixture
def sampler() -> Sampler:
    return Sampler(default_rng(7))


def test_equal_seeds_give_equal_samples() -> None:
    first, second = (Sampler(default_rng(3)) for _ in range(2))

    assert first.shuffled(range(50)) == second.shuffled(range(50))


def test_samplers_of_one_generator_share_its_stream() -> None:
    rng = default_rng(3)
    shared = [Sampler(rng).between(0, 10**6) for _ in range(5)]

    alone = Sampler(default_rng(3))
    assert shared == [alone.between(0, 10**6) for _ in range(5)]


def test_both_ends_of_a_range_are_drawn(sampler: Sampler) -> None:
    assert {sampler.between(2, 4) for _ in range(100)} == {2, 3, 4}


def test_a_chance_holds_in_about_as_many_of_100_cases(sampler: Sampler) -> None:
    assert 250 < sum(sampler.chance(30) for _ in range(1000)) < 350
    assert not any(sampler.chance(0) for _ in range(200))
    assert all(sampler.chance(100) for _ in range(200))


def test_each_option_is_picked_as_often(sampler: Sampler) -> None:
    counts = Counter(sampler.pick("abcd") for _ in range(4000))

    assert set(counts) == set("abcd")
    assert all(850 < count < 1150 for count in counts.values())


@pytest.mark.parametrize("count", [0, 1, 5, 12, 99, 100])
def test_some_options_are_different_ones(sampler: Sampler, count: int) -> None:
    chosen = sampler.some(range(100), count)

    assert len(chosen) == len(set(chosen)) == count
    assert set(chosen) <= set(range(100))


def test_no_more_options_are_drawn_than_there_are(sampler: Sampler) -> None:
    assert sorted(sampler.some("abc", 9)) == list("abc")


def test_shuffling_keeps_every_option(sampler: Sampler) -> None:
    shuffled = sampler.shuffled(range(30))

    assert sorted(shuffled) == list(range(30))
    assert shuffled != list(range(30))
