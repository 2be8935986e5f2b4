"""The right outcome passes, the untouched state fails; both in every family, over many seeds."""

from typing import Any

import pytest

FAMILIES = ("Shop-AddToCart-v0", "Shop-Checkout-v0", "Shop-FindAndBuy-v0")


@pytest.mark.slow
@pytest.mark.parametrize("split", ["test", pytest.param("train", marks=pytest.mark.sweep)])
@pytest.mark.parametrize("family_id", FAMILIES)
def test_only_the_right_outcome_passes_over_many_seeds_of_both_splits(
    family_id: str, split: str, each_stage: Any
) -> None:
    wrong = []
    for stage in each_stage(family_id, split):
        is_solved_unplayed = stage.judge().success
        with stage.clerk() as clerk:
            clerk.do_as_asked()
        if is_solved_unplayed or not stage.judge().success:
            wrong.append((stage.task.seed, stage.failed()))
    assert wrong == []


@pytest.mark.parametrize("family_id", FAMILIES)
def test_an_untouched_state_fails_every_check_about_what_was_asked(family_id: str, stages: Any) -> None:
    for stage in stages(family_id):
        passed = {check.name for check in stage.judge().checks if check.passed}
        assert passed == {"nothing else changed"}


@pytest.mark.parametrize("family_id", FAMILIES[1:])
def test_a_checkout_that_stops_before_the_last_click_fails(family_id: str, stages: Any) -> None:
    for stage in stages(family_id):
        with stage.clerk() as clerk:
            clerk.fill_cart()
            clerk.choose()
        assert {"one order placed", "nothing else changed"} <= stage.failed()


@pytest.mark.slow
@pytest.mark.parametrize("family_id", FAMILIES)
def test_the_verdict_does_not_depend_on_the_answer(family_id: str, stages: Any) -> None:
    for stage in stages(family_id, done=True):
        assert stage.episode.judge("It is done.", is_over=True).success
    for stage in stages(family_id):
        assert not stage.episode.judge(stage.task.goal, is_over=True).success


@pytest.mark.parametrize("family_id", FAMILIES[1:])
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("number", "MW-123-45"),
        ("placed_at", "2031-03-04 10:00:01.000000"),
        ("placed_at", "2031-03-03 10:00:00.000000"),
        ("placed_at", "2031-03-05 10:00:00.000000"),
        ("placed_at", "today"),
        ("arrives_by", "2031-03-04"),
        ("ship_to", ""),
    ],
)
def test_an_order_with_a_wrong_copy_or_time_fails_its_details(
    family_id: str, column: str, value: str, stages: Any
) -> None:
    for stage in stages(family_id, done=True, count=2):
        stage.sql(f"UPDATE shop_order SET {column} = ? WHERE id = (SELECT max(id) FROM shop_order)", value)
        assert stage.failed() == {"details"}


@pytest.mark.parametrize("family_id", FAMILIES)
def test_rows_may_have_any_numbers(family_id: str, stages: Any) -> None:
    for stage in stages(family_id, done=True, count=2):
        stage.sql("PRAGMA foreign_keys = OFF")
        for table in ("shop_cart_item", "shop_order", "shop_order_line"):
            for change in stage.episode.diff().inserted(table):
                stage.sql(f"UPDATE {table} SET id = id + 5000 WHERE id = ?", *change.key)
                if table == "shop_order":
                    stage.sql(
                        "UPDATE shop_order_line SET order_id = order_id + 5000 WHERE order_id = ?",
                        *change.key,
                    )
        assert stage.failed() == set()
