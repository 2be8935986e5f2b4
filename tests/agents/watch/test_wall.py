import json
from contextlib import closing
from typing import Any
from urllib.request import urlopen

from gristmill.agents.watch.events import WatchedEpisode, WatchEvent
from gristmill.agents.watch.pages import WallPages, wall_page
from gristmill.agents.watch.wall import TILES, Wall


def event(worker: int = 0, **fields: Any) -> WatchEvent:
    episode = WatchedEpisode(task_id="Shop-AddToCart-v0", seed=worker, agent="oracle", goal="Buy it")
    return WatchEvent(worker=worker, episode=episode, **{"steps": 1, **fields})


def test_a_reader_gets_everything_and_then_what_changed() -> None:
    wall = Wall("Shop", total=9)
    wall.show(event(0, picture=b"jpeg"))
    wall.show(event(1, picture="- main"))
    with closing(wall.updates()) as updates:
        first = next(updates)
        assert [tile["seed"] for tile in first["tiles"]] == [0, 1]
        assert [bool(tile["picture"]) for tile in first["tiles"]] == [True, False]
        assert first["tiles"][1]["outline"] == "- main"
        wall.show(event(1, steps=2, action="done", outcome="failure"))
        second = next(updates)
        assert [(tile["worker"], tile["steps"]) for tile in second["tiles"]] == [(1, 2)]
        assert second["counts"] == {"success": 0, "failure": 1, "fault": 0, "total": 9}
        assert second["tiles"][0]["outline"] == "- main"
        wall.close()
        assert next(updates)["over"] is True
        assert list(updates) == []


def test_it_knows_whether_anybody_looks() -> None:
    wall, sent = Wall("Shop"), []
    watcher = wall.watcher()
    step: Any = type("Step", (), {"action": "done", "target": "", "error": ""})
    watcher.on_step(0, event().episode, 1, step, lambda: sent.append(1) or b"")  # type: ignore[func-returns-value]
    assert sent == []
    wall.show(event())
    with closing(wall.updates()) as updates:
        next(updates)
        watcher.on_step(0, event().episode, 1, step, lambda: sent.append(1) or b"")  # type: ignore[func-returns-value]
        assert sent == [1]


def test_a_crowd_is_counted_and_the_first_are_shown() -> None:
    wall = Wall("Shop")
    for worker in range(TILES + 10):
        wall.show(event(worker, outcome="success"))
    with closing(wall.updates()) as updates:
        first = next(updates)
    assert len(first["tiles"]) == TILES
    assert first["workers"] == first["counts"]["success"] == TILES + 10


def test_a_page_that_is_too_slow_gets_the_last_state_and_no_backlog() -> None:
    wall = Wall("Shop")
    wall.show(event())
    with closing(wall.updates()) as updates:
        next(updates)
        for steps in range(100):
            wall.show(event(0, steps=steps))
        assert [tile["steps"] for tile in next(updates)["tiles"]] == [99]


def test_the_page_its_events_and_its_pictures_are_served_with_a_token() -> None:
    wall = Wall("<Shop>", total=1)
    wall.show(event(3, picture=b"jpeg", outcome="success"))
    with wall_page(wall) as url:
        with urlopen(url, timeout=5) as page:
            text = page.read().decode()
        assert "&lt;Shop&gt;" in text
        with urlopen(f"{url}picture/3?7", timeout=5) as picture:
            assert (picture.read(), picture.headers["Content-Type"]) == (b"jpeg", "image/jpeg")
        with urlopen(f"{url}events", timeout=5) as events:
            piece = json.loads(events.readline().decode().removeprefix("data: "))
        assert piece["counts"]["success"] == 1


def test_there_is_no_other_page() -> None:
    pages = WallPages(Wall("Shop"))
    assert [pages.answer(path) for path in ("picture/0", "picture/x", "picture", "wall.js")] == [None] * 4
