"""Stories about buying and receiving: their questions have one answer, and a lure that differs."""

import ast
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from gristmill.apps.stories import tales
from gristmill.apps.world.choice import WorldSize

STORIES = (
    "february-receipts", "late-chairs", "power-bank-recall", "standup-stools", "conditional-keyboards",
    "denied-rugs", "deputy-approves", "refund-short", "lost-parcel", "ordered-twice", "price-drop",
    "reading-corner", "secret-gift",
)  # fmt: skip
TOLD_IN_WORDS = (
    "late-chairs", "conditional-keyboards", "deputy-approves", "lost-parcel", "ordered-twice", "price-drop",
)  # fmt: skip
START = datetime(2031, 3, 4, 10)
LEFT = datetime(2031, 2, 28, 17, 30)
SEEDS = pytest.mark.parametrize("seed", [1, 2, pytest.param(3, marks=pytest.mark.sweep)])


def texts(built, story):
    acts = [*built.script.mails, *built.script.posts]
    own = [act for act in acts if act.key.startswith(story + ".")]
    edits = [text for act in own if hasattr(act, "edits") for _, text in act.edits]
    return [act.text for act in own] + edits


@pytest.mark.slow
@SEEDS
@pytest.mark.parametrize("story", STORIES)
def test_the_question_of_a_story_has_an_answer_and_a_lure_that_differs(build_stories, seed, story) -> None:
    facts = build_stories(seed).facts(story)
    assert facts["answer"]
    assert facts["lure"]
    assert facts["answer"] != facts["lure"]


@SEEDS
@pytest.mark.parametrize("story", TOLD_IN_WORDS)
def test_answer_and_lure_both_stand_in_what_people_write(build_stories, seed, story) -> None:
    built = build_stories(seed)
    facts, written = built.facts(story), " ".join(texts(built, story))
    assert facts["lure"] in written
    assert facts["answer"] in written


@SEEDS
def test_people_write_while_they_are_at_work(build_stories, absent, seed) -> None:
    assert absent(build_stories(seed), STORIES) == []


@SEEDS
def test_authors_are_members_of_the_channels_that_they_write_in(build_stories, seed) -> None:
    built = build_stories(seed)
    members = {each.name: (each.members, each.joined, each.created_at) for each in built.script.channels}
    for act in built.script.posts:
        if act.key.startswith(STORIES) and act.channel:
            own, joined, opened = members[act.channel]
            for person in (act.author_id, *(person for person, _, _ in act.reactions)):
                assert person in own, act.key
                assert joined.get(person, opened) <= act.at, act.key
            assert all(at >= act.at for _, _, at in act.reactions), act.key


@SEEDS
def test_the_person_at_the_centre_does_nothing_after_the_start(build_stories, seed) -> None:
    built = build_stories(seed)
    late = [
        act for act in (*built.script.mails, *built.script.posts) if act.at.hour >= 10 and act.at.day == 4
    ]
    acts = (*built.script.mails, *built.script.posts)
    late = [act for act in acts if act.at > START and act.key.startswith(STORIES)]
    assert late
    for act in late:
        author = act.sender.person_id if hasattr(act, "sender") else act.author_id
        assert author != built.cast.desk_id


@pytest.mark.parametrize("story", STORIES)
def test_wordings_hold_no_digit_that_did_not_come_from_a_fact(story) -> None:
    source = (Path(tales.__path__[0]) / f"{story.replace('-', '_')}.py").read_text()
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    wordings = [node.args[1] for node in calls if getattr(node.func, "attr", "") == "words"]
    texts = [each.value for node in wordings for each in ast.walk(node) if isinstance(each, ast.Constant)]
    assert wordings
    assert [text for text in texts if isinstance(text, str) and re.search(r"\d", text)] == []


@pytest.mark.slow
def test_small_worlds_tell_some_of_the_stories(build_stories) -> None:
    told = {fact.story for fact in build_stories(size=WorldSize.SMALL).script.facts}
    assert told & set(STORIES) == {"february-receipts", "standup-stools", "ordered-twice"}


@SEEDS
def test_threads_that_are_handed_over_reach_the_person_at_the_centre_whole(build_stories, seed) -> None:
    built = build_stories(seed)
    desk = built.cast.desk_id
    mails = [act for act in built.script.mails if act.key.endswith(".hand-over")]
    assert mails
    for act in mails:
        assert [each.person_id for each in act.to] == [desk] != [act.sender.person_id]
        assert timedelta(0) < START - act.at < timedelta(minutes=40)
        parent = act.parent
        while parent is not None:
            assert parent.text in act.quote
            parent = parent.parent


@SEEDS
def test_everything_that_answers_something_answers_what_is_told(build_stories, seed) -> None:
    script = build_stories(seed).script
    for acts in (script.mails, script.posts):
        known = {act.key for act in acts}
        assert [act.key for act in acts if act.parent is not None and act.parent.key not in known] == []


@SEEDS
def test_the_head_of_field_and_an_owner_on_leave_write_nothing_more(build_stories, seed) -> None:
    built = build_stories(seed)
    posts = {act.key: act for act in built.script.posts}
    for key in ("deputy-approves.away", "power-bank-recall.leave"):
        gone = posts[key]
        acts = [act for act in built.script.posts if act.author_id == gone.author_id and act.at > LEFT]
        mails = [
            act for act in built.script.mails if act.sender.person_id == gone.author_id and act.at > LEFT
        ]
        assert [act.key for act in (*acts, *mails) if act.key != "deputy-approves.note"] == []


@SEEDS
def test_orders_that_texts_place_at_a_mail_room_went_there(build_stories, seed) -> None:
    orders = build_stories(seed).book.orders
    for key, street in (
        ("standup-stools.earlier", "14 Harbor Street"), ("late-chairs.chairs", "3 Millrace Lane"),
        ("late-chairs.twin", "14 Harbor Street"), ("lost-parcel.clock", "14 Harbor Street"),
    ):  # fmt: skip
        assert street in orders[key].placed.ship_to


@SEEDS
def test_people_of_these_stories_answer_when_they_are_written_to_but_never_the_person_at_the_centre(
    build_stories, seed
) -> None:
    built = build_stories(seed)
    rules = [rule for rule in built.script.rules if rule.key.startswith(STORIES)]
    asked = {rule.key.split(".")[0] for rule in rules if rule.person_id != built.cast.desk_id}
    assert asked >= {"deputy-approves", "refund-short", "power-bank-recall"}
    number = built.facts("refund-short")["order"]
    shop = next(rule for rule in rules if rule.email == "help@marlowick.test")
    assert re.search(shop.when, f"My order {number} again")
    assert not re.search(shop.when, "My order MW-00000-00 again")
