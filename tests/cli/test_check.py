"""`gristmill check`: a table, JSON, an exit code."""

import json
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from gristmill.plugins import added

sys.path.insert(0, str(Path(__file__).parents[1] / "plugin"))

from stall.broken import APPS
from stall.sound import SOUND, Stall

pytestmark = pytest.mark.slow  # runs conformance checks

Run = Callable[..., Result]
CHEAP = ("--only", "pages-answer", "--only", "links-*")


@pytest.fixture
def sound() -> Iterator[None]:
    with added(SOUND):
        yield


@pytest.mark.usefixtures("sound")
def test_an_app_that_passes_is_a_table_and_exit_code_0(run: Run) -> None:
    result = run("check", "stall", *CHEAP)
    assert result.exit_code == 0
    assert "links-lead-somewhere" in result.output
    assert "2 checks, 0 failed." in result.output


def test_a_failure_is_described_and_sets_the_exit_code(run: Run) -> None:
    with added(APPS["links-lead-somewhere"]):
        result = run("check", "stall", *CHEAP)
    assert result.exit_code == 1
    assert "a link leads to http://stall.test/wares/99, which answers with 404" in result.output
    assert "2 checks, 1 failed." in result.output


def test_results_are_json_on_request(run: Run) -> None:
    with added(APPS["links-lead-somewhere"]):
        result = run("check", "stall", *CHEAP, "--json")
    found = {each["check"]: each for each in json.loads(result.output)}
    assert found["pages-answer"]["status"] == "passed"
    assert found["links-lead-somewhere"]["status"] == "failed"
    assert found["links-lead-somewhere"]["problems"]


@pytest.mark.usefixtures("sound")
def test_checks_are_listed_with_what_they_claim(run: Run) -> None:
    result = run("check", "stall", "--list")
    assert "caches-agree" in result.output
    assert "No GET changes judged state." in result.output


@pytest.mark.usefixtures("sound")
def test_an_unknown_check_or_app_is_misuse(run: Run) -> None:
    result = run("check", "stall", "--only", "nonsense-*")
    assert result.exit_code == 2
    assert "Unknown check 'nonsense-*'" in result.output
    assert run("check", "nowhere").exit_code == 2


def test_the_deadline_of_a_check_can_be_chosen(run: Run) -> None:
    class Waits(Stall):
        """One whose pages take longer than a check may."""

        def page(self, template: str, **values: object) -> str:
            threading.Event().wait(3)
            return super().page(template, **values)

    with added(Waits.spec()):
        result = run("check", "stall", "--only", "pages-answer", "--deadline", "1")
    assert result.exit_code == 1
    assert "was interrupted" in result.output
