"""Keyboards that are allowed on two conditions."""

from gristmill.apps.stories.company import Staff
from gristmill.apps.stories.handover import hand_over
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.times import money
from gristmill.apps.stories.voices import EXACT, LOUD, TERSE, WARM
from gristmill.apps.world.chronicle import OrderRequest

LARGE, SMALLER = "104 keys", "87 keys"


@story("conditional-keyboards", needs={"mail"})
def conditional_keyboards(s: StoryWriter) -> Acts:
    """Keyboards are granted below a total and without number blocks; the order that follows may break the terms."""
    adviser, head = s.one("adviser", "PA"), s.one("head of Care")
    count, breaks = 3, s.chance(70)
    s.goods("keyboard", "keyboard", style="Silent", size=LARGE, least_cents=6000, most_cents=10500)
    wants = (("keyboard", 2), ("keyboard", 1)) if breaks else (("keyboard", count),)
    order = s.order(
        "keyboards", adviser, "-50m", *wants, goods="keyboard", sizes=(SMALLER, LARGE), status="processing"
    )
    yield
    first, bound, late = bounds(order)
    s.fact("first bound", first, until="-1d 17:02")
    s.fact("answer", bound, since="-1d 17:02")
    s.fact("lure", first)
    s.fact("late bound", late, since="+8m")
    if order.placed:
        s.fact("order", order.placed.number)
        s.fact("breaks terms", breaks)
    asked(s, adviser, head, count, first)
    granted(s, adviser, head, bound, late)
    in_chat(s, adviser, count, has_order=order.placed is not None)


def bounds(order: OrderRequest) -> tuple[str, str, str]:
    """The first bound, the one that holds at the start, and the late one, as texts."""
    if order.placed is None:
        return "$360", "$330", "$300"
    smaller = min(line.unit_price_cents for line in order.placed.lines)
    held = (smaller * sum(line.quantity for line in order.placed.lines) // 1000 + 1) * 1000
    return money(held + 3000), money(held), money(held - 3000)


def asked(s: StoryWriter, adviser: Staff, head: Staff, count: int, first: str) -> None:
    """The adviser asks; the head gives a first, rough figure."""
    ask = s.mail(
        adviser, [head], "-4d 15:20", s.pick(("Three keyboards", "Silent keyboards for Care", "The clatter")),
        s.words("ask", (
            "Callers hear us type. May I buy {count} silent keyboards, one for each of us on the telephone?",
            "A customer asked yesterday whether it was hailing. I would like {count} keyboards that make no noise.",
            "Could Care have {count} silent keyboards? Ours can be heard as far as the lift.",
            "I ask for {count} quiet keyboards. Two of ours click, the third has lost its question mark.",
            "Our keyboards are louder than the harbour master. There are silent ones, and I would need {count}.",
            (WARM, "You know how it is when three of us write at once (the caller from Kestrel thought of a sewing room). I should be so happy with {count} silent keyboards; nothing fancy, only quiet."),
            (TERSE, "{count} silent keyboards for the phone desks?"),
        ), by=adviser, count=count),
        key="ask",
    )  # fmt: skip
    s.reply(head, ask, "-4d 16:40", s.words("rough", (
        "Likely, yes. I think of something like {first}, but before you buy keyboards let me look at the quarter on Monday.",
        "I would put the limit at {first}. You get my real answer about the keyboards after the weekend.",
        "Sounds sensible. {first} at a guess; do not order before I have looked into the books.",
        "In principle yes, up to about {first}. Wait for my word on Monday before you buy any keyboards.",
        "The hail story reached me as well. Say {first} for now, and I will confirm it, silently, like the keyboards.",
    ), by=head, first=first), key="rough")  # fmt: skip


def granted(s: StoryWriter, adviser: Staff, head: Staff, bound: str, late: str) -> None:
    """The real answer, with its two conditions; later the bound falls once more."""
    wide = s.fact("too wide", "104")
    grant = s.mail(
        head, [adviser], "-1d 17:02", s.pick(("Keyboards: yes, if", "Your keyboards", "Re: what we said on Friday")),
        s.words("terms", (
            "Yes to the keyboards, if two things are kept: the total stays under {bound}, delivery and all, and none of them has {wide} keys. The desks are too narrow.",
            "You may order. Conditions: below {bound} in total, and no number block, so nothing with {wide} keys.",
            "I have looked. The order must come to less than {bound} with everything, and {wide} keys are too many for our desks. On these terms, go ahead.",
            "Agreed under {bound}, which includes the parcel. Please none with {wide} keys; the telephone has to stand somewhere.",
            "Go ahead as long as the sum is under {bound} and no keyboard has {wide} keys. If it does not work out, ask me again before you pay.",
            (EXACT, "I approve the purchase on two conditions. The order's total is below {bound}; and no keyboard has {wide} keys, because the left-handed among us need the space."),
            (WARM, "How about this: you keep the whole thing under {bound} and take none with {wide} keys (the desks!), and I say yes with pleasure."),
        ), by=head, bound=bound, wide=wide),
        key="terms",
    )  # fmt: skip
    thanks = s.reply(adviser, grant, "-1d 17:11", s.words("thanks", (
        "Thank you. I order tomorrow, first thing.",
        "Understood, the sum and the keys. You will hear the difference, or rather not.",
        "Good, I will buy them in the morning and count the keys.",
        "Thanks! The harbour master will think we hung up.",
        "I can work with these terms. Tomorrow morning I buy, before the telephones start.",
    ), by=adviser))  # fmt: skip
    handed = hand_over(s, adviser, thanks, "the matter of the keyboards")
    s.reply(head, grant, "+8m", s.words("late", (
        "Sorry to come back on this: please make it {late}. The controller has asked everybody for something.",
        "One more thing about the keyboards. I need you to stay under {late}; the rest stands.",
        "I must lower it, to {late}. If you have ordered already, see whether it can still be changed.",
        "The limit for the keyboards is {late} after all. I know what I said yesterday.",
        "Please treat {late} as the ceiling from now on. The other condition remains.",
    ), by=head, late=late), to=(adviser, *([s.desk] if handed else [])), key="late")  # fmt: skip


def in_chat(s: StoryWriter, adviser: Staff, count: int, *, has_order: bool) -> None:
    """The colleagues at the telephones hear of it."""
    other = next(each for each in s.all("adviser", "PA") if each.id != adviser.id)
    post = s.post("care-desk", other, "-1d 15:20", s.words("noise", (
        "Somebody on line two asked me to stop hailing",
        "Is there any word about the quiet keyboards? Mine has started to squeak as well.",
        "my space bar sounds like a stapler now",
        "A caller has just counted my keystrokes aloud.",
        "Whose idea was it to put three clicking keyboards beside three telephones?",
    ), by=other))  # fmt: skip
    s.thread(post, adviser, "-1d 15:26", s.words("patience", (
        "I asked on Friday, the answer is promised for today",
        "It is with the head. Type softly until then.",
        "Asked for, not yet granted. Use the pencil",
        "soon, i have them in my basket already",
        "The request is in. Until then: shorter letters.",
        (LOUD, "patience, the silence is on its way"),
    ), by=adviser))  # fmt: skip
    if has_order:
        s.thread(post, adviser, "-48m", s.words("ordered", (
            "Ordered just now, all {count}",
            "Done: {count} of them are on order since breakfast.",
            "They are bought, {count} pieces. I hope I clicked the right ones, it was before my coffee.",
            "The order is out, {count} keyboards, so be nice to the old ones.",
            "{count} silent ones ordered",
        ), by=adviser, count=count))  # fmt: skip
