"""A mailing list of tide people: an answer, its correction, and notes that answer everybody."""

from typing import Any

from gristmill.apps.stories.acts import Address
from gristmill.apps.stories.company import Staff
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story

GAUGES = ("Brightwater Mole", "Pinchbeck Lock", "Osterville Steps", "Quillan Bridge")


@story("tides-list", needs={"mail"})
def tides_list(s: StoryWriter) -> Acts:
    """The datum shift of a gauge is answered with one sign and corrected with the other."""
    yield
    desk, gauge = s.desk, s.pick(GAUGES)
    value = s.between(8, 31)
    wrong = s.fact("lure", f"+0.{value:02d} m", until="-7d 20:10")
    right = s.fact("answer", f"-0.{value:02d} m", since="-7d 20:10")
    s.fact("gauge", gauge)
    tides = s.outsider("Tides list", "tides@lists.estuarydays.test")
    asker = s.outsider("Leopold Quay", "lq@pilots.example")
    knower = s.outsider("Marguerite Soll", "m.soll@shoreline.example")
    keeper = s.outsider("List keeper", "keeper@lists.estuarydays.test")
    members: list[Staff | Address] = [desk, tides]
    listed: dict[str, Any] = {"list_address": "tides@lists.estuarydays.test", "bare": True}
    root = s.mail(asker, members, "-12d 19:40", f"[tides] Datum shift at {gauge}?", s.words("question", (
        "Does anybody know by how much the zero of {gauge} was moved in the last levelling? The sheet in our library has a coffee ring where the figure should be.",
        "I compare records from before and after the repair of {gauge} and there is a step in them. Is the shift of the datum published anywhere?",
        "When {gauge} got its new staff, its zero moved. Up or down, and by what, please?",
        "For an old almanac I need the shift between the old and the new zero at {gauge}. Sign and size.",
        "Our pilots swear that {gauge} lies since last year. Before I defend it: what was the shift in datum?",
    ), gauge=gauge), **listed)  # fmt: skip
    for name, box, at, words in (
        ("Bartholomew Crane", "crane@hydro.example", "-11d 00:02", "I am at sea until the end of the month and read nothing."),
        ("Ines Farrow", "farrow@basins.example", "-11d 00:05", "Thank you for your message. The office is closed for inventory."),
        ("Oskar Lindqvist-Rowe", "olr@tables.example", "-11d 00:09", "On leave. My deputy is on leave as well."),
    ):  # fmt: skip
        s.reply(
            s.outsider(name, box),
            root,
            at,
            words,
            to=(tides, desk),
            is_automatic=True,
            kind="vacation",
            **listed,
        )
    s.reply(asker, root, "-11d 08:15", s.words("quarrel", (
        "I asked about a datum, and learned who is on holiday.", "I asked for a datum. Could the absent please be absent in silence?",
        "Three answers about the shift and not one number. Is that a record?", "With respect to the sailors: I asked about a shift, and their machines are talking to mine.",
        "My question about the shift still stands, underneath the leave notes.",
    )), to=(tides, desk), **listed)  # fmt: skip
    s.reply(knower, root, "-8d 21:05", s.words("first answer", (
        "We levelled {gauge} ourselves in the spring, in sleet. The shift is {value}; the protocol is in my cellar.",
        "{value} at {gauge}, according to my field book, page with the squashed gnat.",
        "The new zero of {gauge} differs by {value} from the old one. I held the staff.",
        "I have {value} for {gauge} in my notes and would trust them, since I wrote them sober.",
        "For {gauge} it was {value}, and it took us two tides to believe it.",
    ), gauge=gauge, value=wrong), to=(tides, desk), **listed)  # fmt: skip
    s.reply(knower, root, "-7d 20:10", s.words("correction", (
        "My apologies to the list and to all pilots: I wrote down the shift the wrong way round. It is {value}.",
        "I have been to the cellar. The shift has its sign from me and not from the river: {value}.",
        "Please read {value} for the shift, in place of what I wrote yesterday. New minus old, not old minus new.",
        "Correction, before a ship believes me: {value}.",
        "For the shift the protocol says {value}. My field book says that I should buy glasses.",
    ), value=right), to=(tides, desk), **listed)  # fmt: skip
    s.mail(keeper, members, "-6d 10:20", "[tides] Quiet, please", s.words("keeper", (
        "Leave notes must not answer the list. Whoever cannot stop theirs will be taken off until they are back.",
        "A gentle request from the engine room: switch off notes of absence for this address.",
        "I have removed four robots from among you. Should one of them have been a person, write to me.",
        "This list has two hundred members and, since Thursday, as many echoes. Enough, please.",
        "The archive of this month is longer than that of last year, and says less. Let us stop here.",
    )), **listed)  # fmt: skip
    s.mail(asker, members, "+6m", f"[tides] Datum shift at {gauge}?", s.words("second thread", (
        "Same gauge, new question: who holds the key of the well house?",
        "Thanks for the figure. Is the shift the same at the lower staff?",
        "The almanac is printed. Would somebody proofread a page about the moon?",
        "One more thing about that gauge: why is the door painted on?",
        "Our pilots accept the figure and now doubt the moon. Literature, anybody?",
    )), **listed)  # fmt: skip
