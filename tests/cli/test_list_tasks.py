import json
from collections.abc import Callable

import pytest
from click.testing import Result

from gristmill.plugins import installed

Run = Callable[..., Result]


def test_every_task_is_listed_with_what_it_asks(run: Run) -> None:
    text = run("list").output
    for family in installed().families.values():
        assert f"{family.id} " in text
        assert family.summary() in text


def test_programs_get_json(run: Run) -> None:
    listed = json.loads(run("list", "--json").output)
    assert [task["id"] for task in listed] == list(installed().families)
    for task in listed:
        family = installed().family(task["id"])
        assert (task["max_steps"], task["tags"], task["engines"][0]) == (
            family.max_steps,
            list(family.tags),
            "chromium",
        )


def test_a_tag_narrows_the_list(run: Run) -> None:
    listed = {task["id"] for task in json.loads(run("list", "--json", "--tag", "cart").output)}
    assert "Shop-AddToCart-v0" in listed
    assert "Shop-Checkout-v0" not in listed


def test_an_unknown_tag_lists_those_that_exist(run: Run) -> None:
    result = run("list", "--tag", "naps")
    assert result.exit_code == 2
    assert "Unknown tag 'naps'. Available: account, addresses, " in result.output


def test_ids_are_whole_in_a_narrow_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    first_words = [line.split()[0] for line in run("list").output.splitlines()]
    assert {"Shop-AddToCart-v0", "Shop-Checkout-v0"} <= set(first_words)
