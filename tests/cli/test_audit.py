import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from gristmill.apps.shop.tasks.add_to_cart import AddToCart
from gristmill.verifiers.base import verdict
from gristmill.verifiers.checks import check

Run = Callable[..., Result]
TASK = "Shop-AddToCart-v0"


def test_a_family_that_passes_is_a_row_of_the_table_and_exit_code_0(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "audit.json"
    result = run("audit", TASK, "--seeds", "2", "--only", "idle", "--jobs", "1", "--json", str(path))
    assert result.exit_code == 0
    assert [line.split()[:4] for line in result.output.splitlines()][1:] == [[TASK, "passed", "2", "100.0%"]]
    (report,) = json.loads(path.read_text())
    assert (report["id"], report["passed"], report["oracle"], report["findings"]) == (TASK, True, 1.0, [])
    assert report["trials"]["adversary null"] == {"right": 2}


def test_a_finding_is_told_with_seed_and_command_and_sets_the_exit_code(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No other test plays this seed: verdicts of this process are cached.
    monkeypatch.setattr(AddToCart, "verify", lambda *_: verdict(check("fine", passed=True)))
    path = tmp_path / "audit.json"
    result = run(
        "audit", TASK, "--first", "7007", "--seeds", "1", "--only", "idle", "--jobs", "1", "--json", str(path)
    )
    assert result.exit_code == 1
    assert f"{TASK} train seed 7007: adversary null: `done` at once succeeds" in result.output
    assert f"gristmill audit {TASK} --split train --first 7007 --seeds 1" in result.output
    (report,) = json.loads(path.read_text())
    assert report["false_positives"]["null"] == 1
    assert report["findings"][0]["actions"] == ["done"]


def test_results_that_cannot_be_written_are_refused_before_anything_is_played(run: Run) -> None:
    result = run("audit", TASK, "--json", "/nowhere/audit.json")
    assert result.exit_code == 2
    assert "The results cannot be written to /nowhere/audit.json: No such file or directory." in result.output


def test_an_unknown_part_lists_those_that_exist(run: Run) -> None:
    result = run("audit", TASK, "--only", "luck")
    assert result.exit_code == 2
    assert "Unknown part of an audit 'luck'. Available: idle, substitution, " in result.output
