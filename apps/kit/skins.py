"""Skins: the ways in which an app clone can look.

A skin is a file of CSS tokens (colours, radii, font), `static/skins/<name>.css` in the app's package, and a
name in `AppSpec.skins`. Which one an episode has is a row of its world, so checkpoints carry it. An app
without a file for a skin has the kit's neutral tokens.
"""

from functools import cache
from pathlib import Path

from flask import current_app, url_for

from gristmill.apps.server.database import db
from gristmill.apps.world.choice import DEFAULT_SKIN
from gristmill.apps.world.world import World


def skin_url() -> str:
    """Where the tokens of the current world's skin are."""
    sheet = f"skins/{World(db()).skin}.css"
    if is_file(current_app.static_folder, sheet):
        return url_for("static", filename=sheet)
    return url_for("assets.static", filename=f"skins/{DEFAULT_SKIN}.css")


@cache
def is_file(folder: str | None, name: str) -> bool:
    """Whether an app has this static file; looked up once."""
    return folder is not None and (Path(folder) / name).is_file()
