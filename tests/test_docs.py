"""The docs point at files that exist, and show what an environment really returns."""

import re
from pathlib import Path

import pytest

from gristmill.envs.env import WebEnv

ROOT = Path(__file__).parents[1]
DOCUMENTS = [
    *sorted((ROOT / "docs").rglob("*.md")),
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "benchmarks/README.md")),
]
KINDS = "py|js|css|html|md|toml|txt|sh"
PATH = re.compile(rf"`((?:[\w.-]+/)+(?:[\w.-]+\.(?:{KINDS}))?)`")
FILE = re.compile(rf"`((?:[\w.-]+/)*[\w.-]+\.(?:{KINDS}))`")
NAME = re.compile(r"(?<![\w/.-])(?:[A-Za-z]\w*\.)*([A-Z][a-z]+[A-Z]\w*|[a-z]+_\w+|[A-Z]+_[A-Z_]+)\b(?![/.-])")
"""CamelCase, snake_case and CONSTANT_CASE, without what they are attributes of."""
OF_OTHERS = {
    "PIP_EXTRA_INDEX_URL", "SimpleCookie", "additional_wrappers", "parse_cookie", "shutdown_timeout",
    "stream_encode_multipart",
}  # fmt: skip
"""Names of other projects that the docs mention and the code does not use."""
SOURCES = (
    "agents",
    "apps",
    "benchmarks",
    "envs",
    "examples",
    "snapshots",
    "src/gristmill",
    "tools",
    "verifiers",
)
APP_READMES = sorted((ROOT / "apps").glob("*/README.md"))
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


@pytest.mark.parametrize("document", APP_READMES, ids=name_of)
def test_files_in_an_apps_readme_exist(document: Path) -> None:
    tests = ROOT / "tests" / "apps" / document.parent.name
    folders = (document.parent, tests, ROOT / "apps" / "kit", ROOT / "verifiers")
    files = [f"/{path.relative_to(ROOT).as_posix()}" for folder in folders for path in folder.rglob("*.*")]
    named = FILE.findall(document.read_text())
    assert len(named) > 5
    unknown = [name for name in named if not any(file.endswith(f"/{name}") for file in files)]
    assert [name for name in unknown if not (ROOT / name).exists()] == []


@pytest.fixture(scope="module")
def words() -> set[str]:
    """Every word of the code, tests excluded."""
    files = [
        path
        for folder in SOURCES
        for kind in ("py", "js", "html")
        for path in (ROOT / folder).rglob(f"*.{kind}")
    ]
    files += [ROOT / "pyproject.toml", ROOT / "Makefile"]
    return {word for path in files for word in re.findall(r"[A-Za-z_]\w+", path.read_text())}


@pytest.mark.parametrize(
    "document",
    [each for each in DOCUMENTS if each.stem not in {"CHANGELOG", "glossary"}] + APP_READMES,
    ids=name_of,
)
def test_names_in_backticks_are_in_the_code(document: Path, words: set[str]) -> None:
    text = re.sub(r"(?m)^\| 20\d\d-.*$", "", document.read_text())  # rows of measurements at earlier commits
    spans = [re.sub(r'"[^"]*"', "", each) for each in re.findall(r"`([^`\n]+)`", text)]
    named = {name for text in spans for name in NAME.findall(text)}  # quoted values are examples
    assert named - words - OF_OTHERS == set()


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
    env = WebEnv("Shop-Checkout-v0", engine="dom")
    observation, _ = env.reset(seed=7)
    env.close()
    assert observation["goal"] == shown["goal"], "Copy the new goal of seed 7 into README.md."
    assert observation["aria"].startswith(shown["aria"]), "Copy the new first lines of seed 7 into README.md."
