"""The shop, Marlowick: a general store with search, cart and checkout."""

from gristmill.apps.base import AppSpec
from gristmill.apps.shop import handlers
from gristmill.apps.shop.factory import create_app
from gristmill.apps.shop.seed import seed
from gristmill.apps.shop.tasks import TASKS

APP = AppSpec(
    name="shop",
    title="Marlowick",
    version="6",
    create_app=create_app,
    seed=seed,
    tasks=TASKS,
    bookkeeping=frozenset({"shop_viewed", "shop_compared"}),
    public_sequences=frozenset({"shop_order", "shop_return"}),
    handlers=handlers.EVENTS,
)
