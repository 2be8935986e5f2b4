"""Screenshots find a page of every kind, over links and over walks, and end as a sheet for each app."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import page_walks
import pytest
import screenshots
from flask import Flask, redirect, request
from page_walks import walk
from PIL import Image
from screenshots import Atlas
from werkzeug.wrappers import Response

from gristmill.apps.base import AppSpec, TaskRegistry
from gristmill.apps.kit.flask_app import create_flask_app
from gristmill.apps.world.choice import WorldChoice, WorldSize
from gristmill.envs.episode.runtime import Runtime
from gristmill.plugins import Catalogue, installed

FRAME = "<!doctype html><html lang=en><title>{0}</title><h1>{0}</h1>{1}"
HOME = '<a href="/rooms/1">First</a> <a href="/rooms/2">Second</a> <a href="/rooms/3">Third</a>'
DOOR = (
    '<form method=post action="/doors"><label>Key <input name=key></label><label>To <select name=to>'
    "<option>Cellar<option>Attic</select></label><button>Open the door</button></form>"
)
STEPS = (("textbox", "Key", "brass"), ("combobox", "To", "Attic"), ("button", "Open"))


def hall() -> str:
    return FRAME.format("Hall", f"{request.args['key']} to {request.args['to']}")


def open_door() -> Response:
    return redirect(f"/hall?key={request.form['key']}&to={request.form['to']}", 303)


def create_app() -> Flask:
    """An app whose hall is behind a form, and whose second room has the most to read."""
    app = create_flask_app(__name__, "house")
    app.add_url_rule("/", "home", lambda: FRAME.format("House", HOME + DOOR))
    app.add_url_rule(
        "/rooms/<int:number>", "room", lambda number: FRAME.format("Room", "A bed. " * (number == 2))
    )
    app.add_url_rule("/hall", "hall", hall)
    app.add_url_rule("/doors", "open", open_door, methods=["POST"])
    return app


HOUSE = AppSpec(
    name="house", title="House", version="1", create_app=create_app,
    seed=lambda world, rng: None, tasks=TaskRegistry("house"),
)  # fmt: skip


@pytest.fixture(autouse=True)
def house(monkeypatch: pytest.MonkeyPatch) -> None:
    found = installed()
    with_house = Catalogue({**found.apps, "house": HOUSE}, found.families)
    monkeypatch.setattr("gristmill.envs.episode.runtime.installed", lambda: with_house)
    monkeypatch.setattr(screenshots, "installed", lambda: with_house)
    monkeypatch.setitem(page_walks.WALKS, "house.test hall", walk("house.test home", *STEPS))


@pytest.fixture
def atlas() -> Iterator[Atlas]:
    with closing(Runtime()) as runtime:
        yield Atlas(runtime, [HOUSE], WorldChoice(size=WorldSize.SMALL))


def test_the_page_with_the_most_to_read_stands_for_its_kind(atlas: Atlas) -> None:
    atlas.explore()
    assert atlas.places["house.test room"].url == "http://house.test/rooms/2"
    assert [place.name for place in atlas.of(HOUSE)] == ["home", "room", "hall"]
    assert [place.name for place in atlas.of(HOUSE, ["hall", "shed"])] == ["hall"]


def test_a_page_behind_a_form_is_reached_by_its_walk(atlas: Atlas) -> None:
    atlas.explore()
    assert atlas.places["house.test hall"].url == "http://house.test/"
    assert [step.text for step in atlas.places["house.test hall"].steps] == ["brass", "Attic", ""]
    assert atlas.missing() == []


@pytest.mark.parametrize("steps", [(("button", "Open the window"),), (("link", "First"),)])
def test_a_walk_that_ends_elsewhere_leaves_its_page_missing(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch, steps: tuple[tuple[str, ...], ...]
) -> None:
    monkeypatch.setitem(page_walks.WALKS, "house.test hall", walk("house.test home", *steps))
    atlas.explore()
    assert atlas.missing() == ["house.test hall"]


@pytest.mark.browser
def test_a_sheet_is_written_for_each_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(page_walks.DARK_PAGES, "house", ("hall",))
    assert screenshots.main(["--apps=house", "--size=small", f"--out={tmp_path}"]) == 0
    with Image.open(tmp_path / "house.webp") as sheet:
        assert sheet.width == 1600
        with_dark = sheet.height
    monkeypatch.delitem(page_walks.DARK_PAGES, "house")
    assert screenshots.main(["--apps=house", "--size=small", f"--out={tmp_path}"]) == 0
    with Image.open(tmp_path / "house.webp") as sheet:
        assert sheet.height < with_dark


@pytest.mark.browser
def test_a_kind_of_page_that_is_not_reached_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(page_walks.WALKS, "house.test hall")
    assert screenshots.main(["--apps=house", "--size=small", f"--out={tmp_path}"]) == 1
    assert "not reached: house.test hall" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize(
    "names", [("chat",), pytest.param(("shop", "mail", "chat"), marks=pytest.mark.sweep)], ids=" ".join
)
def test_every_kind_of_page_of_the_apps_is_reached(names: tuple[str, ...]) -> None:
    with closing(Runtime()) as runtime:
        apps = [installed().app(name) for name in names]
        atlas = Atlas(runtime, apps, WorldChoice())
        atlas.explore()
        assert atlas.missing() == []
