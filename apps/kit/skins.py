"""Skins: alternative looks of an app clone.

A skin is a file of CSS tokens (colours, radii, font), `static/skins/<name>.css` in the app's package, and a
name in `AppSpec.skins`. The skin of an episode is a row of its world, so checkpoints include it. An app
without a file for a skin uses the kit's default tokens.
"""

from functools import cache
from pathlib import Path

from flask import current_app, url_for

from gristmill.apps.server.database import db
from gristmill.apps.world.choice import DEFAULT_SKIN
from gristmill.apps.world.world import World


def skin_url() -> str:
    """The URL of the current world's skin."""
    sheet = f"skins/{World(db()).skin}.css"
    if is_file(current_app.static_folder, sheet):
        return url_for("static", filename=sheet)
    return url_for("assets.static", filename=f"skins/{DEFAULT_SKIN}.css")


@cache
def is_file(folder: str | None, name: str) -> bool:
    """Whether an app has this static file; cached."""
    return folder is not None and (Path(folder) / name).is_file()
