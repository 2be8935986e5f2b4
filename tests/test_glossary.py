"""Names and prose use the glossary's words, and none that they replaced."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GLOSSARY = ROOT / "docs" / "glossary.md"
ROW = re.compile(r"^\| (?P<term>[^|]+) \| (?P<meaning>[^|]+) \| (?P<refused>[^|]*) ?\|$", re.MULTILINE)
LAYERS = ("agents", "apps", "envs", "snapshots", "verifiers", "src")
WORLD_TEXTS = (  # what the people of the app clones write
    "apps/shop/catalogue/",
    "apps/shop/pictures/",
    "apps/stories/tales/",
)
REFUSED_IDENTIFIERS = frozenset({"said", "seen", "told"})
REFUSED_PHRASES = ("is no news", "in the same breath", "worked out again", "ground like", "to be mended")


def refused() -> tuple[list[str], list[str]]:
    """The refused phrases of prose and, in backticks in the glossary, identifiers."""
    cells = [row["refused"].strip() for row in ROW.finditer(GLOSSARY.read_text())]
    words = [word.strip() for cell in cells if cell not in {"", "not"} for word in cell.split(",")]
    phrases = [word for word in words if word and not word.startswith("`") and set(word) != {"-"}]
    return [*phrases, *REFUSED_PHRASES], [word.strip("`") for word in words if word.startswith("`")]


def sources() -> list[Path]:
    paths = [path for layer in LAYERS for kind in ("*.py", "*.js") for path in (ROOT / layer).rglob(kind)]
    return [
        path
        for path in paths
        if not path.is_symlink()
        and not path.name.endswith(".min.js")
        and not path.relative_to(ROOT).as_posix().startswith(WORLD_TEXTS)
    ]


def prose() -> list[Path]:
    documents = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "benchmarks" / "README.md"]
    return [*documents, *(path for path in (ROOT / "docs").rglob("*.md") if path != GLOSSARY)]


@cache
def texts() -> dict[str, str]:
    """Code and prose by path, read once for all phrases."""
    return {path.relative_to(ROOT).as_posix(): path.read_text() for path in [*sources(), *prose()]}


@cache
def folded() -> dict[str, str]:
    """The same in lower case: looking for a phrase there first is fifty times faster than its pattern."""
    return {path: text.lower() for path, text in texts().items()}


def identifiers(text: str) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.Attribute(attr=name):
                names.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.alias(name=name, asname=asname):
                names.add(asname or name)
    return names


def test_the_glossary_refuses_something() -> None:
    phrases, names = refused()
    assert {"asleep", "lately"} <= set(phrases)
    assert {"Memo", "Phases"} <= set(names)


@pytest.mark.parametrize("phrase", refused()[0])
def test_prose_does_without_a_phrase_that_needs_translating(phrase: str) -> None:
    pattern = re.compile(rf"\b{re.escape(phrase)}\b", re.IGNORECASE)
    found = [
        f"{path}: {line.strip()[:100]}"
        for path, text in texts().items()
        if phrase.lower() in folded()[path] and pattern.search(text)
        for line in text.splitlines()
        if pattern.search(line)
    ]
    assert found == []


def test_names_are_those_of_the_glossary() -> None:
    unwanted = REFUSED_IDENTIFIERS | set(refused()[1])
    anywhere = re.compile(rf"\b(?:{'|'.join(map(re.escape, unwanted))})\b")
    found = {
        path: names
        for path, text in texts().items()
        if path.endswith(".py") and anywhere.search(text) and (names := identifiers(text) & unwanted)
    }
    assert found == {}
