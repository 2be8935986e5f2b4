"""What a story can do, told to a world in which apps only listen."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from gristmill.apps.base import AppSpec, TaskRegistry
from gristmill.apps.server.database import LentConnection
from gristmill.apps.stories import prelude, script_of
from gristmill.apps.stories.company import SITES, with_voice
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, Shared, Story
from gristmill.apps.stories.voices import in_voice
from gristmill.apps.world.builder import build_world
from gristmill.apps.world.choice import WorldChoice, WorldSize
from gristmill.apps.world.chronicle import chronicle
from gristmill.apps.world.world import World

Use = Callable[[Callable[[StoryWriter], None]], SimpleNamespace]
SMALL = WorldSize.SMALL


def silent(s: StoryWriter) -> Acts:
    """A story that tells nothing."""
    yield


@pytest.fixture
def use() -> Iterator[Use]:
    """Write a story of one's own before all others; returns the script."""
    connections: list[LentConnection] = []

    def use(
        write: Callable[[StoryWriter], None], apps: tuple[str, ...] = ("chat", "mail")
    ) -> SimpleNamespace:
        taken = SimpleNamespace(script=None)

        def seed(world: World, _: Any) -> None:
            shared = chronicle(world.db).script
            assert isinstance(shared, Shared)
            if taken.script is None:
                write(
                    StoryWriter(
                        shared, Story(key="own", write=silent, needs=frozenset(), size=SMALL, rank=99)
                    )
                )
            taken.script = script_of(world)

        specs = [
            AppSpec(
                name=name, title=name, version="1", create_app=lambda: Flask("x"), seed=seed,
                tasks=TaskRegistry(name), prelude=prelude,
            )
            for name in apps
        ]  # fmt: skip
        connections.append(sqlite3.connect(":memory:", factory=LentConnection))
        build_world(specs, WorldChoice(seed=4, size=SMALL), connections[-1])
        return taken

    yield use
    for each in connections:
        each.shut()


def test_what_the_person_at_the_centre_would_do_after_the_start_is_left_out(use: Use) -> None:
    def build_stories(s: StoryWriter) -> None:
        other = next(each for each in s.cast.staff() if each.id != s.desk.id)
        for who in (s.desk, other):
            for at in ("-40m", "+5m"):
                s.mail(who, [s.list_of("all")], at, "Subject", "Text.", key=f"mail {who.id} {at}")
                s.post("teacups", who, at, "Text", key=f"post {who.id} {at}")
        s.mail(s.desk, [other], "+2m", "In the outbox", "Text.", folder="scheduled", key="outbox")

    script = use(build_stories).script
    own = [act.key for act in (*script.mails, *script.posts) if act.key.startswith("own.")]
    assert len(own) == 7
    assert "own.outbox" in own


def test_times_are_moved_into_the_office_hours_of_whoever_acts(use: Use) -> None:
    moved = {}

    def build_stories(s: StoryWriter) -> None:
        for site in SITES:
            someone = s.cast.staff(site.key)[0]
            moved[site.key] = s.during(someone, "-4d 15:23"), timedelta(hours=site.offset_h)

    use(build_stories)
    local = {key: f"{at + shift:%H:%M}" for key, (at, shift) in moved.items()}
    assert local == {"PA": "15:23", "LV": "14:23", "HS": "12:23", "OS": "17:27", "AR": "20:27"}


def test_a_list_of_many_is_greeted_as_everybody_a_list_of_one_by_name(use: Use) -> None:
    def build_stories(s: StoryWriter) -> None:
        host = with_voice(s.one("controller"), 5)
        s.mail(host, [s.list_of("all")], "-1d 10:00", "Subject", "Text.", key="all")
        s.mail(host, [s.list_of("receipts")], "-1d 10:00", "Subject", "Text.", key="one")
        names.append(s.one("expenses clerk").given)

    names: list[str] = []
    mails = {act.key: act for act in use(build_stories).script.mails}
    assert mails["own.all"].greeting.endswith(" everybody,")
    assert mails["own.one"].greeting.endswith(f" {names[0]},")
    assert mails["own.all"].list_address == "all@wherrymoor.test"


def test_a_channel_that_is_opened_again_is_the_later_one(use: Use) -> None:
    def build_stories(s: StoryWriter) -> None:
        s.channel("teacups", s.desk, [s.desk], "-3d 10:00")
        assert s.members("teacups") == [s.desk]

    channels = [each for each in use(build_stories).script.channels if each.name == "teacups"]
    assert len(channels) == 1
    assert len(channels[0].members) == 1


def test_voices_that_write_in_lower_case_turn_sentences_and_leave_facts_alone() -> None:
    template = "I am late. The order {number} is Marlowick's, isn't it? Yes."
    assert in_voice(template, 4) == "i am late. the order {number} is Marlowick's, isn't it? yes"
    assert in_voice(template, 12) == "i am late. the order {number} is Marlowicks, isnt it? yes"
    assert in_voice(template, 8) == template


def test_lower_case_variants_are_for_those_who_write_so(use: Use) -> None:
    texts = []

    def build_stories(s: StoryWriter) -> None:
        careful, lowercase = with_voice(s.desk, 8), with_voice(s.desk, 4)
        texts.append(s.words("x", ("small one", "Large {n}", "small two"), by=careful, n=1))
        texts.append(s.words("y", ("Upper A.", (frozenset({8}), "Only careful")), by=lowercase))

    use(build_stories)
    assert texts == ["Large 1", "upper A"]


def test_whoever_is_away_writes_nothing_and_nobody_answers_it(use: Use) -> None:
    def build_stories(s: StoryWriter) -> None:
        gone, other = [each for each in s.cast.staff("PA") if each.id != s.desk.id][:2]
        s.away(gone, "-3d 09:00", "+2d 09:00")
        before = s.post("lunch", gone, "-5d 10:00", "Before", key="before")
        s.thread(before, other, "-5d 10:05", "Good", key="answered")
        own = s.post("lunch", gone, "-1d 10:00", "In the absence, by its own story", key="own")
        elsewhere = StoryWriter(
            s._shared, Story(key="else", write=silent, needs=frozenset(), size=SMALL, rank=99)
        )
        lost = elsewhere.post("lunch", gone, "-1d 11:00", "Left out", key="lost")
        elsewhere.thread(lost, other, "-1d 11:05", "Left out too", key="answer")
        mail = elsewhere.mail(gone, [other], "-1d 11:00", "Subject", "Left out.", key="mail")
        elsewhere.reply(other, mail, "-1d 11:30", "Left out as well.", key="reply")
        elsewhere.mail(gone, [other], "-1d 12:00", "Note", "Away.", key="note", is_automatic=True)
        elsewhere.later("react", other, "+3m", post=lost, emoji="heart")
        assert gone not in s.present()
        assert other in s.present("PA")
        assert own.text

    script = use(build_stories).script
    acts = (*script.mails, *script.posts)
    keys = {act.key for act in acts if act.key.startswith(("own.", "else."))}
    assert keys == {"own.before", "own.answered", "own.own", "else.note"}
    assert not any(change.emoji == "heart" for change in script.changes)
