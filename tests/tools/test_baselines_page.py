"""The page of baselines shows what is stored, and nothing that is not."""

import json
from pathlib import Path

import baselines_page
import pytest

from gristmill.agents.bench import RunSettings
from gristmill.agents.bench.episodes import BenchEpisode, EpisodeKey, Versions
from gristmill.agents.bench.storage import RunWriter
from gristmill.agents.rollouts.results import EndedBy

ROOT = Path(baselines_page.__file__).resolve().parents[1]


def write_run(folder: Path, agent: str, *, won: int, episodes: int = 4) -> Path:
    """A run of four episodes, of which the first ones were won."""
    settings = RunSettings(
        agent=agent,
        suites=("smoke",),
        episodes=4,
        machinery="1.2",
        command=f"gristmill bench --agent {agent} --suite smoke",
        created_at="2026-01-02T03:04:05",
    )
    with RunWriter(folder / agent, settings) as writer:
        for seed in range(episodes):
            is_won = seed < won
            writer.append(
                BenchEpisode(
                    key=EpisodeKey(task="Shop-AddToCart-v0", seed=seed, engine="dom"),
                    agent=agent,
                    suites=("smoke",),
                    goal="",
                    kind="change",
                    level="easy",
                    apps=("shop",),
                    versions=Versions(machinery="1.2", tasks="a", world="b"),
                    ends_with="done",
                    success=is_won,
                    reward=float(is_won),
                    progress=float(is_won),
                    ended_by=EndedBy.DONE,
                ),
                {},
            )
    return folder / agent


def test_runs_are_stored_and_shown_with_their_commands(tmp_path: Path) -> None:
    out, stored = tmp_path / "baselines.md", tmp_path / "stored"
    runs = [str(write_run(tmp_path, "worse", won=1)), str(write_run(tmp_path, "better", won=4))]
    baselines_page.main([*runs, "--out", str(out), "--stored", str(stored)])
    text = out.read_text()
    assert text.index("`better`") < text.index("`worse`")
    assert "| `worse` | 4 | 25 % | 5 to 70 | 25 % | 0.0 | 3 | 0 | 0 | 0 | 0 |" in text
    assert "| `Shop-AddToCart-v0` | 4 | 100 % (51 to 100) | 25 % (5 to 70) |" in text
    assert "- `gristmill bench --agent better --suite smoke`: Gristmill 1.2, 2026-01-02" in text
    assert sorted(file.name for file in stored.iterdir()) == ["better-smoke.json", "worse-smoke.json"]
    baselines_page.main(["--out", str(out), "--stored", str(stored)])
    assert out.read_text() == text


def test_a_run_that_was_stopped_is_no_baseline(tmp_path: Path) -> None:
    run = write_run(tmp_path, "stopped", won=1, episodes=2)
    with pytest.raises(SystemExit, match="not finished"):
        baselines_page.main([str(run), "--stored", str(tmp_path / "stored")])


def test_the_page_is_that_of_the_stored_summaries() -> None:
    files = sorted((ROOT / "benchmarks" / "baselines").glob("*.json"))
    assert files
    page = baselines_page.page([json.loads(file.read_text()) for file in files])
    assert (ROOT / "docs" / "baselines.md").read_text() == page
