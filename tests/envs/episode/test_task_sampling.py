"""What was drawn or judged before is handed out again, and is what it would be anew."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace

import pytest

from gristmill.apps.base import Json, TaskFamily
from gristmill.apps.shop.services.numbers import tracking_number
from gristmill.apps.world.choice import WorldChoice
from gristmill.caches import Caches
from gristmill.envs.episode.episode import Episode
from gristmill.envs.episode.runtime import Runtime, default_runtime
from gristmill.envs.episode.task_sampling import SampledTask, TaskCache, sample_task
from gristmill.plugins import installed
from gristmill.snapshots.image import restore

TRAIN, TEST = WorldChoice(seed=1), WorldChoice(seed=2)


@pytest.fixture
def family() -> TaskFamily:
    return installed().family("Shop-Checkout-v0")


@pytest.fixture
def world(family: TaskFamily) -> bytes:
    return default_runtime().world(family, TRAIN).data


def test_a_task_is_drawn_once(family: TaskFamily, world: bytes) -> None:
    draws = TaskCache(Caches())
    first = draws.get(family, world, choice=TRAIN, seed=3, split="train")
    assert draws.get(family, world, choice=TRAIN, seed=3, split="train") is first
    assert draws.get(family, world, choice=TRAIN, seed=4, split="train") != first


def test_a_cached_sample_equals_a_new_one(family: TaskFamily, world: bytes) -> None:
    kept = TaskCache(Caches()).get(family, world, choice=TRAIN, seed=3, split="train")
    anew = sample_task(family, world, choice=TRAIN, seed=3, split="train")
    assert kept == anew
    assert kept.start.data() == anew.start.data()
    assert kept.start.data() != world


def test_another_world_is_sampled_separately(family: TaskFamily, world: bytes) -> None:
    draws = TaskCache(Caches())
    draws.get(family, world, choice=TRAIN, seed=3, split="train")
    other = default_runtime().world(family, TEST).data
    assert draws.get(family, other, choice=TEST, seed=3, split="train").start.base is other


@pytest.mark.slow
def test_numbers_that_people_read_cannot_be_known_from_another_task() -> None:
    """An order's number and its parcel's are the answers of some tasks, and are typed in others."""
    family = installed().family("Shop-OrderFact-v0")
    world = default_runtime().world(family, TRAIN).data
    drawn = [sample_task(family, world, choice=TRAIN, seed=seed, split="train") for seed in range(12)]
    numbers = {task_number(sample) for sample in drawn}
    assert len(numbers) == len(drawn)
    assert len({number[:5] for number in numbers}) == len(drawn)
    assert len({tracking_number(number) for number in numbers}) == len(drawn)


@pytest.mark.parametrize(
    ("family_id", "goes_on"),
    [("Shop-Checkout-v0", False), ("Shop-OrderFact-v0", True), ("Office-OrderAndTell-v0", True)],
)
def test_only_tasks_that_need_it_go_on_at_a_number_of_their_own(family_id: str, goes_on: bool) -> None:
    """Starts with the world's own sequences are alike in more of their pages, which makes them cheaper."""
    family = installed().family(family_id)
    world = default_runtime().world(family, TRAIN).data
    sample = sample_task(family, world, choice=TRAIN, seed=3, split="train")
    assert (last_order(sample.start.data()) != last_order(world)) == goes_on


def last_order(image: bytes) -> int:
    with closing(restore(image)) as connection:
        return int(
            connection.execute("SELECT last FROM world_sequence WHERE name = 'shop_order'").fetchone()[0]
        )


def task_number(sample: SampledTask) -> str:
    return str(sample.task.terms["number"])


def other_answer(episode: Episode) -> None:
    episode.judge("42", is_over=True)


def other_rows(episode: Episode) -> None:
    with episode.session.connection() as connection:
        connection.execute("UPDATE shop_variant SET stock = stock + 1 WHERE id = 1")
        connection.commit()
    episode.judge()


def other_time(episode: Episode) -> None:
    episode.tick()
    episode.judge(is_over=True)


@pytest.mark.parametrize(("change", "asked"), [(other_answer, 2), (other_rows, 2), (other_time, 1)])
def test_a_verdict_is_reached_for_each_answer_and_rows_but_not_for_each_time(
    family: TaskFamily, monkeypatch: pytest.MonkeyPatch, change: Callable[[Episode], None], asked: int
) -> None:
    runtime = Runtime()
    verify, calls = family.verify, []
    monkeypatch.setattr(family, "verify", lambda *given: calls.append(given) or verify(*given), raising=False)
    for _ in range(2):
        with closing(Episode.draw(runtime, family, seed=3, split="train")) as episode:
            change(episode)
    assert len(calls) == asked


def test_a_verdict_is_that_of_the_task_itself_whatever_another_of_its_seed_was_judged() -> None:
    family = installed().family("Shop-AddToCart-v0")
    with closing(Episode.draw(default_runtime(), family, seed=3, split="train")) as episode:
        drawn, terms = episode._sampled, dict(episode.task.terms)
        other = replace(episode.task, terms=terms | {"quantity": int(terms["quantity"]) + 5})  # type: ignore[arg-type]
        put_into_cart(episode, terms)
        assert episode.judge().success
    with closing(
        Episode(default_runtime(), family, SampledTask(other, drawn.start), start=drawn.start)
    ) as episode:
        put_into_cart(episode, terms)
        assert not episode.judge().success


def put_into_cart(episode: Episode, terms: Mapping[str, Json]) -> None:
    with episode.session.connection() as connection:
        row = {"id": 9999, "is_saved": 0, **terms}
        columns, slots = ", ".join(row), ", ".join("?" * len(row))
        connection.execute(f"INSERT INTO shop_cart_item ({columns}) VALUES ({slots})", [*row.values()])
        connection.commit()


def test_a_digest_is_that_of_the_rows_however_they_came_to_be(family: TaskFamily) -> None:
    with closing(Episode.draw(default_runtime(), family, seed=3, split="train")) as episode:
        first = episode.state_digest()
        other_time(episode)
        assert episode.state_digest() == first
        other_rows(episode)
        assert episode.state_digest() != first
        with episode.session.connection() as connection:
            connection.execute("UPDATE shop_variant SET stock = stock - 1 WHERE id = 1")
            connection.commit()
        assert episode.state_digest() == first
