"""The acts of a world's stories fit together: times, presence, membership, secrets, addresses."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from gristmill.apps.stories.acts import MailAct, PostAct, Script

WORLDS = pytest.mark.parametrize("seed", [1, 2])
LAST_DAY_ENDS = datetime(2031, 3, 1)
ON_CALL = ("tide-outage.night",)
FIRM_NAMES = """
wherrymoor quillfold marlowick news.marlowick fleetwren haldencards brassnock cinderlow pewterby ohmlow
galleywick crumbwell quoinhithe oxbower gantrow estuarydays lists.estuarydays brightwaterharbour
dunmarrowwater kestrelgrowers eastlomondcanal datumpost sluiceweekly deskandchair ansleytable
"""
FIRMS = frozenset(FIRM_NAMES.split())
PRIVATE_BODIES = frozenset({"millraceroad.example", "ansleyrowers.example", "tolliverlets.example"})
SCHOLARS = frozenset(  # on the list about tides
    f"{name}.example" for name in ("pilots", "shoreline", "hydro", "basins", "tables", "datadesk")
)
DOMAIN = re.compile(r"\b(?:[a-z0-9-]+\.)+(?:test|example|invalid|com|org|net)\b")


def acts(script: Script) -> Iterator[MailAct | PostAct]:
    yield from script.mails
    yield from script.posts


@WORLDS
def test_answers_come_after_what_they_answer(build_stories, seed: int) -> None:
    script = build_stories(seed).script
    early = [act.key for act in acts(script) if act.parent is not None and act.at <= act.parent.at]
    assert early == []


@WORLDS
def test_posts_are_edited_deleted_pinned_and_reacted_to_after_they_were_made(
    build_stories, seed: int
) -> None:
    for act in build_stories(seed).script.posts:
        later = [at for at, _ in act.edits] + [at for _, _, at in (*act.reactions, *act.votes)]
        later += [at for at in (act.deleted_at, act.pinned_at, act.poll_closes_at) if at]
        assert [at for at in later if at < act.at] == [], act.key
        if act.unpinned_at:
            assert act.pinned_at is not None
            assert act.pinned_at < act.unpinned_at
        assert [at for _, _, at in act.votes if act.poll_closes_at and at > act.poll_closes_at] == []


@WORLDS
def test_people_write_while_they_are_at_work(build_stories, absent, seed: int) -> None:
    assert [act for act in absent(build_stories(seed), ("",)) if not act.startswith(ON_CALL)] == []


@WORLDS
def test_nobody_writes_after_having_left(build_stories, seed: int) -> None:
    built = build_stories(seed)
    gone = {each.id for each in built.cast.people.values() if each.status == "left"}
    for act in acts(built.script):
        author = act.sender.person_id if isinstance(act, MailAct) else act.author_id
        if author in gone and not act.is_automatic:
            assert act.at < LAST_DAY_ENDS, act.key


@WORLDS
def test_those_who_write_react_vote_and_pin_are_in_the_channel_at_that_time(build_stories, seed: int) -> None:
    script = build_stories(seed).script
    channels = {each.name: each for each in script.channels}
    for act in script.posts:
        doers = [(act.author_id, act.at), *((who, at) for who, _, at in (*act.reactions, *act.votes))]
        doers += [(act.pinned_by, act.pinned_at)] if act.pinned_by and act.pinned_at else []
        if act.channel is None:
            assert {who for who, _ in doers} <= set(act.people), act.key
            continue
        channel = channels[act.channel]
        for who, at in doers:
            assert channel.members is None or who in channel.members, act.key
            assert channel.joined.get(who, channel.created_at) <= at, act.key
            assert channel.archived_at is None or at < channel.archived_at, act.key


HANDLE = re.compile(r"@([a-z'-]+\.[a-z'-]*[a-z])")


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 11])
def test_people_mention_those_who_are_in_the_channel_above_all_the_person_at_the_centre(
    build_stories, seed: int
) -> None:
    built = build_stories(seed)
    script, handles = built.script, {each.handle[1:]: each.id for each in built.cast.people.values()}
    channels = {each.name: each for each in script.channels}
    mentions = [(act, handles[name]) for act in script.posts for name in HANDLE.findall(act.text)]
    for act, person_id in mentions:
        channel = channels[act.channel]
        assert channel.members is None or person_id in channel.members, act.key
        assert channel.joined.get(person_id, channel.created_at) <= act.at, act.key
    share = len({act.key for act, _ in mentions}) / sum(not act.is_automatic for act in script.posts)
    assert 0.03 < share < 0.15
    named = [act for act, person_id in mentions if person_id == built.cast.desk_id]
    assert len(named) >= 6
    start = datetime(2031, 3, 4, 10)
    assert sum(start - timedelta(days=1) < act.at <= start for act in named) >= 3


@WORLDS
def test_exchanges_in_channels_do_not_get_mixed_up(build_stories, seed: int) -> None:
    posts = [act for act in build_stories(seed).script.posts if act.channel and act.parent is None]
    banter = sorted(
        (act for act in posts if act.key.startswith("banter.")), key=lambda act: int(act.key.split(".")[1])
    )
    told = [
        (one, two)
        for one, two in pairwise(banter)
        if one.channel == two.channel and timedelta() < two.at - one.at <= timedelta(minutes=6)
    ]
    mixed = [
        one.key
        for one, two in told
        if any(act.channel == one.channel and one.at < act.at < two.at for act in posts)
    ]
    assert len(told) > 300
    assert len(mixed) <= 0.02 * len(told), mixed


@WORLDS
def test_changes_are_made_by_members_after_the_post(build_stories, seed: int) -> None:
    script = build_stories(seed).script
    channels = {each.name: each for each in script.channels}
    for change in script.changes:
        if change.post is not None:
            assert change.at > change.post.at
            if change.post.channel and channels[change.post.channel].members is not None:
                assert change.person_id in channels[change.post.channel].members


def readers(script: Script, act: MailAct | PostAct) -> set[int]:
    """The people of the company who can read an act where it was sent to."""
    if isinstance(act, PostAct):
        members = next((each.members for each in script.channels if each.name == act.channel), act.people)
        return set(members or ())
    found = {each.person_id for each in (*act.to, *act.cc, *act.bcc) if each.person_id}
    return found.union(*(script.lists.get(each.email, ()) for each in (*act.to, *act.cc, *act.bcc)))


@WORLDS
def test_confidential_facts_are_only_told_to_those_who_may_know_them(build_stories, seed: int) -> None:
    script = build_stories(seed).script
    secrets = [fact for fact in script.facts if fact.knows is not None]
    assert secrets
    for fact in secrets:
        for act in acts(script):
            text = f"{act.subject} {act.text} {act.quote}" if isinstance(act, MailAct) else act.text
            if fact.until is not None and act.at >= fact.until:
                continue
            if act.key.startswith(fact.story) and re.search(rf"(?<!\w){re.escape(fact.value)}(?!\w)", text):
                assert readers(script, act) <= fact.knows, (fact.key, act.key)


@WORLDS
def test_only_known_firms_write_or_are_written_to(build_stories, seed: int) -> None:
    script = build_stories(seed).script
    known = {f"{firm}.test" for firm in FIRMS} | PRIVATE_BODIES | SCHOLARS
    used = {
        each.email.partition("@")[2]
        for act in script.mails
        for each in (act.sender, *act.to, *act.cc, *act.bcc)
    } | {found for act in acts(script) for found in DOMAIN.findall(act.text)}
    frauds = {fact.value.partition("@")[2] or fact.value for fact in script.facts if fact.key == "lure"}
    assert used - known - frauds == set()


@WORLDS
def test_no_two_stories_take_the_same_room_at_the_same_time(build_stories, seed: int) -> None:
    script = build_stories(seed).script
    meetings = {
        (act.invitation["room"], act.invitation["starts"], act.key.partition(".")[0])
        for act in script.mails
        if act.invitation
    }
    assert max(Counter((room, starts) for room, starts, _ in meetings).values()) == 1
