"""The right outcome passes, the untouched state fails; both in every family, over many seeds."""

from typing import Any

import pytest

FAMILIES = ("Shop-AddToCart-v0", "Shop-Checkout-v0", "Shop-FindAndBuy-v0")


@pytest.mark.parametrize("split", ["test", pytest.param("train", marks=pytest.mark.slow)])
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


@pytest.mark.parametrize("family_id", FAMILIES)
def test_the_verdict_does_not_depend_on_the_answer(family_id: str, stages: Any) -> None:
    for stage in stages(family_id, done=True):
        assert stage.episode.judge("It is done.", is_over=True).success
    for stage in stages(family_id):
        assert not stage.episode.judge(stage.task.goal, is_over=True).success
