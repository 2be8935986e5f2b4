"""A refund that comes out too small."""

import re

from gristmill.apps.stories.acts import MailAct
from gristmill.apps.stories.company import Staff
from gristmill.apps.stories.firms import MARLOWICK_HELP, notice, refund
from gristmill.apps.stories.handover import hand_over
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.times import day_text, money
from gristmill.apps.stories.voices import EXACT, TERSE, WARM
from gristmill.apps.world.chronicle import PlacedOrder

BOUGHT, BACK = 3, 2
SHORT_CENTS = 495


@story("refund-short", needs={"mail", "shop"})
def refund_short(s: StoryWriter) -> Acts:
    """Two of three cushions went back, but the shop took the coupon's share off twice."""
    clerk, head = s.one("receivables clerk"), s.one("head of Finance")
    s.goods("cushion", "cushion", least_cents=3600, colours=2)
    coupon = s.pick(("percent", "amount"))
    order = s.order("cushions", clerk, "-18d 11:30", ("cushion", BOUGHT), goods="cushion", coupon=coupon)
    plain = s.order("plain", clerk, "-46d 15:05", ("cushion", BOUGHT), same_as="cushions")
    reason = "for what came back to us"
    back = s.refunded(order, "-5d 10:20", BACK, reason, opened="-12d 14:30", is_short=True)
    yield
    if order.placed is None or plain.placed is None or back.cents is None:
        return
    line = order.placed.lines[0]
    share = (2 * order.placed.discount_cents * BACK + BOUGHT) // (2 * BOUGHT)  # half cents are rounded up
    due = line.unit_price_cents * BACK - share
    first = back.cents
    s.fact("answer", money(share), since="-5d 10:20")
    s.fact("lure", money(2 * share))
    s.fact("refund due", money(due))
    s.fact("order", order.placed.number)
    s.fact("order without coupon", plain.placed.number)
    number = order.placed.number
    sent_back(s, clerk, order.placed)
    refund(s, clerk, order.placed, line, BACK, first, back.at, reason=reason, key="short")
    got = s.fact("first refund", money(first))
    answer = complaint(s, clerk, number, got)
    written_to(s, number)
    forwarded(s, clerk, head, answer)
    if share > SHORT_CENTS:
        refund(
            s, clerk, order.placed, line, BACK, share - SHORT_CENTS, "+6m",
            reason="the rest of what came back to us, less the delivery", held=True, key="second",
        )  # fmt: skip


def sent_back(s: StoryWriter, clerk: Staff, order: PlacedOrder) -> None:
    """The shop confirms that two cushions are on their way back."""
    line, count = order.lines[0], s.fact("returned", BACK)
    notice(
        s, MARLOWICK_HELP, [clerk], "-12d 14:30", f"Your return from order {order.number}",
        f"Thank you, we have noted that {count} of {line.quantity} come back:\n\n{count} x {line.product} ({line.options})\n\n"
        f"Each was {money(line.unit_price_cents)}; the coupon {order.coupon_code} took {money(order.discount_cents)} off the whole order. "
        "We refund what you paid for the returned pieces, that is their price less their share of the coupon, "
        "within five working days after they have reached us.",
        key="return",
    )  # fmt: skip


def complaint(s: StoryWriter, clerk: Staff, number: str, got: str) -> MailAct:
    """The clerk has used the contact form; help writes back."""
    notice(
        s, MARLOWICK_HELP, [clerk], "-4d 09:50", f"We have received your message about order {number}",
        "Thank you for using our contact form. A person reads it and answers by mail, usually on the next working day. "
        "Your words were:\n\n"
        + s.words("form", (
            "You refunded {got} for two cushions. The coupon's share seems to have been taken off twice. Please check.",
            "My two cushions came back as {got}. By my count you have deducted the coupon two times.",
            "I received {got}, which is too little. Did you take the coupon away from each cushion and then again from both?",
            "For the cushions you sent {got}. It should be their price less their part of the coupon, once.",
            "The refund of {got} is wrong: the coupon is in it twice.",
        ), by=clerk, got=got),
        key="form",
    )  # fmt: skip
    day = s.fact("promised by", day_text(s.at("+3d").date()))
    return s.mail(
        MARLOWICK_HELP, [clerk], "-1d 11:00", f"Order {number}: your refund",
        s.words("help", (
            "Good morning,\n\nyou are right and we are sorry; the coupon was deducted once too often. The rest follows by {day}. If it does not, or if you would like to tell us the exact sum, simply answer this mail.\n\nOdell, Marlowick help",
            "Hello,\n\nI have looked at your return and found the mistake, which was ours. You will have the difference by {day}. Write to me again, with the sum that is missing, if it has not come by then.\n\nPetra, Marlowick help",
            "Good day,\n\nthank you for your patience. The till deducted your coupon for each piece and for the parcel. We send what is missing by {day}; should it be another sum than you expect, please answer and name yours.\n\nWim, Marlowick help",
            "Dear customer,\n\nthat should not have happened. The missing part is on its way and arrives by {day} at the latest. An answer to this mail reaches me directly.\n\nIngrid, Marlowick help",
            "Hello again,\n\nyour count is correct. I have asked for the remainder to be paid out, which takes until {day}. If you want to be quite sure, reply with the sum and I will compare.\n\nBartle, Marlowick help",
        ), day=day),
        key="help",
    )  # fmt: skip


def written_to(s: StoryWriter, number: str) -> None:
    """What help answers if somebody writes again."""
    s.answers("mail", MARLOWICK_HELP, s.words("help again", (
        "Thank you, your sum is noted beside {number}. I compare it today and you hear from me before we close.\n\nOdell, Marlowick help",
        "Got it. I have put your figure into the file of {number}; the till will be asked to explain itself.\n\nPetra, Marlowick help",
        "Your mail about {number} is with me. If our sums agree, the money leaves this afternoon.\n\nWim, Marlowick help",
        "Thanks for the exact sum. {number} goes to the top of my pile.\n\nIngrid, Marlowick help",
        "Noted for {number}. You will have a line from me as soon as it is paid out.\n\nBartle, Marlowick help",
    ), number=number), minutes=6, when=re.escape(number))  # fmt: skip


def forwarded(s: StoryWriter, clerk: Staff, head: Staff, answer: MailAct) -> None:
    """The head of Finance is told, and wants no part in it."""
    note = s.mail(
        clerk, [head], "-1d 11:25", "",
        s.words("inform", (
            "For your information, since it was your card's statement that showed it. They admit it.",
            "This is about the cushions for the waiting corner; the shop owes us something, and says so.",
            "You asked what became of the cushions. They have understood, the money has not arrived yet.",
            "The small difference that we wondered about on Thursday: here is the explanation.",
            "So it was the coupon after all.",
            (EXACT, "I enclose the shop's answer. The difference has been acknowledged; I keep the matter open until the sum is here."),
        ), by=clerk),
        parent=answer, is_forward=True, quote=answer.text, key="inform",
    )  # fmt: skip
    yours = s.reply(head, note, "-1d 13:10", s.words("yours", (
        "Thank you. Please settle it with the shop directly, I need not see the rest.",
        "Good. That one is between you and Marlowick, as far as I am concerned.",
        "Fine. Ask them, not me; I never met these cushions.",
        "Well spotted, that coupon. Do take it up with the shop and leave me out of the copies.",
        "I trust you with it. Whatever you write, write it to Marlowick.",
        (WARM, "How nice that somebody still counts! It is yours to finish, and they are the ones to talk to."),
        (TERSE, "Yours. Not mine."),
    ), by=head), key="yours")  # fmt: skip
    hand_over(s, clerk, yours, "the refund for the cushions")
