"""Create a channel: what is right, and each mistake by the check that names it."""

import re

import pytest

from gristmill.apps.chat.models import Channel
from gristmill.apps.kit.oracle_page import first
from gristmill.apps.world.models import Person

pytestmark = pytest.mark.slow

TASK = "Chat-Channel-v0"


@pytest.fixture
def done(ordinary):
    """An episode in which the oracle has done everything but saying so."""
    episode = ordinary(TASK)
    assert episode.oracle() == "done"
    return episode


@pytest.fixture
def form(ordinary):
    """An episode in which the form is filled in."""
    episode = ordinary(TASK)
    create = first_button(episode)
    episode.oracle(until=lambda action: create(action))
    return episode


def first_button(episode):
    def is_create(action: str) -> bool:
        node = first(episode.env.runner.outline(), "button", "Create channel")
        return node is not None and action == f"click {node.ref}"

    return is_create


def number(episode) -> int:
    with episode.env.runner.episode.session.orm_session() as db:
        return db.query(Channel).filter(Channel.name == episode.terms["name"]).one().id


def name_of(episode, person_id: int) -> str:
    with episode.env.runner.episode.session.orm_session() as db:
        return db.get_one(Person, person_id).name


def tick(episode, person_id: int):
    box = first(episode.env.runner.outline(), "checkbox", re.compile(f"{name_of(episode, person_id)}, .*"))
    return episode.act(f"{'uncheck' if 'checked' in box else 'check'} {box.ref}")


def test_the_oracle_creates_the_channel(done) -> None:
    assert done.end().success


def test_a_channel_that_was_renamed_and_filled_later_is_right(form) -> None:
    form.fill("Name", "quite-another-name")
    other = next(each for each in form.terms["members"] if each != form.env.runner.episode.task.person_id)
    tick(form, other).click("button", "Create channel")
    assert form.oracle() == "done"
    assert form.end().success


def test_somebody_removed_again_is_right(form) -> None:
    tick(form, form.terms["guest"]).click("button", "Create channel")
    assert form.oracle() == "done"
    assert form.end().success


def test_a_guest_fails(form) -> None:
    tick(form, form.terms["guest"]).click("button", "Create channel")
    assert {"no guest invited"} <= form.failed() == {"no guest invited", "topic"}


def test_somebody_else_fails(done) -> None:
    done.act(f"goto /c/{number(done)}/invite")
    taken = {*done.terms["members"], done.terms["guest"]}
    tick(done, next(each for each in range(1, 40) if each not in taken and is_offered(done, each)))
    assert done.click("button", re.compile("Invite to .*")).failed() == {"nobody else invited"}


def is_offered(episode, person_id: int) -> bool:
    name = re.compile(f"{name_of(episode, person_id)}, .*")
    return first(episode.env.runner.outline(), "checkbox", name) is not None


def test_the_other_kind_fails_and_cannot_be_undone(form) -> None:
    other = "Public" if form.terms["kind"] == "private" else "Private"
    box = first(form.env.runner.outline(), "radio", re.compile(f"{other}.*"))
    form.act(f"check {box.ref}").click("button", "Create channel")
    assert form.is_lost()
    assert "public or private as asked" in form.failed()


def test_a_second_channel_fails(done) -> None:
    done.act("goto /channels/new").fill("Name", "quite-another-name").click("button", "Create channel")
    assert done.is_lost()
    assert "one channel created" in done.failed()


def test_a_starred_channel_fails(done) -> None:
    assert done.act(f"goto /c/{number(done)}").click("button", "Star").failed() == {"nothing else changed"}


def test_a_name_that_is_taken_is_given_up(impossible) -> None:
    episode = impossible(TASK)
    assert episode.end(episode.oracle()).success


def test_a_similar_name_instead_of_one_that_is_taken_fails(impossible) -> None:
    episode = impossible(TASK).act("goto /channels/new")
    episode.fill("Name", f"{episode.terms['name']}-2").click("button", "Create channel")
    assert "nothing else changed" in episode.failed('give_up "The name is taken."')
