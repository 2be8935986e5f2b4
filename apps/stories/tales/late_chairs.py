"""Chairs that come later than promised."""

from datetime import timedelta

from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.telling import Telling
from gristmill.apps.stories.times import day_text, money


@story("late-chairs", needs={"chat"})
def late_chairs(s: Telling) -> Acts:
    """Chairs for the Loft are delayed; asked in the channel, their buyer first gives the old day, then mends it."""
    manager, head, lead = s.one("office manager", "LV"), s.one("head of Workshop"), s.one("shift lead")
    count, slip = s.between(3, 6), s.between(2, 6)
    chairs = s.order("chairs", manager, "-11d 10:05", ("chair", count), status="shipped")
    yield
    old = chairs.placed.arrives_by if chairs.placed else s.at("-6d").date()
    new = s.at("+1d").date() + timedelta(days=slip - 2)
    first, later = s.fact("promised", day_text(old), until="-6d 11:20"), s.fact("expected", day_text(new))
    asked = s.mail(
        manager, [head], "-11d 09:20", "Chairs for the Loft",
        s.words("ask", (
            "{count} seats in the Loft have given up; may I order new ones from Marlowick? They stay below your limit.",
            "Four people stood through Monday's meeting, so I would like {count} chairs for the Loft. Is that yours to grant?",
            "The Loft needs {count} chairs. I have found some that roll quietly and cost less than a lift repair.",
            "Would you agree to {count} new chairs upstairs? Two of the old ones lean, and one bites.",
            "For the Loft: {count} chairs, plain ones. Say yes and they are ordered before noon.",
        ), by=manager, count=count),
    )  # fmt: skip
    s.reply(
        head, asked, "-11d 09:48",
        s.words("grant", (
            "Granted. Nothing with chrome, please.",
            "Yes, go ahead, they were due last winter.",
            "You have my yes; keep the receipt for the month end.",
            "Fine by me. The leaning two can go to the quay shed.",
            "Agreed, all of them. Send the old ones to be mended if anybody still mends chairs.",
        ), by=head),
    )  # fmt: skip
    s.post(
        "lake-verrin", manager, "-11d 10:20",
        s.words("promise", (
            "Chairs for the Loft are ordered, Marlowick says {day}",
            "New seats upstairs on {day}, until then the benches",
            "The Loft gets its chairs on {day}. Somebody hide the leaning ones",
            "Ordered: chairs for the Loft. They promise {day}",
            "Loft people: chairs arrive {day}, four screws each, bring a hex key",
        ), by=manager, day=first),
    )  # fmt: skip
    ask = s.post(
        "lake-verrin", lead, "-1d 09:50",
        s.words("day?", (
            "Is {day} still right for the Loft? Nobody has carried anything up.",
            "the loft still has benches, when do the chairs come?",
            "What became of the chairs? I have twelve people to seat this week.",
            "Chairs for upstairs: which day was that again?",
            "Does anybody know when the Loft gets its seats?",
        ), by=lead, day=first),
    )  # fmt: skip
    answer = s.words(
        "old day",
        ("{day}, yes", "They said {day}", "On {day}, as ordered", "{day} it is", "Should be {day}"),
        day=first,
    )
    mended = s.words("new day", (
        "*{day}, sorry. Marlowick wrote last Wednesday and I had filed it under rugs",
        "*no, {day}: there was a letter about a delay, I had not opened it",
        "*{day}! The old day is off, they moved it last week",
        "*make that {day}, the courier is late with the whole batch",
        "*{day}, I read the first letter instead of the second one",
    ), day=later)  # fmt: skip
    s.thread(ask, manager, "-1d 09:58", answer, edits=((s.at("-1d 10:10"), mended),))
    s.thread(ask, lead, "-1d 10:16", s.words("till then", (
        "ok, crates till then", "Crates it is, then.", "Then we stand. Thanks", "Right. I will tell the late shift",
        "Good, I will keep two benches back",
    ), by=lead))  # fmt: skip
    if chairs.placed and s.has("mail"):
        shop, placed = s.outsider("Marlowick", "orders@marlowick.test"), chairs.placed
        s.mail(
            shop, [manager], "-6d 11:20", f"Order {placed.number}: new delivery day",
            f"The delivery of your order {placed.number} ({placed.lines[0].product}, {money(placed.total_cents)}) "
            f"is delayed. It was due by {day_text(old)}; we now expect it on {day_text(new)}. "
            "You need not do anything.",
            is_automatic=True, kind="notice",
        )  # fmt: skip
