"""Where the Boathouse goes for a day: a poll that turns after it was called."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from gristmill.apps.stories.acts import PostAct
from gristmill.apps.stories.company import Staff
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.times import money

PLACES = ("the lake island", "the old mill", "the caves")


@story("offsite-poll", needs={"chat"})
def offsite_poll(s: StoryWriter) -> Acts:
    """One place leads and is called early; two votes move, and a tie goes to the cheaper of the two."""
    yield
    partner, lead, head = s.one("people partner"), s.one("shift lead"), s.one("head of Workshop")
    voters = [each for each in s.cast.staff("LV") if each.id not in (head.id, s.desk.id)]
    places = s.sampler.shuffled(PLACES)
    ahead, rival, third = places
    cents = {rival: s.between(21, 28) * 100, ahead: s.between(31, 39) * 100, third: s.between(29, 44) * 100}
    names = {f"p{n}": s.fact(f"price of {place}", money(cents[place])) for n, place in enumerate(PLACES)}
    s.fact("lure", ahead, until="-1d 10:20")
    s.fact("answer", rival, since="-1d 10:50")
    votes, mover = cast_votes(s, voters, places)
    tally = Counter(option for _, option in {person: option for person, option, _ in votes}.items())
    tied = s.fact("votes of each of the two", tally[PLACES.index(rival)])
    words: dict[str, Any] = {"ahead": ahead, "rival": rival, "third": third, "tied": tied, **names}
    stranger = s.one("office manager", "PA")
    root = s.post("lake-verrin", partner, "-8d 11:00", s.words("poll", (
        "Day out of the Boathouse: the lake island ({p0} a head), the old mill ({p1}) or the caves ({p2})? Votes of those who work at the lake, until Tuesday noon in Port Ansley",
        "Where shall the Boathouse go in spring? Island for {p0}, mill for {p1}, caves for {p2}. One vote each if you work here, open until next Tuesday at noon, Port Ansley's clock",
        "Please choose your day out: lake island {p0}, old mill {p1}, caves {p2}. Only people of Lake Verrin count, and only until Tuesday, noon in Port Ansley",
        "Spring outing, a vote for everybody at the lake. The island costs {p0} a person, the mill {p1}, the caves {p2}. I close it next Tuesday when Port Ansley eats",
        "Three places, one day, your choice: {p0} for the island, {p1} for the mill, {p2} for the caves. Until Tuesday noon (Port Ansley), Boathouse staff only",
    ), by=partner, **words), poll=PLACES, votes=(*votes, (stranger.id, PLACES.index(ahead), s.at("-6d 11:12"))), poll_closes_at=s.at("+0d 12:00"))  # fmt: skip
    s.thread(root, lead, "-5d 12:10", s.words("called", (
        "That settles it, {ahead} it is. I ring them", "Looks decided to me: {ahead}", "so {ahead} then, tell your mothers",
        "I call it for {ahead}, the rest of you can swim after us", "It is {ahead}, clear as glass. Who has a rucksack?",
    ), by=lead, **words))  # fmt: skip
    talk(s, root, mover, words)
    s.thread(root, partner, "-1d 10:20", s.words("tie", (
        "Nothing is decided: {ahead} and {rival} stand level, {tied} each", "Two votes have moved, and we have a tie of {tied} to {tied}, {ahead} against {rival}", "It is {tied} for {ahead} and {tied} for {rival} now. What next?",
        "A tie, {tied} all, between {ahead} and {rival}. The vote from Cooperage House is not in this", "I count {tied} and {tied}. One place is out of it, the others are level",
    ), by=partner, **words))  # fmt: skip
    s.thread(root, head, "-1d 10:50", s.words("cheaper", (
        "Ties go to the cheaper", "If it stays level, we take what costs less", "A tie is decided by the price, the lower one", "Then the purse decides: the cheaper of the two", "Level at noon means the cheaper place. I pay the ice",
    ), by=head))  # fmt: skip
    joke(s, lead)
    final = {person: option for person, option, _ in votes}
    withdrawn = s.pick(places)
    leaver = next(person for person, option in final.items() if PLACES[option] == withdrawn)
    s.fact("final", ahead if withdrawn == rival else rival, since="+4m")
    s.later("vote", s.cast.people[leaver], "+4m", post=root, option=None)


def cast_votes(
    s: StoryWriter, voters: list[Staff], places: list[str]
) -> tuple[tuple[tuple[int, int, datetime], ...], Staff]:
    """Votes that leave the first place ahead until two people move to the second, which makes a tie.

    Also returns one of the two.
    """
    ahead, rival, third = (PLACES.index(place) for place in places)
    people = s.sampler.shuffled(voters)
    rest = 2 + len(people) % 2
    few = (len(people) - rest - 4) // 2
    choice = [ahead] * (few + 4) + [rival] * few + [third] * rest
    votes = [
        (each.id, option, s.at("-8d 12:15") + timedelta(minutes=23 * n))
        for n, (each, option) in enumerate(zip(people, choice, strict=True))
    ]
    moved = [(each.id, rival, s.at("-4d 13:10") + timedelta(minutes=n)) for n, each in enumerate(people[:2])]
    return (*votes, *moved), people[0]


def talk(s: StoryWriter, root: PostAct, first: Staff, words: dict[str, Any]) -> None:
    """A few remarks of people at the lake."""
    others = [each for each in s.cast.staff("LV") if each.team == "Workshop" and each.id != first.id]
    second, third = s.some(others, 2)
    s.thread(root, first, "-4d 13:20", s.words("moves", (
        "I have moved my vote, {ahead} would make me seasick", "changed mine to {rival}, they have pancakes", "My vote has gone over to {rival}. No hard feelings",
        "After a talk at home I am now for {rival}", "Sorry, {ahead}, I have met somebody better: {rival}",
    ), by=first, **words))  # fmt: skip
    s.thread(root, second, "-4d 13:32", s.words("remark", (
        "Is there a roof at any of the three?", "who brings the drum of cable to sit on", "I was in {third} once and came out an adult", "As long as nobody makes us build a raft", "Will there be soup, or only scenery?",
    ), by=second, **words))  # fmt: skip
    s.thread(root, third, "-4d 13:41", s.words("answer", (
        "There is a shed, which is a roof that has given up", "Soup is certain, scenery depends on fog", "No rafts, I have it in writing", "I bring the stove and nobody else touches it", "Anything is fine that is not a museum of nets",
    ), by=third, **words))  # fmt: skip


def joke(s: StoryWriter, lead: Staff) -> None:
    """The same question in the channel next door, not meant seriously."""
    voters = [each for each in s.cast.staff("LV") if each.id != s.desk.id][:6]
    votes = tuple(
        (each.id, n % 3, s.at("-5d 16:05") + timedelta(minutes=4 * n)) for n, each in enumerate(voters)
    )
    s.post("lake-verrin-social", lead, "-5d 16:00", s.words("joke poll", (
        "The only vote that matters: where do we REALLY go?", "Alternative outing, for realists", "And now the honest poll", "A second vote, for those who have read the weather", "Unofficial and binding",
    ), by=lead), poll=("the pub", "the other pub", "bed"), votes=votes)  # fmt: skip
