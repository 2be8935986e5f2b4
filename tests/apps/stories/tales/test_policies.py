"""The rules of the company can be read at one place each, and the older wordings as well."""

import re
from datetime import datetime

import pytest

from gristmill.apps.stories.rules import RULES
from gristmill.apps.world.choice import WorldSize

START = datetime(2031, 3, 4, 10)


def test_the_limit_in_force_differs_from_the_older_one_which_can_still_be_read(build_stories) -> None:
    built = build_stories(size=WorldSize.SMALL)
    facts = built.facts("policies")
    mails = {act.key: act.text for act in built.script.mails}
    assert facts["P1"] in mails["policies.limits"]
    assert facts["P1 before"] not in mails["policies.limits"]
    assert facts["P1 before"] in mails["policies.old-limits"]


def spelled(wording: str) -> str:
    """A pattern of a wording with anything in its slots."""
    return re.sub(r"\\{\w+\\}", ".+?", re.escape(wording))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, pytest.param(3, marks=pytest.mark.sweep)])
def test_every_rule_is_in_force_at_one_place(build_stories, seed) -> None:
    script = build_stories(seed, size=WorldSize.SMALL).script
    pins = [act for act in script.posts if act.pinned_by and act.unpinned_at is None]
    acts = [*pins, *(act for act in script.mails if act.key != "policies.old-limits")]
    texts = [act.text for act in acts if act.key.startswith("policies")]
    for name, wordings in RULES.items():
        found = [text for text in texts for wording in wordings if re.search(spelled(wording), text)]
        assert len(found) == 1, name
    assert sum("Oxbower" in text for text in texts) == 1


def test_all_rules_but_the_shops_and_that_on_trips_have_several_wordings() -> None:
    assert {int(name[1:]) for name in RULES} == set(range(1, 30)) - {15, 16, 17}
    for name, wordings in RULES.items():
        slots = [set(re.findall(r"{\w+}", wording)) for wording in wordings]
        assert len(wordings) >= 3
        assert all(each == slots[0] or name in {"P2"} for each in slots), name


def test_pins_are_set_by_members_after_the_channel_was_opened(build_stories) -> None:
    script = build_stories(size=WorldSize.SMALL).script
    channels = {each.name: each for each in script.channels}
    for act in script.posts:
        if act.pinned_by is not None:
            assert act.pinned_by in channels[act.channel].members
            assert channels[act.channel].created_at < act.at < act.pinned_at < START


def test_rules_are_written_at_work(build_stories, absent) -> None:
    assert absent(build_stories(size=WorldSize.SMALL), ("policies",)) == []
