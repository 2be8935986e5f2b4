"""docs/plugins.md: its snippets make an app clone that passes the checks, and it names the whole contract."""

import re
import sys
from collections.abc import Iterator
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from gristmill.apps.base import AppSpec
from gristmill.cli.group import COMMANDS
from gristmill.testing import Status, app_checks

PAGE = (Path(__file__).parents[1] / "docs" / "plugins.md").read_text()
IN_BROWSER = "dom-equals-chromium"


def snippets(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def jars(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The tutorial's module: its Python snippets in their order."""
    folder = tmp_path_factory.mktemp("tutorial")
    (folder / "jars.py").write_text("\n\n".join(snippets("python")))
    sys.path.insert(0, str(folder))
    yield import_module("jars")
    sys.path.remove(str(folder))


@pytest.mark.slow
def test_the_tutorial_ends_with_an_app_clone_that_passes_every_check(jars: ModuleType) -> None:
    outcomes = [check.run() for check in app_checks(jars.APP, seeds=1) if check.name != IN_BROWSER]
    assert {
        outcome.check: outcome.message for outcome in outcomes if outcome.status is not Status.PASSED
    } == {}


@pytest.mark.slow
@pytest.mark.browser
def test_its_pages_are_the_same_in_both_engines(jars: ModuleType) -> None:
    (check,) = [check for check in app_checks(jars.APP, seeds=1) if check.name == IN_BROWSER]
    assert check.run().status is Status.PASSED


def test_every_field_of_the_contract_is_explained() -> None:
    explained = set(re.findall(r"^\| `(\w+)`", PAGE, re.MULTILINE))
    assert {field.name for field in fields(AppSpec)} <= explained


def test_every_command_of_ours_in_it_exists() -> None:
    used = re.findall(r"^gristmill ([\w-]+)", "\n".join(snippets("console")), re.MULTILINE)
    assert used
    assert set(used) <= set(COMMANDS)
