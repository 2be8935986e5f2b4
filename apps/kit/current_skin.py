"""The skin of the current request: its tokens, labels and formats."""

from functools import cache
from pathlib import Path
from typing import cast

from flask import current_app, g, has_request_context, url_for

from gristmill.apps.kit.formats import US, Formats
from gristmill.apps.kit.labels import Labels, worded
from gristmill.apps.kit.skins import SKINS, Skin, skin_named
from gristmill.apps.server.database import db
from gristmill.apps.world.choice import DEFAULT_SKIN
from gristmill.apps.world.world import World


def current_skin() -> Skin:
    """The world's skin; one look-up per request."""
    if "skin" not in g:
        g.skin = skin_named(World(db()).skin)
    return cast(Skin, g.skin)


def skin_url() -> str:
    """The URL of the skin's tokens: the app's file, else the kit's."""
    name = current_skin().name
    sheet = f"skins/{name}.css"
    if is_file(current_app.static_folder, sheet):
        return url_for("static", filename=sheet)
    shared = name if name in SKINS else DEFAULT_SKIN
    return url_for("assets.static", filename=f"skins/{shared}.css")


def label_text(key: str) -> str:
    """The text of one of the app's labels in the skin's wording."""
    labels: Labels = current_app.extensions["labels"]
    return worded(labels, key, current_skin().wording)


def formats() -> Formats:
    """The skin's formats; those of the default skin outside a request, such as in a seed."""
    return current_skin().formats if has_request_context() and "db" in g else US


@cache
def is_file(folder: str | None, name: str) -> bool:
    """Whether an app has this static file; cached."""
    return folder is not None and (Path(folder) / name).is_file()
