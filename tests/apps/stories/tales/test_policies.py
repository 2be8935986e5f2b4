"""The rules of the company can be read at one place each, and the older wordings as well."""

import re
from datetime import datetime

from gristmill.apps.world.choice import WorldSize

START = datetime(2031, 3, 4, 10)


def test_the_limit_in_force_differs_from_the_older_one_which_can_still_be_read(tell) -> None:
    telling = tell(size=WorldSize.SMALL)
    facts = telling.facts("policies")
    mails = {act.key: act.text for act in telling.script.mails}
    assert facts["P1"] in mails["policies.limits"]
    assert facts["P1 before"] not in mails["policies.limits"]
    assert facts["P1 before"] in mails["policies.old-limits"]


def test_every_rule_is_in_force_at_one_place(tell) -> None:
    script = tell(size=WorldSize.SMALL).script
    pins = [act for act in script.posts if act.pinned_by and act.unpinned_at is None]
    texts = [act.text for act in pins if act.key.startswith("policies")]
    texts += [act.text for act in script.mails if act.key.startswith("policies") and "old" not in act.key]
    for words in (
        "no approval", "seven days", "latest word|last|later", "coupon", "candles", "receipts@", "alcohol",
        "mail room, with your name", "newest pinned list", "three offers", "purchase order", "telephone",
        "Oxbower", "office hours", "smallest room", "@channel", "Guests", "Confidential", "deletes it",
        "a head at the most", "declined", "bounces", "one working day", "Two interviewers", "information",
    ):  # fmt: skip
        found = [text for text in texts if re.search(words, text)]
        assert found, words
    assert sum("meals to" in text for text in texts) == 1


def test_pins_are_set_by_members_after_the_channel_was_opened(tell) -> None:
    script = tell(size=WorldSize.SMALL).script
    channels = {each.name: each for each in script.channels}
    for act in script.posts:
        if act.pinned_by is not None:
            assert act.pinned_by in channels[act.channel].members
            assert channels[act.channel].created_at < act.at < act.pinned_at < START


def test_rules_are_written_at_work(tell, absent) -> None:
    assert absent(tell(size=WorldSize.SMALL), ("policies",)) == []
