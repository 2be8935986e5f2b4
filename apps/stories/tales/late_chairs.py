"""Chairs that come later than promised."""

from datetime import date

from gristmill.apps.stories.company import Staff
from gristmill.apps.stories.firms import FLEETWREN, MARLOWICK, notice
from gristmill.apps.stories.handover import hand_over
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.times import day_text, money
from gristmill.apps.stories.voices import EXACT, LOUD, TERSE, WARM
from gristmill.apps.world.chronicle import PlacedOrder


@story("late-chairs", needs={"chat"})
def late_chairs(s: StoryWriter) -> Acts:
    """Chairs for the Loft are delayed; asked in the channel, their buyer first gives the old day, then mends it."""
    manager, head, lead = s.one("office manager", "LV"), s.one("head of Workshop"), s.one("shift lead")
    count = s.between(3, 6)
    s.goods("chair", "chair")
    chairs = s.order(
        "chairs", manager, "-11d 10:05", ("chair", count), goods="chair", status="shipped", most_cents=60000
    )
    other = s.one("office manager", "PA")
    twin = s.order("twin", other, "-11d 15:20", ("chair", 2), same_as="chairs", status="delivered")
    yield
    old = chairs.placed.arrives_by if chairs.placed else s.at("-6d").date()
    new = s.pick([s.at(day).date() for day in ("+1d", "+2d", "+3d", "+6d")])
    first = s.fact("promised", day_text(old), until="-6d 11:20")
    later = s.fact("answer", day_text(new), since="-6d 11:20")
    s.fact("lure", first)
    granted(s, manager, head, count)
    promised(s, manager, first)
    asked_again(s, lead, manager, first, later)
    twin_arrives(s, other)
    if chairs.placed:
        letters(s, manager, chairs.placed, old, new)
        s.fact("order", chairs.placed.number)
    if twin.placed:
        s.fact("twin order", twin.placed.number)


def granted(s: StoryWriter, manager: Staff, head: Staff, count: int) -> None:
    """The manager asks, the head of Workshop agrees."""
    asked = s.mail(
        manager, [head], "-11d 09:20", "Chairs for the Loft",
        s.words("ask", (
            "{count} seats in the Loft have given up; may I order new ones from Marlowick? They stay below your limit.",
            "We stood through Monday's meeting, so I would like {count} chairs for the Loft. Is that yours to grant?",
            "The Loft needs {count} chairs. I have found some that roll quietly and cost less than a lift repair.",
            "Would you agree to {count} new chairs upstairs? Two of the old ones lean, and one bites.",
            "For the Loft: {count} chairs, plain ones. Say yes and they are ordered before noon.",
            (WARM, "Do you remember the bench from the old ferry? It held until last week. I would love to give the Loft {count} proper chairs before somebody sits on the floor out of protest."),
            (EXACT, "I request {count} chairs for the Loft. The old ones were counted and tried; none of them is safe to stand on, and some are not safe to sit on."),
        ), by=manager, count=count),
    )  # fmt: skip
    yes = s.reply(
        head, asked, "-11d 09:48",
        s.words("grant", (
            "Granted. Nothing with chrome, please.",
            "Yes, go ahead, they were due last winter.",
            "You have my yes; keep the receipt for the month end.",
            "Fine by me. The leaning ones can go to the quay shed.",
            "Agreed, all of them. Send the old ones to be mended if anybody still mends chairs.",
            (WARM, "Of course, and thank you for asking before and not after. Chairs that survive a boot on them would be my only wish."),
        ), by=head),
    )  # fmt: skip

    hand_over(s, manager, yes, "the arrival of the chairs")


def promised(s: StoryWriter, manager: Staff, day: str) -> None:
    """The channel hears of the day that the shop promised."""
    s.post(
        "lake-verrin", manager, "-11d 10:20",
        s.words("promise", (
            "Chairs for the Loft are ordered, Marlowick says {day}",
            "New seats upstairs on {day}, until then the benches",
            "The Loft gets its chairs on {day}. Somebody hide the leaning ones",
            "Ordered: chairs for the Loft. They promise {day}",
            "Loft people: chairs arrive {day}, bring a hex key",
        ), by=manager, day=day),
    )  # fmt: skip


def asked_again(s: StoryWriter, lead: Staff, manager: Staff, old: str, new: str) -> None:
    """Asked when they come, the manager reads the first letter, then the second."""
    ask = s.post(
        "lake-verrin", lead, "-1d 09:50",
        s.words("day?", (
            "Is {day} still right for the Loft? Nobody has carried anything up.",
            "the loft still has benches, when do the chairs come?",
            "What became of the chairs? I have a dozen people to seat this week.",
            "Chairs for upstairs: which day was that again?",
            "Do you know when the Loft gets its seats?",
            (TERSE, "loft chairs, which day"),
        ), by=lead, day=old), to=manager,
    )  # fmt: skip
    answer = s.words(
        "old day",
        ("{day}, yes", "They said {day}", "On {day}, as ordered", "{day} it is", "Should be {day}"),
        day=old,
    )
    mended = s.words("new day", (
        "*{day}, sorry. Marlowick wrote last Wednesday and I had filed it under rugs",
        "*no, {day}: there was a letter about a delay, I had not opened it",
        "*{day}! The old day is off, they moved it last week",
        "*make that {day}, the courier is late with the whole batch",
        "*{day}, I read the first letter instead of the second one",
    ), day=new)  # fmt: skip
    s.thread(ask, manager, "-1d 09:58", answer, edits=((s.at("-1d 10:10"), mended),))
    s.thread(ask, lead, "-1d 10:16", s.words("till then", (
        "ok, crates till then", "Crates it is, then.", "Then we stand. Thanks", "Right. I will tell the late shift",
        "Good, I will keep two benches back", (LOUD, "crates have character anyway"),
    ), by=lead))  # fmt: skip


def twin_arrives(s: StoryWriter, other: Staff) -> None:
    """The same chairs for Cooperage House come on time, which helps nobody at the lake."""
    s.post(
        "port-ansley", other, "-7d 15:35",
        s.words("twin", (
            "The chairs for Weir have arrived, and they roll. Try them before Finance does.",
            "Two new chairs in Weir since noon. The wobbly ones are in the cellar, labelled.",
            "Weir has its chairs. The Loft gets the same model, a few days after us.",
            "Whoever sat on the radiator in Weir may now sit on a chair.",
            "chairs for weir unpacked, cardboard is in the yard",
        ), by=other),
    )  # fmt: skip


def letters(s: StoryWriter, manager: Staff, order: PlacedOrder, old: date, new: date) -> None:
    """What the shop writes about the delay, and the courier on the day itself."""
    notice(
        s, MARLOWICK, [manager], "-6d 11:20", f"Order {order.number}: new delivery day",
        f"The delivery of your order {order.number} ({order.lines[0].product}, {money(order.total_cents)}) "
        f"is delayed. It was due by {day_text(old)}; we now expect it on {day_text(new)}. "
        "You need not do anything.",
        key="delay",
    )  # fmt: skip
    notice(
        s, FLEETWREN, [manager], "+5m", f"Parcel {order.tracking}: at our depot",
        f"Parcel {order.tracking} has reached our depot. It is planned for the van of {day_text(new)}, between noon and four. "
        "Somebody should be there to sign for it.",
        key="depot",
    )  # fmt: skip
