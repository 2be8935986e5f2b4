"""Rows replace those of their kind, and claims are computed from rows."""

from pathlib import Path

import pytest
import results
from claims import Claim, of_peers, of_throughput
from tables import PARTS, between, costs, number


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "FOLDER", tmp_path)


def cell(engine: str, num_envs: int, steps_per_s: float, floor: float | None = None) -> results.Row:
    row = {"engine": engine, "observation": "aria", "workload": "same task", "num_envs": num_envs}
    return {**row, "steps_per_s": steps_per_s, **({"floor_steps_per_s": floor} if floor else {})}


def peer(
    name: str, setting: str, observation: str, parallel: int, rate: float, reset_s: float
) -> results.Row:
    who = {"name": name, "setting": setting, "observation": observation, "parallel": parallel}
    return {**who, "steps_per_s": rate, "reset_s": reset_s}


def measured(claims: list[Claim]) -> dict[str, float | None]:
    return {claim.text: claim.measured for claim in claims}


def test_a_row_replaces_the_one_of_its_kind_and_leaves_others() -> None:
    key = ("engine", "num_envs")
    results.keep("speed", [cell("dom", 1, 10.0), cell("dom", 4, 20.0)], key)
    results.keep("speed", [cell("dom", 1, 12.34567)], key)
    assert [(row["num_envs"], row["steps_per_s"]) for row in results.load("speed")] == [(1, 12.35), (4, 20.0)]


def test_claims_about_floors_take_the_worst_size() -> None:
    found = measured(of_throughput([cell("dom", 4, 100.0, 100.0), cell("dom", 256, 90.0, 120.0)]))
    assert found["`dom` steps over its floor, worst size, same task"] == 0.75
    assert found["`dom` with 256 environments over 4"] == 0.9
    assert found["`chromium` steps over its floor, worst size, same task"] is None


def test_engines_are_compared_at_one_commit() -> None:
    def rows(dom: str, chromium: str) -> list[results.Row]:
        return [cell("dom", 4, 90.0) | {"commit": dom}, cell("chromium", 4, 2.0) | {"commit": chromium}]

    text = "`dom` steps over `chromium` steps, best of each at one commit, same task"
    assert measured(of_throughput(rows("a", "a")))[text] == 45.0
    assert measured(of_throughput(rows("a", "b")))[text] is None
    assert measured(of_throughput([*rows("a", "a"), cell("dom", 256, 80.0) | {"commit": "b"}]))[text] == 45.0


def test_costs_are_given_as_the_range_of_each_kind() -> None:
    spent = [
        cell("dom", size, 1.0) | {"cpu_ms_per_step": {"python": ms}} for size, ms in ((1, 7.2), (4, 36.0))
    ]
    results.keep("throughput", [row | {"date": "today", "commit": "a"} for row in spent], ("num_envs",))
    assert costs().splitlines()[2:] == [
        "| today, a | `dom` | aria | same task | 1, 4 | 7.20 to 36.0 | 2.00 to 10.0 |"
    ]
    assert between(["1,234"]) == "1,234"


def test_claims_about_peers_give_each_its_best_number_at_once() -> None:
    rows = [
        peer("gristmill", "chromium", "text", 1, 20.0, 0.1),
        peer("gristmill", "chromium", "text", 8, 40.0, 0.8),
        peer("gristmill", "chromium, each picture taken", "text+pixels", 1, 16.0, 0.2),
        peer("gristmill", "chromium", "text+pixels", 1, 24.0, 0.125),
        peer("BrowserGym", "no delays", "text+pixels", 1, 1.5, 1.0),
        peer("BrowserGym", "no delays", "text+pixels", 4, 2.0, 2.0),
        peer("BrowserGym", "no delays, axtree alone", "text", 1, 4.0, 0.8),
    ]
    found = {claim.text: (claim.bar, claim.measured) for claim in of_peers(rows)}
    assert found["steps/s with text, over BrowserGym without delays"] == (15, 20.0)
    assert found["steps/s with text and pixels, over BrowserGym without delays"] == (8, 8.0)
    assert found["steps/s with text and pixels, pictures known"][1] == 12.0
    assert found["reset with text and pixels, pictures known"][1] == 8.0
    assert found["reset with text, over BrowserGym without delays"] == (15, 10.0)


@pytest.mark.parametrize(("bar", "verdict"), [(1.0, "holds"), (1.1, "does not hold")])
def test_a_claim_holds_from_its_bar_on(bar: float, verdict: str) -> None:
    assert Claim(text="", bar=bar, measured=1.0).verdict == verdict


def test_figures_have_the_digits_that_they_deserve() -> None:
    assert [number(value) for value in (None, 0.876, 12.34, 1234.5)] == ["-", "0.88", "12.3", "1,234"]


@pytest.mark.parametrize(("path", "parts"), PARTS.items(), ids=lambda part: getattr(part, "name", ""))
def test_the_documents_have_a_place_for_each_table(path: Path, parts: dict[str, object]) -> None:
    text = path.read_text()
    for name in parts:
        assert text.count(f"<!-- {name} -->") == text.count(f"<!-- end of {name} -->") == 1
