"""Votes that stories cast after the start of a world."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.chat import handlers
from gristmill.apps.chat.models import Vote
from gristmill.apps.world.world import World


@pytest.mark.parametrize(("option", "expected"), [(0, 0), (1, 1), (None, None)])
def test_a_vote_is_changed_or_taken_back(
    db: Session, world: World, chat: object, option: int | None, expected: int | None
) -> None:
    person = chat.person("buyer")  # type: ignore[attr-defined]
    voter = db.scalars(select(Vote.person_id).order_by(Vote.person_id)).first() or person
    payload = {"key": "chat-test.poll", "person_id": voter, "option": option}

    handlers.vote(world, payload)
    db.flush()

    assert db.scalar(select(Vote.option).where(Vote.person_id == voter)) == expected
