"""An invoice for gauge housings that does not agree with its purchase order."""

from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.times import money
from gristmill.apps.world.choice import WorldSize


@story("brassnock-invoice", needs={"mail"}, size=WorldSize.SMALL)
def brassnock_invoice(s: StoryWriter) -> Acts:
    """Two crates are missing, the bill has two digits swapped, and its credit note goes to the wrong desk."""
    yield
    clerk, lead, receivables = s.one("payables clerk"), s.one("shift lead"), s.one("receivables clerk")
    buyer = s.one("buyer", "LV")
    billing = s.outsider("Brassnock Castings, billing", "billing@brassnock.test")
    crates, missing = 20, s.between(2, 3)
    each, is_wrong = s.between(61, 94) * 100 + 45, s.chance(70)
    ordered = crates * each
    billed = swapped(ordered) if is_wrong else ordered
    order = s.fact("order", f"WM-PO-0{s.between(400, 498)}")
    number, credit = (
        s.fact("invoice", f"BC-{s.between(3100, 3899)}"),
        s.fact("credit note", f"CN-{s.between(210, 389)}"),
    )
    s.fact("crates", crates)
    s.fact("missing", missing)
    s.fact("answer", money(billed - ordered))
    s.fact("lure", money(abs(billed - ordered) - missing * each if is_wrong else missing * each))
    due, total, back = (
        s.fact("ordered", money(ordered)), s.fact("billed", money(billed)), s.fact("credited", money(missing * each)),
    )  # fmt: skip
    s.mail(
        buyer, [billing], "-12d 10:05", f"Purchase order {order}",
        s.words("order", (
            "Please make us {crates} crates of housings, the same as last time but with the deeper thread. The order is {order}, its sum {due}, freight and tax included.",
            "This is order {order}: {crates} crates of Bittern housings, delivered to the Boathouse, {due} with everything. Put the number on your invoice or it wanders about.",
            "We would like {crates} crates of housings before the month is out. {due} all in, as you offered; our number for it is {order}.",
            "Herewith {order} for {crates} crates. The price we agreed on the telephone was {due}, tax and freight in it.",
            "{crates} crates of housings, please, under {order}. I have {due} in my notes as the whole sum, say so at once if you have another.",
        ), by=buyer, crates=crates, order=order, due=due), cc=[clerk],
    )  # fmt: skip
    s.post(
        "workshop-floor", lead, "-7d 11:10",
        s.words("missing", (
            "Brassnock came: {missing} of {crates} crates are not there. The driver signed that they are not there",
            "counted the castings twice, {crates} on paper, {missing} short on the floor",
            "Delivery is in, minus {missing} crates. I kept the slip, nobody throw it away",
            "We got Brassnock's lot without {missing} of its {crates} crates. Photos are on the bench computer",
            "short delivery again: {missing} crates missing out of {crates}, the rest looks straight",
        ), by=lead, missing=missing, crates=crates),
    )  # fmt: skip
    bill = s.mail(
        billing, [clerk], "-3d 08:12", f"Invoice {number} for your order {order}",
        s.words("bill", (
            "Please find our invoice {number} over {total} for order {order}. We ask for payment within thirty days.",
            "For the housings of your order {order} we charge {total}; the number of the invoice is {number}. Thank you for the business.",
            "We delivered, so we write: {number}, {total}, your order {order}. Thirty days, as always.",
            "Invoice {number} is attached to this delivery of order {order}. The sum to be paid is {total}.",
            "Order {order} has left our yard in full, and here is what it costs: {total}, invoice {number}.",
        ), number=number, total=total, order=order), kind="mail",
    )  # fmt: skip
    note = s.mail(
        billing, [receivables], "-1d 11:35", f"Credit note {credit}",
        s.words("credit", (
            "Our loading list agrees with your shift lead's slip. We credit {back} for the crates that stayed here; note {credit} belongs to {number}.",
            "Two men looked behind the forge and there they were, your crates. Rather than send them alone we credit {back}, note {credit} to invoice {number}.",
            "With regret we confirm the short delivery and reduce {number} by {back}. The credit note is {credit}.",
            "The crates that you miss are still ours. Credit note {credit} over {back} is for invoice {number}.",
            "Credit {credit}: {back}, to be taken off {number}. The castings come with the next load.",
        ), back=back, credit=credit, number=number),
    )  # fmt: skip
    s.mail(
        receivables, [clerk], "-1d 11:52", "", "", parent=note, is_forward=True, quote=note.text, bare=True
    )
    if is_wrong:
        s.reply(
            billing, bill, "+9m",
            s.words("corrected", (
                "Our typist crossed two digits, as your colleague on the telephone found out. {number}-B over {due} replaces {number}; the credit note stays valid.",
                "Please throw {number} away and take {number}-B, {due}. It was a slip of the hand.",
                "Corrected invoice: {number}-B, {due}. With apologies from the typewriter.",
                "We have looked at {number} again, and it should have said {due}. {number}-B says so.",
                "You will find {number}-B over {due} in place of {number}. What we have credited remains credited.",
            ), number=number, due=due), to=(clerk,),
        )  # fmt: skip


def swapped(cents: int) -> int:
    """A sum with two of its digits exchanged, so that it is larger by more than any tolerance."""
    digits = list(str(cents))
    for place in range(len(digits) - 3):
        if digits[place] < digits[place + 1]:
            digits[place], digits[place + 1] = digits[place + 1], digits[place]
            return int("".join(digits))
    return cents + 9000
