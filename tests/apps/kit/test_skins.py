import sqlite3
from collections.abc import Callable

import pytest
from flask import Flask

from gristmill.apps.kit.current_skin import skin_url
from gristmill.apps.kit.flask_app import create_flask_app
from gristmill.apps.kit.labels import WORDINGS
from gristmill.apps.kit.skins import SKINS, VARIED, Skin, skin_named, skins_of
from gristmill.apps.shop import factory


def app_of(import_name: str) -> Flask:
    app = create_flask_app(import_name, "mail")
    app.add_url_rule("/skin", "skin", skin_url)
    return app


@pytest.mark.parametrize("skin", ["default", "harbour"])
def test_an_apps_own_tokens_are_linked(
    corner: sqlite3.Connection, arrange: Callable[[str], None], skin: str
) -> None:
    arrange(f"UPDATE world_settings SET skin = '{skin}'")
    client = app_of(factory.__name__).test_client()
    url = client.get("/skin").text

    assert url.startswith(f"/static/skins/{skin}.css?v=")
    with client.get(url) as response:
        assert b":root" in response.data


@pytest.mark.parametrize(
    ("skin", "file"), [("default", "default"), ("night", "night"), ("poster", "default")]
)
def test_an_app_without_tokens_has_those_of_the_kit(
    corner: sqlite3.Connection, arrange: Callable[[str], None], skin: str, file: str
) -> None:
    arrange(f"UPDATE world_settings SET skin = '{skin}'")
    client = app_of(__name__).test_client()
    url = client.get("/skin").text

    assert url.startswith(f"/assets/skins/{file}.css?v=")
    with client.get(url) as response:
        assert b":root" in response.data


def test_the_splits_share_no_skin_and_leave_none_out() -> None:
    train, test = skins_of("train"), skins_of("test")
    assert len(train) == 5
    assert len(test) == 3
    assert {*train, *test} == set(SKINS)
    assert VARIED not in SKINS


def test_the_test_skins_have_wordings_and_formats_that_no_train_skin_has() -> None:
    train, test = ([SKINS[name] for name in skins_of(split)] for split in ("train", "test"))
    assert {skin.wording for skin in [*train, *test]} == set(range(WORDINGS))
    assert {skin.wording for skin in test} - {skin.wording for skin in train}
    assert {skin.formats for skin in test} - {skin.formats for skin in train}


def test_each_trait_is_met_in_training_except_formats() -> None:
    train = [SKINS[name] for name in skins_of("train")]
    for trait in ("is_compact", "has_nav_right", "is_dark", "has_notices"):
        assert {getattr(skin, trait) for skin in train} == {False, True}


def test_a_skin_that_only_an_app_knows_has_no_traits() -> None:
    assert skin_named("poster") == Skin(name="poster")
    assert Skin(name="poster").classes == ""
    assert SKINS["ember"].classes == "compact nav-right dark"
