import base64
import gzip
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gristmill.agents.bench.episodes import BenchEpisode, BenchStep, EpisodeKey, Fault, Times, Versions
from gristmill.agents.bench.run import RunSettings
from gristmill.agents.rollouts.results import EndedBy
from gristmill.verifiers.base import Check, CheckKind

HOSTILE = '</script><script>document.title = "owned"</script><b>'
BLOCK = re.compile(r'<script type="application/gzip" id="([\w-]+)">([^<]*)</script>')

CRASH = Fault(message="The page crashed.", traceback="Traceback: x")

Make = Callable[..., BenchEpisode]
Store = Callable[..., Path]


@pytest.fixture
def make_episode() -> Make:
    """Makes stored episodes: seed 0 succeeds, others fail unless asked for otherwise."""

    def make(seed: int = 0, *, success: bool | None = True, **fields: Any) -> BenchEpisode:
        steps = (
            BenchStep(
                action=f'fill e3 "{HOSTILE}"',
                target='textbox "Search"',
                error="",
                reward=0.0,
                url="http://shop.test/",
                wall_s=0.25,
            ),
            BenchStep(
                action="click e9",
                target="",
                error="There is no element e9. Look again.",
                reward=float(success is True),
                url="http://shop.test/cart",
                wall_s=0.5,
                agent_s=2.0,
            ),
        )
        checks = (
            Check(name="one cart line", passed=success is True, detail="0 instead of 1"),
            Check(name="nothing else changed", passed=True, kind=CheckKind.SIDE_EFFECTS),
        )
        key = fields.pop("key", EpisodeKey(task="Shop-AddToCart-v0", seed=seed, engine="dom"))
        known: dict[str, Any] = {
            "key": key,
            "agent": "oracle",
            "goal": f"Buy {HOSTILE} number {seed}",
            "kind": "change",
            "level": "easy",
            "apps": ("shop",),
            "versions": Versions(machinery="0.1.0", tasks="aa", world="bb"),
            "ends_with": "done",
            "success": success,
            "reward": float(success is True),
            "progress": None if success is None else 0.5 + 0.5 * success,
            "ended_by": EndedBy.DONE if success is not None else EndedBy.FAULT,
            "checks": () if success is None else checks,
            "steps": steps,
            "times": Times(reset_s=0.5, agent_s=2.0, total_s=3.25),
            "changes": ("shop_cart_item 7 was added",),
            "fault": CRASH if success is None else None,
        }
        return BenchEpisode(**(known | fields))

    return make


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Stores a run in a folder of this name."""

    def store_run(
        name: str, episodes: Sequence[BenchEpisode], /, *, tail: bytes = b"", **settings: Any
    ) -> Path:
        folder = tmp_path / name
        (folder / "frames").mkdir(parents=True)
        known: dict[str, Any] = {"agent": "oracle", "suites": ("smoke",), "episodes": len(episodes)}
        written = msgspec.json.encode(RunSettings(**(known | settings)), enc_hook=dict)
        (folder / "run.json").write_bytes(written)
        lines = b"".join(episode.to_line() for episode in episodes)
        (folder / "episodes.jsonl").write_bytes(lines + tail)
        return folder

    return store_run


@pytest.fixture
def unpack() -> Callable[[str], dict[str, Any]]:
    """Reads the data inside a report, by the ids of their elements."""

    def unpacked(html: str) -> dict[str, Any]:
        return {
            name: json.loads(gzip.decompress(base64.b64decode(text))) for name, text in BLOCK.findall(html)
        }

    return unpacked
