from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gristmill.cli import main

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command in this process, as if its output went to a wide pipe."""
    monkeypatch.setenv("COLUMNS", "200")

    def invoke(*arguments: str, **options: Any) -> Result:
        return CliRunner().invoke(main, arguments, catch_exceptions=False, **options)

    return invoke
