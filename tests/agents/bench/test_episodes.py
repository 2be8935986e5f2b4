import pytest

from gristmill.agents.bench.episodes import BenchEpisode, EpisodeKey, Usage
from gristmill.errors import RecordError

from .conftest import MakeEpisode


def test_an_episode_is_one_line_and_is_read_back_as_it_was(episode: MakeEpisode) -> None:
    for success in (True, False, None):
        written = episode(3, success=success, usage=Usage(input_tokens=5), transcript=({"role": "user"},))
        line = written.to_line()
        assert line.count(b"\n") == 1
        assert BenchEpisode.from_line(line) == written


def test_a_line_that_is_no_episode_is_refused(episode: MakeEpisode) -> None:
    for line in (b"", b"{}\n", b"[1]\n", episode().to_line()[:-20]):
        with pytest.raises(RecordError, match="Not an episode"):
            BenchEpisode.from_line(line)


def test_options_are_the_arguments_of_gymnasium_and_pairs_ignore_the_engine() -> None:
    key = EpisodeKey(task="Shop-Checkout-v0", seed=4, engine="dom", skin="night")
    assert {"task", "seed"}.isdisjoint(key.options)
    assert key.options["skin"] == "night"
    assert key.pair == EpisodeKey(task="Shop-Checkout-v0", seed=4, skin="night").pair
    assert key.pair != EpisodeKey(task="Shop-Checkout-v0", seed=4).pair
