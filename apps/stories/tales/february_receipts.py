"""A month's receipts, to be handed in by the third working day of the next."""

from gristmill.apps.stories.company import Staff
from gristmill.apps.stories.firms import MARLOWICK, goes_to_work, notice, pay_back, refund
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.times import clock_text, day_text, money
from gristmill.apps.stories.voices import EXACT, LOUD, TERSE, WARM
from gristmill.apps.world.choice import WorldSize
from gristmill.apps.world.chronicle import PlacedOrder, RefundRequest, chronicle

OFFICE_GOODS = (
    "notebook",
    "desk organiser",
    "storage jar",
    "teapot",
    "towel",
    "tape measure",
    "picture frame",
    "plant pot",
)
REFUNDED = ("shop.refunded", "shop.refunded_by_letter")
DAYS = ("-28d 11:20", "-22d 10:05", "-20d 15:30", "-14d 09:40", "-8d 14:15", "-5d 10:50")


@story("february-receipts", needs={"mail"}, size=WorldSize.SMALL, rank=60)
def february_receipts(s: StoryWriter) -> Acts:
    """Receipts of February are due; one order was cancelled, a line refunded, others belong to other months."""
    desk, clerk = s.desk, s.one("expenses clerk")
    kinds = iter(s.sampler.shuffled(OFFICE_GOODS))
    for number, day in enumerate(sorted(s.some(DAYS, s.between(3, 5)), key=DAYS.index)):
        s.order(f"work{number}", desk, day, (next(kinds), s.between(1, 3)), most_cents=15000)
    mended = s.order("mended", desk, "-15d 13:25", ("mug", 1), (next(kinds), 1), most_cents=4900)
    late = s.order(
        "january", desk, "-32d 23:40", ("notebook", s.between(1, 2)), most_cents=15000, status="delivered"
    )
    s.order("march", desk, "-3d 11:10", ("soap", 2), most_cents=15000)
    s.order("home", desk, "-13d 20:15", (s.pick(("blanket", "candle", "vase")), 1), ship_to="Home")
    cancelled = s.order(
        "cancelled", desk, "-6d 12:35", ("desk lamp", 1), most_cents=15000, status="cancelled"
    )
    broken = "for the piece that arrived broken"
    back = s.refunded(mended, "-4d 12:10", 1, broken)
    yield
    if mended.placed and cancelled.placed and back.cents is not None:
        refunds(s, mended.placed, back, broken)
        total = work_total(s, 2)
        s.fact("answer", money(total))
        s.fact("lure", money(total + cancelled.placed.total_cents))
        s.fact("cancelled", cancelled.placed.number)
    handed_in(s, desk, clerk)
    reminder(s, clerk)
    if late.placed:
        s.fact("january order", late.placed.number)


def refunds(s: StoryWriter, order: PlacedOrder, back: RefundRequest, reason: str) -> None:
    """A line is refunded; later, in some worlds, its delivery as well."""
    cents = back.cents or 0
    s.fact("refund", money(cents))
    refund(s, s.desk, order, order.lines[0], back.quantity, cents, back.at, reason=reason, key="refund")
    if order.delivery_cents:
        pay_back(s, order, order.delivery_cents, "+7m", "the delivery of what arrived broken", held=True)
        notice(
            s, MARLOWICK, [s.desk], "+7m", f"One more refund for order {order.number}",
            f"Because a part of it arrived broken, the delivery of order {order.number} is on us as well. {money(order.delivery_cents)} "
            f"went back to your {order.card} today.",
            held=True, key="delivery-refund",
        )  # fmt: skip


def work_total(s: StoryWriter, month: int) -> int:
    """What the person at the centre spent for work in a month of this year: cancelled orders out, refunds deducted."""
    book = chronicle(s.world.db)
    spent = {
        each.payload["order_id"]: int(each.payload["total_cents"])
        for each in book.of_kind("shop.order_placed")
        if each.payload["person_id"] == s.desk.id and each.payload["status"] != "cancelled"
        and (each.at.year, each.at.month) == (s.start.year, month) and goes_to_work(str(each.payload["ship_to"]))
    }  # fmt: skip
    back = sum(
        int(each.payload["refund_cents"])
        for kind in REFUNDED
        for each in book.of_kind(kind)
        if each.payload["order_id"] in spent and each.at <= s.start
    )
    return sum(spent.values()) - back


def handed_in(s: StoryWriter, desk: Staff, clerk: Staff) -> None:
    """January's receipts, as an example of how it is done."""
    total = work_total(s, 1)
    if not total or desk.id == clerk.id:
        return
    said = s.fact("january total", money(total))
    at = s.during(desk, "-27d 11:15")
    sent = s.mail(
        desk, [s.list_of("receipts")], at, f"Receipts January {s.start.year}: {said}",
        s.words("hand in", (
            "Here is my January, {total} in all. Nothing was cancelled and nothing came back.",
            "All work receipts of January are below, they add up to {total}. What went to my own door is not among them.",
            "My January comes to {total}. I have left out what I bought for the house.",
            "January, complete as far as I can see: {total}. The paper ones are in your tray.",
            "Please find January: {total}, every parcel of it through the mail room.",
            (TERSE, "january: {total}"),
            (WARM, "I had a quiet January, thank heaven, so this is short: {total}, and the tape gun is the reason for half of it."),
        ), by=desk, total=said),
        key="january", is_read=True,
    )  # fmt: skip
    s.reply(
        clerk, sent, "-26d 10:20",
        s.words("booked", (
            "Booked. If everybody wrote the sum into the subject, I would be home by five.",
            "Thank you, the sum in the subject is how I like it. It agrees with the card statement.",
            "It is booked. For once I did not have to add anything up myself.",
            "Your January was the third to arrive and the first whose sum left me without a question.",
            "January is checked against the statement, no difference. See you in March.",
            (EXACT, "I have compared each receipt with the statement; there is no difference. The sum stands as you wrote it."),
            (LOUD, "january matches to the cent, you are my favourite this week"),
        ), by=clerk),
        is_read=True,
    )  # fmt: skip


HEADINGS = (
    "So that we all mean the same:", "The rules have not changed, here they are again:", "Four things that are asked every month:",
    "Before you press send:", "What I look at:",
)  # fmt: skip
RULES = (
    (
        "One mail for the whole month, with the sum in the subject, as in the pinned post in #ask-money.",
        "All receipts in one mail, please. The subject bears the sum; the pinned post in #ask-money shows how.",
        "The pinned post in #ask-money has the subject that I want to see, sum included. One mail each, not six.",
    ),
    (
        "The day of the order decides, not the day on which the parcel came.",
        "An order belongs to the month in which you placed it, even if the box took its time.",
        "What counts is when you ordered. When it arrived is a matter between you and the courier.",
    ),
    (
        "What you cancelled is left out. What was refunded is deducted, also when only a part was.",
        "Cancelled orders cost nothing, so leave them out; of refunded ones take off what came back, be it all or a part.",
        "Deduct refunds, whole or partial. Do not list what you cancelled.",
    ),
    (
        "What went to your own door is yours to enjoy and yours to pay.",
        "Parcels to your home are private, whatever is in them.",
        "If it did not go to a mail room, I do not want to know about it.",
    ),
)  # fmt: skip


def reminder(s: StoryWriter, clerk: Staff) -> None:
    """The clerk reminds everybody, and says in the channel which day counts."""
    due = s.at("+1d 17:00")
    day, clock = s.fact("due", day_text(due.date())), s.fact("due clock", clock_text(due))
    opening = s.words("reminder", (
        "February is over and I have eleven of you so far. The books close on the third working day, so your receipts reach receipts@ by {day}, {clock}.",
        "It is that time again. Please send February's work receipts to receipts@ by {day} at {clock}; what comes later waits until April, and so does your money.",
        "The month end falls in the middle of the week this time. I need your February by {day}, {clock}, at receipts@, and not in my own mailbox.",
        "A friendly reminder, the only one: receipts for February, to receipts@, until {day} {clock}. Last month nine people forgot, and all nine said the same thing.",
        "Whoever bought something for work in February tells receipts@ by {day}, {clock}. Those who bought nothing need not write that they bought nothing.",
    ), day=day, clock=clock)  # fmt: skip
    lines = "\n".join(f"- {s.words('receipts', each)}" for each in RULES)
    rules = f"{s.words('same meaning', HEADINGS)}\n{lines}"
    closing = s.words("close", (
        "I sit beside the window until six, in case anything is unclear, and I have biscuits.",
        "If a receipt has gone missing, look into the archive first; that is where two out of three turn up.",
        "Some of you file your receipts under labels of your own. That is fine, as long as you find them again.",
        "Please add it up yourselves. I do it again anyway, but then there are two of us.",
        "Those on the road may send theirs from the road. I have seen worse than a photograph of a dashboard.",
    ))  # fmt: skip
    s.mail(
        clerk,
        [s.list_of("all")],
        "-1d 16:40",
        f"Receipts for February, by {day}",
        f"{opening}\n\n{rules}\n\n{closing}",
        key="reminder",
    )
    asker = s.pick([each for each in s.present("PA") if each.id not in {clerk.id, s.desk.id}])
    asked = s.post(
        "ask-money", asker, "-1d 16:58",
        s.words("which month", (
            "Ordered on the last evening of January, arrived in February: whose month is that?",
            "One of my parcels took the turn of the month with it, where does it belong?",
            "If I ordered in January and it came in February, which mail does it go into?",
            "Does the date on the receipt count, or the day the box stood on my desk?",
            "a thing i bought late in january came last month. february or not?",
        ), by=asker), to=clerk,
    )  # fmt: skip
    s.thread(asked, clerk, "-1d 17:06", s.words("order day", (
        "January. The day you pressed the button decides.",
        "By the day of the order it is January's, and January is closed. Send it to me alone.",
        "To the month in which you ordered. Mine is not a post office.",
        "By the order's date. Put it on a slip of its own and I will squeeze it in.",
        "January, I am afraid. The receipt bears the day and the day is what I book.",
    ), by=clerk), reactions=((asker.id, "👍", s.at("-1d 17:09")),))  # fmt: skip
