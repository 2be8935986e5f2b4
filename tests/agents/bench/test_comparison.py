from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from gristmill.agents.bench import load_run
from gristmill.agents.bench.comparison import compare, load_baseline
from gristmill.agents.bench.episodes import Versions
from gristmill.agents.bench.storage import pretty, store
from gristmill.agents.bench.summary import summary_of
from gristmill.errors import InvalidOptionError

from .conftest import MakeEpisode, WriteRun

OTHER_CODE = Versions(machinery="1.0", tasks="changed", world="bb")
OTHER_WORLD = Versions(machinery="1.0", tasks="aa", world="changed")


class Summaries:
    """Makes summaries of runs in which the seeds in `won` succeed."""

    def __init__(self, episode: MakeEpisode, write_run: WriteRun) -> None:
        self._episode, self._write_run, self._number = episode, write_run, 0

    def make(self, seeds: Iterable[int], won: Iterable[int], **fields: Any) -> dict[str, Any]:
        self._number += 1
        wins = set(won)
        episodes = [self._episode(seed, success=seed in wins, **fields) for seed in seeds]
        return summary_of(load_run(self._write_run(*episodes, name=str(self._number))))


@pytest.fixture
def summaries(episode: MakeEpisode, write_run: WriteRun) -> Summaries:
    return Summaries(episode, write_run)


def test_tasks_that_both_have_are_compared_in_pairs(summaries: Summaries) -> None:
    baseline = summaries.make(range(20), range(15))
    run = summaries.make(range(10, 30), range(20, 30))
    found = compare(run, baseline)
    assert (found.test, found.pairs, found.lost, len(found.won)) == (
        "paired", 10, tuple(f"Shop-AddToCart-v0 seed={seed}" for seed in range(10, 15)), 0,
    )  # fmt: skip
    assert (found.rate, found.baseline_rate, found.p) == (0.0, 0.5, 2 / 2**5)
    assert not found.is_worse(0.05)
    assert found.is_worse(0.1)
    assert (found.verdict(0.05), found.verdict(0.1)) == ("equal", "worse")
    assert "20 episodes" in found.differing[-1]


def test_without_common_tasks_all_are_compared_by_fishers_test(summaries: Summaries) -> None:
    found = compare(summaries.make(range(20), range(20)), summaries.make(range(50, 70), range(50, 55)))
    assert (found.test, found.pairs, found.verdict(0.05)) == ("unpaired", 0, "better")
    assert not found.is_worse(0.05)


def test_faults_do_not_count(summaries: Summaries, episode: MakeEpisode, write_run: WriteRun) -> None:
    broken = summary_of(load_run(write_run(episode(0), episode(1, success=None), name="broken")))
    found = compare(broken, summaries.make(range(2), range(2)))
    assert (found.pairs, found.rate, found.p) == (1, 1.0, 1.0)


@pytest.mark.parametrize("versions", [OTHER_CODE, OTHER_WORLD])
def test_episodes_of_other_versions_are_left_out_and_named(
    summaries: Summaries, episode: MakeEpisode, write_run: WriteRun, versions: Versions
) -> None:
    moved = [episode(seed, success=False, task="Mail-Send-v0", versions=versions) for seed in range(9)]
    before = [episode(seed, task="Mail-Send-v0") for seed in range(9)]
    kept = [episode(seed) for seed in range(3)]
    run = summary_of(load_run(write_run(*moved, *kept, name="run")))
    baseline = summary_of(load_run(write_run(*before, *kept, name="baseline")))
    found = compare(run, baseline)
    assert (found.pairs, found.p, found.rate) == (3, 1.0, 1.0)
    assert any("Mail-Send-v0 seed=0" in each for each in found.differing)


def test_if_nothing_is_left_the_comparison_is_refused_with_what_differs(summaries: Summaries) -> None:
    run = summaries.make(range(3), range(3), versions=OTHER_CODE)
    with pytest.raises(InvalidOptionError, match=r"code of these families has changed: Shop-AddToCart-v0"):
        compare(run, summaries.make(range(3), range(3)))


def test_an_unequal_machinery_is_said_and_compared_all_the_same(summaries: Summaries) -> None:
    baseline = summaries.make(range(3), range(3))
    baseline["versions"]["machinery"] = "0.9"
    found = compare(summaries.make(range(3), range(3)), baseline)
    assert found.differing == ("Gristmill is 1.0, the baseline's 0.9",)


def test_a_baseline_is_a_summary_or_the_folder_of_a_run(summaries: Summaries, tmp_path: Path) -> None:
    store(tmp_path / "summary.json", pretty(summaries.make(range(2), ())))
    assert load_baseline(tmp_path) == load_baseline(tmp_path / "summary.json")
    for content, message in ((b"{", "no baseline"), (b"{}", "no baseline"), (b'{"format": 7}', "format")):
        store(tmp_path / "other.json", content)
        with pytest.raises(InvalidOptionError, match=message):
            load_baseline(tmp_path / "other.json")
