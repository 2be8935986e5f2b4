"""Stories have an answer, and a lure that differs from it, in every world."""

import re

import pytest

STORIES = (
    "brassnock-invoice", "signature-chase", "housing-colour", "key-in-channel",
    "two-of-a-name", "siskin-slips", "review-moves", "password-phish",
    "tides-list", "school-trip", "new-surname", "quay-reorg",
    "pulse-survey", "channel-rename", "farewell-envelope",
    "tide-outage", "leaver-handover", "forwarded-chain", "harbour-complaint",
    "three-offers", "wrong-way-round", "expense-claims", "target-question",
    "weir-twice", "conference-travel", "field-interview", "offsite-poll",
    "manual-comments", "pilot-archive", "oncall-swap", "first-week",
    "club-kit", "moving-house",
)  # fmt: skip
WORLDS = (1, 2, pytest.param(3, marks=pytest.mark.sweep))


@pytest.mark.slow
@pytest.mark.parametrize("seed", WORLDS)
@pytest.mark.parametrize("story", STORIES)
def test_the_answer_differs_from_the_lure(build_stories, story: str, seed: int) -> None:
    facts = build_stories(seed).facts(story)
    assert facts["answer"]
    assert facts["lure"]
    assert facts["answer"] != facts["lure"]


@pytest.mark.parametrize("seed", WORLDS)
def test_people_write_when_they_are_at_work(build_stories, absent, seed: int) -> None:
    found = absent(build_stories(seed), (*STORIES, "lunch-poll"))
    assert [act for act in found if not act.startswith("tide-outage.night")] == []  # those on call


@pytest.mark.parametrize("seed", WORLDS)
def test_the_last_word_on_the_colour_stands_in_the_thread(build_stories, seed: int) -> None:
    built = build_stories(seed)
    facts = built.facts("housing-colour")
    thread = [act for act in built.script.posts if act.key.startswith("housing-colour") and act.parent]
    decisions = [act.text for act in thread if re.search(r"Moss|Slate|Sand|Heron|Rust|Kelp", act.text)]
    assert facts["answer"] in decisions[-1]


@pytest.mark.parametrize("seed", WORLDS)
def test_only_signatures_under_the_last_version_count(build_stories, seed: int) -> None:
    built = build_stories(seed)
    acts = [act for act in built.script.mails if act.key.startswith("signature-chase")]
    fourth = next(act for act in acts if "version four" in act.subject and act.parent is None)
    start = max(act.at for act in acts if act.folder == "drafts")
    signed = {
        act.sender.name for act in acts if act.parent is fourth and act.kind == "mail" and act.at < start
    }
    missing = {each.name for each in fourth.to} - signed
    assert missing == set(built.facts("signature-chase")["answer"].replace("nobody", "").split(", ")) - {""}
