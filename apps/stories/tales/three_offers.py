"""Three foundries offer housings; one of them gets cheaper after the closing time."""

from typing import Any

from gristmill.apps.stories.acts import Address, MailAct
from gristmill.apps.stories.company import Staff
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.times import money

COUNT, TAX = 120, 8


@story("three-offers", needs={"mail"})
def three_offers(s: StoryWriter) -> Acts:
    """One price lacks the tax, one the freight, and one was cut too late; by the rules another firm wins."""
    yield
    buyer, head = s.one("buyer", "LV"), s.one("head of Office")
    late = s.outsider("Brassnock Castings", "offers@brassnock.test")
    wins, net = s.sampler.shuffled((
        s.outsider("Cinderlow Foundry", "sales@cinderlow.test"), s.outsider("Pewterby Works", "office@pewterby.test"),
    ))  # fmt: skip
    base = s.between(46, 71) * 100
    gross = base * COUNT
    freight, dear = s.between(180, 260) * 100, base - s.between(60, 140)
    bare, cut = base - s.between(150, 290), base - s.between(400, 520)
    days = s.between(10, 14)
    s.fact("answer", wins.name)
    s.fact("lure", late.name)
    s.fact("cheapest before tax", net.name)
    s.fact("total of the winner", money(gross))
    s.fact("total of the late offer", money(cut * COUNT + freight))
    s.fact("total without tax", money(bare * COUNT))
    s.fact("total with tax", money(bare * COUNT * (100 + TAX) // 100))
    words: dict[str, Any] = {
        "count": s.fact("count", COUNT), "tax": s.fact("tax", TAX), "closes": s.fact("closes", "17:00"),
        "base": s.fact("price of the winner", money(base)), "bare": s.fact("price without tax", money(bare)),
        "dear": s.fact("price without freight", money(dear)), "freight": s.fact("freight", money(freight)),
        "cut": s.fact("price, cut", money(cut), since="-4d 17:25"), "days": s.fact("days of the winner", days),
        "later": s.fact("days of the others", days - 2), "slow": s.fact("slower", 19, since="+8m"),
    }  # fmt: skip
    asks = asked(s, buyer, [late, wins, net], words)
    offered(s, buyer, (late, wins, net), asks, words)
    s.post("buyers", buyer, s.during(buyer, "-1d 09:35"), s.words("late?", (
        "Brassnock wrote again on Friday after the bell. By our clock it was not yet five, by Port Ansley's it was. Which clock is ours?",
        "three offers for the housings are in, one of them twice. does the second letter of brassnock count",
        "Housings: three firms, four letters. The fourth is the cheapest and came when Cooperage House was shut.",
        "The foundries have answered. I would like somebody to say aloud whether Friday evening is Friday.",
        "Whoever wrote the rule about closing times, did you mean the Boathouse's clock or the other?",
    ), by=buyer), to=head)  # fmt: skip
    s.mail(head, [buyer], s.during(head, "-1d 10:15"), "Housings: decide on Tuesday", s.words("decide", (
        "Three offers are on your table and one supplier has called me at home. Decide on Tuesday, by the rule that I wrote in November: everything included, nothing that came after the bell, nobody slower than we can wait.",
        "Please choose the foundry on Tuesday and tell me which. I want to see one sum per firm, with tax and with freight, and I do not want to see prices from after the closing time.",
        "On Tuesday the housings must be settled. Port Ansley's clock closed the offers; the rest you know from my letter on suppliers.",
        "Take the cheapest who keeps to the rule, on Tuesday, and write one friendly line to the two others. A letter that comes after the close is a letter for next time.",
        "I leave the foundry to you, until Tuesday. Put tax and freight on all three before you compare, and count their days as working days.",
    ), by=head))  # fmt: skip
    s.reply(net, asks, "+8m", s.words("slower", (
        "A furnace has cracked. We would now need {slow} working days for your housings and not the days in our offer.",
        "About our offer for the {count} housings: please reckon with {slow} working days, the sand is wet.",
        "To be honest with you before you sign, it would take us {slow} working days at present.",
        "Your housings could leave us after {slow} working days, no sooner. The price stays as offered.",
        "We must correct the time in our offer to {slow} working days. Everything else may stand.",
    ), **words), to=(buyer,), held=True)  # fmt: skip


def asked(s: StoryWriter, buyer: Staff, firms: list[Address], words: dict[str, Any]) -> MailAct:
    """The buyer asks three foundries at once, each in blind copy."""
    return s.mail(buyer, [buyer], "-20d 12:40", "Request for offers: gauge housings", "\n\n".join((
        s.words("request", (
            "We are looking for a foundry for the next lot of gauge housings and ask you, among others, for an offer. It is {count} pieces of the Bittern housing in the drawing that you know, with the deeper thread, deburred, leak-tested and unpainted.",
            "This goes to three foundries that have all cast for us before. We need {count} Bittern housings after the same drawing as last year, with one change: the thread in the lid is deeper by a turn.",
            "Spring is when harbours remember that they want gauges, so we would like to buy {count} housings now. The drawing is the old one, the thread is the new one, and the lid must keep out a hose as well as a tide.",
            "May I have your price for {count} housings of the Bittern? Nothing has changed but the thread. They are tested under water at our place, and whatever bubbles goes home to you.",
            "I am to find out who casts our next {count} Bittern housings. You have the drawing; please take the one with the deeper thread, which has a heron stamped in its corner so that nobody confuses the two.",
        ), **words),
        s.words("terms", (
            "Please say in your offer what one piece costs, whether tax is in it, what the freight to the Boathouse comes to, and how many working days pass between our order and your lorry. If you can only deliver in two lots, tell us that as well; we have a shed but it is a small one.",
            "I need four things from you: the price of a piece, the tax, the freight to Lake Verrin, and the working days that you take. A sentence on how the pieces are packed would be welcome, as the last ones arrived in hay.",
            "So that I can lay the offers beside each other, give me the piece, the tax, the carriage to the Boathouse and your time in working days, each on its own line. Discounts for early payment are kind but do not enter the comparison.",
            "What ought to be in the offer: a price, what it includes and what it does not, the carriage, the days. What need not be in it: the history of your house, which I have read with pleasure twice.",
            "Your answer should let me work out what the lot costs when it stands in our yard, duties paid and forklift gone, and on which day that could be. More than a page is not needed.",
        ), **words),
        s.words("closing", (
            "Offers close on Friday 28 February at {closes} by the clock of our head office in Port Ansley. What comes later we return unread, which is unpleasant for both sides, so please be early. Questions by mail, please; the telephone in the shed rings for nobody.",
            "The closing time is {closes} in Port Ansley on the last Friday of February. You will hear from us in the week after, whichever way it goes, and we do not tell one foundry what another has asked.",
            "Please let us have it before the last Friday of February, {closes} Port Ansley time. We decide in the first days of March and write to all three of you on the same day.",
            "Until {closes} on Friday 28 February, Port Ansley's clock, offers are welcome; after that the list is shut. I would rather have a plain offer in time than a beautiful one on Monday.",
            "We collect offers until Friday 28 February, {closes} as they count in Port Ansley. If something in the drawing is unclear, ask soon, and I shall answer all three of you alike.",
        ), **words),
    )), bcc=firms)  # fmt: skip


def offered(
    s: StoryWriter, buyer: Staff, firms: tuple[Address, ...], asks: MailAct, words: dict[str, Any]
) -> None:
    """The offers, and what came on Friday after the closing time."""
    late, wins, net = firms
    s.reply(late, asks, "-13d 08:20", "\n\n".join((
        s.words("without freight", (
            "Thank you for asking us again for housings. We offer the piece at {dear}, tax included, ex works, and would begin on the day of your order. Carriage to Lake Verrin costs {freight} for the lot, because the bridge at Quillan is closed to anything heavier than a priest.",
            "For the housings we can do {dear} a piece with the tax in it. You fetch, or our haulier brings the lot for {freight}. The deeper thread is no trouble, we have cut the tool for it already.",
            "Brassnock is glad to offer: one housing {dear}, tax paid. The price holds at our gate. Whoever wants them at the Boathouse adds {freight} for the lorry.",
            "Our offer is {dear} for each housing, tax in, freight out; the freight would be {freight} altogether.",
            "A housing of the Bittern costs {dear} with us, the tax being part of it and the lorry ({freight}) not.",
        ), **words),
        s.words("brassnock's time", (
            "We need {later} working days, of which two are cooling and one is our patron saint. The pieces are packed upright in crates of six and every crate is signed by whoever filled it.",
            "From order to gate it takes us {later} working days. Should a crate be short, as happened, we count it twice and send the rest at our cost.",
            "Reckon with {later} working days. We would keep the pattern in our store for you without charge, with your name on it and mothballs in the corners.",
            "Time: {later} working days. Crates are wooden, returnable and have been to more harbours than most captains.",
            "The days we need are {later}. Your fitter may come and watch, he knows where the helmets hang.",
        ), **words),
    )), to=(buyer,))  # fmt: skip
    s.reply(wins, asks, "-11d 13:05", s.words("all in", (
        "All in, that is with tax and with our own van to your door: {base} a piece for the {count} housings, {days} working days. We do not like surprises and therefore sell none.",
        "Housings, {count} of them: {base} each. Freight and tax are inside this figure and {days} working days are what it takes us.",
        "You asked for lines, here they are. Piece {base}; tax included; freight included; working days, {days}. Packed in paper, not in hay.",
        "We offer {base} for a housing, delivered to the Boathouse and with the tax paid. After your order please allow {days} working days.",
        "Delivered, taxed and swept up behind us, one housing comes to {base}. It would be {days} working days.",
    ), **words), to=(buyer,))  # fmt: skip
    s.reply(net, asks, "-5d 09:50", s.words("net", (
        "We can cast your housings for {bare} the piece, freight free, to which the law adds its {tax} per cent. In {later} working days they are with you.",
        "Housings at {bare} each and no freight, as we pass your lake anyway. All prices net; the tax is {tax} per cent. Time is {later} working days.",
        "Our price per housing: {bare}. We carry them over ourselves at no cost. As always with us figures are without tax ({tax} per cent). {later} working days.",
        "For {count} housings we ask {bare} apiece, plus tax of {tax} per cent, minus any freight, within {later} working days.",
        "Net {bare} a housing, tax of {tax} per cent on top, carriage on the house; {later} working days, given dry sand.",
    ), **words), to=(buyer,))  # fmt: skip
    s.reply(late, asks, "-4d 17:25", s.words("cut", (
        "My partner has looked at our offer for the housings and says that I count like an aunt. Make it {cut} a piece, the lorry as before.",
        "We would like the work and can go down to {cut} for a housing. Freight as offered. It is still before five at your lake, I see.",
        "New price for the lot: {cut} each, tax in it. I hear that others are close.",
        "For the housings please replace our price of a piece by {cut}. The freight of {freight} remains, and so do the days.",
        "On second thoughts, {cut} per housing. We had put the pattern into the price, and you paid for it last year.",
    ), **words), to=(buyer,))  # fmt: skip
