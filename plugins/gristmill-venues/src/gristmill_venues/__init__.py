"""Hallstead: event venues to find, hold and book, as an app clone for Gristmill."""

from gristmill import AppSpec

from gristmill_venues import handlers
from gristmill_venues.seed import seed
from gristmill_venues.tasks import TASKS
from gristmill_venues.views import create_app

APP = AppSpec(
    name="venues",
    title="Hallstead",
    version="1",
    create_app=create_app,
    seed=seed,
    tasks=TASKS,
    handlers=handlers.EVENTS,
)
