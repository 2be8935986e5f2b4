"""The linter of scripts finds faults in those that run in pages, and knows what they share."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ESLINT = ROOT / "node_modules" / ".bin" / "eslint"

pytestmark = [
    pytest.mark.skipif(not ESLINT.exists(), reason="npm has not installed ESLint: make lint-js"),
    pytest.mark.slow,  # starts Node.js per test
]


def lint(source: str, path: str) -> str:
    """What the linter prints about a script that would lie at this path."""
    command = [str(ESLINT), "--stdin", "--stdin-filename", path]
    return subprocess.run(command, input=source, capture_output=True, text=True, cwd=ROOT).stdout


@pytest.mark.parametrize("path", ["envs/engines/chromium/inject/new.js", "apps/shop/static/new.js"])
@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("undeclared();", "no-undef"),
        ("(() => { const unused = 1; })();", "no-unused-vars"),
        ("if (window.name == 1) window.stop();", "eqeqeq"),
        ("window.stop(;", "Parsing error"),
    ],
)
def test_a_faulty_script_is_reported(path: str, source: str, rule: str) -> None:
    assert rule in lint(source, path)


def test_injected_scripts_share_what_they_declare_and_no_other_script_does() -> None:
    assert lint("declined.take();", "envs/engines/chromium/inject/new.js") == ""
    assert "no-undef" in lint("declined.take();", "apps/shop/static/new.js")
