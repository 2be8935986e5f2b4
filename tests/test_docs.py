"""The docs point at files that exist, and show what an environment really returns."""

import re
from pathlib import Path

import gymnasium as gym
import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = [
    *sorted((ROOT / "docs").rglob("*.md")),
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "benchmarks/README.md")),
]
KINDS = "py|js|css|html|md|toml|txt|sh"
PATH = re.compile(rf"`((?:[\w.-]+/)+(?:[\w.-]+\.(?:{KINDS}))?)`")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)")


def name_of(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


def paths_in(document: Path) -> list[str]:
    """The files in backticks, and the folders below the repository's root; others are an app clone's own."""
    found = PATH.findall(document.read_text())
    return [path for path in found if not path.endswith("/") or (ROOT / path.split("/")[0]).exists()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_paths_in_backticks_exist(document: Path) -> None:
    assert [path for path in paths_in(document) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_links_lead_to_files(document: Path) -> None:
    links = LINK.findall(document.read_text())
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_architecture_names_paths() -> None:
    assert len(paths_in(ROOT / "docs" / "architecture.md")) > 50


def test_a_decision_is_one_page() -> None:
    long = {
        name_of(path)
        for path in DOCUMENTS
        if "decisions" in path.parts and len(path.read_text().splitlines()) > 40
    }
    assert long == set()


def test_the_readme_shows_a_real_observation() -> None:
    readme = (ROOT / "README.md").read_text()
    shown = re.search(r"^```\n(?P<goal>\S.*)\n(?P<aria>(?: *- .*\n)+)```$", readme, re.MULTILINE)
    assert shown is not None
    assert len(shown["aria"].splitlines()) == 10
    env = gym.make("Shop-Checkout-v0", engine="dom")
    observation, _ = env.reset(seed=7)
    env.close()
    assert observation["goal"] == shown["goal"], "Copy the new goal of seed 7 into README.md."
    assert observation["aria"].startswith(shown["aria"]), "Copy the new first lines of seed 7 into README.md."
