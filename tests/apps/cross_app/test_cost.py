"""What a world of all three apps costs: to build, and to restore for an episode."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from time import process_time
from typing import Any

import pytest

from gristmill.apps.chat import APP as CHAT
from gristmill.apps.mail import APP as MAIL
from gristmill.apps.server.session_pool import SessionPool
from gristmill.apps.shop import APP as SHOP
from gristmill.apps.world.builder import build_world
from gristmill.apps.world.choice import WorldChoice, WorldSize
from gristmill.apps.world.handlers import Handlers
from gristmill.snapshots.pages import PatchedImage

SPECS = [CHAT, MAIL, SHOP]
LONGEST_BUILD_S = {WorldSize.STANDARD: 10, WorldSize.LARGE: 60}
MOST_COPIES = 4  # of the image's bytes in memory, that restoring may cost as much as
TRIES = 20


def spent(work: Callable[[], Any]) -> float:
    """CPU seconds."""
    begun = process_time()
    work()
    return process_time() - begun


@pytest.mark.slow
@pytest.mark.parametrize("size", [WorldSize.STANDARD, pytest.param(WorldSize.LARGE, marks=pytest.mark.sweep)])
def test_a_world_is_built_in_seconds_and_restored_at_the_cost_of_copying_it(size: WorldSize) -> None:
    with closing(sqlite3.connect(":memory:")) as rows:
        assert spent(lambda: build_world(SPECS, WorldChoice(size=size), rows)) < LONGEST_BUILD_S[size]
        image = rows.serialize()
    base, pool, names = PatchedImage.whole(image), SessionPool(), [spec.name for spec in SPECS]
    restoring, copying = [], []
    for _ in range(TRIES):
        session = pool.open(base, names, handlers=Handlers.of(SPECS))
        restoring.append(spent(lambda session=session: session.connection().__enter__()))  # type: ignore[misc]
        copying.append(spent(lambda: bytearray(image)))
        pool.close(session)
    assert min(restoring) < MOST_COPIES * min(copying), (restoring, copying)
