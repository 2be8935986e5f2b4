import json
from pathlib import Path

from gristmill.agents.bench import load_run
from gristmill.agents.bench.episodes import EpisodeKey, Usage
from gristmill.agents.bench.summary import count, label, summary_of
from gristmill.agents.rollouts.results import EndedBy

from .conftest import MakeEpisode, WriteRun


def test_every_way_to_end_is_counted_and_faults_are_apart(episode: MakeEpisode) -> None:
    counts = count(
        [
            episode(0),
            episode(1, success=False),  # said done
            episode(2, success=False, ended_by=EndedBy.STEP_LIMIT, progress=0.5),
            episode(3, success=False, ended_by=EndedBy.ANSWER),
            episode(4, success=False, ended_by=EndedBy.GIVE_UP),
            episode(5, ended_by=EndedBy.GIVE_UP, ends_with="give_up"),
            episode(6, success=False, ends_with="give_up", side_effects=("a row too many",)),
            episode(7, success=None),
        ]
    )
    assert (counts.episodes, counts.judged, counts.successes, counts.faults) == (8, 7, 2, 1)
    assert (counts.false_completions, counts.wrong_answers, counts.step_limits) == (2, 1, 1)
    assert (counts.right_give_ups, counts.wrong_give_ups, counts.must_give_up) == (1, 1, 2)
    assert counts.side_effects == 1
    assert counts.success_rate == 2 / 7
    assert counts.progress == 2.5 / 7


def test_a_fault_counts_for_no_rate(episode: MakeEpisode) -> None:
    assert count([episode(0), episode(1, success=None)]).success_rate == 1.0
    alone = count([episode(0, success=None)]).to_json()
    assert (alone["success_rate"], alone["success_95"], alone["progress"]) == (None, None, None)


def test_numbers_are_broken_down_by_suite_app_kind_level_and_family(
    episode: MakeEpisode, write_run: WriteRun
) -> None:
    folder = write_run(
        episode(0, suites=("smoke", "own")),
        episode(0, task="Office-Week-v0", apps=("chat", "mail"), level="extreme", kind="long", success=False),
    )
    by = summary_of(load_run(folder))["by"]
    assert {name: list(groups) for name, groups in by.items()} == {
        "suite": ["own", "smoke"],
        "app": ["chat", "mail", "shop"],
        "kind": ["change", "long"],
        "level": ["easy", "extreme"],
        "family": ["Office-Week-v0", "Shop-AddToCart-v0"],
        "skin": ["default"],
    }
    assert by["app"]["mail"]["success_rate"] == 0.0


def test_equal_runs_have_equal_summaries_but_for_times(episode: MakeEpisode, write_run: WriteRun) -> None:
    def text(folder: Path) -> str:
        summary = summary_of(load_run(folder))
        assert summary.pop("times")
        return json.dumps(summary)

    episodes = [episode(seed, success=seed % 3 > 0) for seed in range(6)]
    one = write_run(*episodes, created_at="yesterday")
    other = write_run(*reversed(episodes), name="other", created_at="today")
    assert text(one) == text(other)


def test_tokens_and_costs_are_added_up(episode: MakeEpisode, write_run: WriteRun) -> None:
    folder = write_run(
        episode(0, usage=Usage(input_tokens=100, output_tokens=10, cost_usd=0.25, calls=2)),
        episode(1, usage=Usage(input_tokens=1, calls=1)),
        episode(2),
    )
    expected = {"input_tokens": 101, "output_tokens": 10, "calls": 3, "cost_usd": 0.25}
    assert summary_of(load_run(folder))["usage"] == expected


def test_a_label_names_what_is_not_at_its_default_and_never_the_engine() -> None:
    key = EpisodeKey(task="A-B-v0", seed=3, engine="dom", observation="aria", split="test", wordings="test")
    assert label(key) == "A-B-v0 seed=3 split=test"
    assert label(EpisodeKey(task="A-B-v0", seed=3, wordings="test", skin="night")) == (
        "A-B-v0 seed=3 wordings=test skin=night"
    )
