import sqlite3
from collections.abc import Callable

import pytest
from flask import Flask

from gristmill.apps.kit.flask_app import create_flask_app
from gristmill.apps.kit.skins import skin_url
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


def test_an_app_without_tokens_has_those_of_the_kit(corner: sqlite3.Connection) -> None:
    client = app_of(__name__).test_client()
    url = client.get("/skin").text

    assert url.startswith("/assets/skins/default.css?v=")
    with client.get(url) as response:
        assert b":root" in response.data
