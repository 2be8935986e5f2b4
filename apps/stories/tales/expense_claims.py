"""Four installers claim what a trip to Dunmarrow has cost them."""

from gristmill.apps.stories.company import Staff
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.times import day_text, money


@story("expense-claims", needs={"mail"})
def expense_claims(s: StoryWriter) -> Acts:
    """One exceeds a cap with a dinner that was forgotten, one drank, one lacks a receipt, one is a day too late."""
    yield
    clerk = s.one("expenses clerk")
    over, drinker, lacking, late = people = s.some(s.all("installer"), 4)
    s.fact("answer", over.name)
    s.fact("lure", lacking.name)
    s.fact("drank", drinker.name)
    s.fact("too late", late.name)
    night = s.between(118, 152) * 100
    nights = {each.id: 1 if each is late else 2 for each in people}
    meals = {each.id: [s.between(2300, 3900) for _ in range(nights[each.id] + 1)] for each in people}
    meals[lacking.id][1] = s.between(4150, 4450)  # above the cap of last year, below this year's
    meals[over.id][1] = s.between(3100, 3600)
    extras = {
        over.id: ("toll", s.between(410, 790)), drinker.id: ("two ales with the lock keeper", s.between(1150, 1690)),
        lacking.id: ("rope and shackles, no receipt", s.between(2250, 3900)), late.id: ("ferry", s.between(900, 1800)),
    }  # fmt: skip
    totals = {}
    for each in people:
        begin = s.at("-36d") if each is late else s.at("-14d")
        lines = [
            f"{s.fact(f'{each.name}, meals, {n}', money(cents))}" for n, cents in enumerate(meals[each.id])
        ]
        what, cents = extras[each.id]
        rows = [
            f"{day_text(begin.replace(day=begin.day + n).date())},meals,{line}"
            for n, line in enumerate(lines)
        ]
        rows += [
            f"{day_text(begin.date())},lodging (nights: {nights[each.id]}, each {money(night)}),{money(nights[each.id] * night)}",
            f"{day_text(begin.date())},{what},{money(cents)}",
        ]
        totals[each.id] = s.fact(
            f"claim of {each.name}", money(sum(meals[each.id]) + nights[each.id] * night + cents)
        )
        trip = "Dunmarrow" if each is not late else "East Lomond"
        document = s.file(
            f"claim-{each.given.lower()}.csv", "\n".join(("day,what,sum", *rows)) + "\n", each, "-7d 11:00"
        )
        at = s.during(
            each,
            {over.id: "-7d 12:04", drinker.id: "-6d 16:05", lacking.id: "-5d 12:11", late.id: "-4d 16:02"}[
                each.id
            ],
        )
        s.mail(each, [clerk], at, f"Expenses {trip}", claim(s, each, totals[each.id], trip), files=(document,), key=f"claim-{each.id}")  # fmt: skip
    last = s.fact("last day of the older trip", day_text(s.at("-35d").date()))
    s.post("ask-money", late, s.during(late, "-5d 12:30"), s.words("how long", (
        "How long after a trip may one hand in the slips? Asking for my glove box",
        "is a trip that ended on {last} still good for a claim?", "Found a heap of slips from East Lomond under the seat, last day {last}. Worth typing?",
        "Does the clock for expenses start when the trip ends or when I am dry again? Mine ended on {last}",
        "My East Lomond slips have dried at last. The trip was over on {last}, is that a matter for Finance or for the stove?",
    ), by=late, last=last), to=clerk)  # fmt: skip
    dinner = s.fact("forgotten dinner", money(s.between(1600, 2300)), since="-1d 16:02")
    s.mail(over, [clerk], s.during(over, "-1d 16:02"), "forgotten", s.words("forgotten", (
        "Add one dinner to my Dunmarrow list, {sum}, on the second evening. The slip was in the other boot.",
        "I forgot the fish on the second day in Dunmarrow: {sum}. It was a good fish, it deserves a line.",
        "second day, dinner, {sum}, please put it with the rest of dunmarrow",
        "There was a dinner on day two that I left out, {sum}. Receipt is dry by now.",
        "One more for Dunmarrow: the evening of the second day, {sum}, at the lock.",
    ), by=over, sum=dinner))  # fmt: skip
    notes(s, clerk, people)
    for app in ("mail", "chat"):
        s.answers(app, lacking, s.words("receipt", (
            "no receipt, the shop was a man in a boat", "Slip went overboard. Chandler at the lock can write a new one, takes till Friday.",
            "havent got it, he tore it for a fag paper", "The rope man writes nothing down. Strike it if you must.",
            "no slip. have a photo of the rope, does that help", "There never was a receipt. I can show you the rope.",
        ), by=lacking), minutes=12, when="receipt|slip|rope|shackle")  # fmt: skip


def claim(s: StoryWriter, each: Staff, total: str, trip: str) -> str:
    """What an installer writes on top of a list."""
    return s.words("claim", (
        "{trip}, all of it is in the list. Comes to {total}.", "list for {trip} attached, {total}, sorry for the coffee stain",
        "Here is what {trip} took out of my pocket: {total}.", "my {trip} slips typed up, makes {total}",
        "Some days of {trip} in one table, {total} at the foot. The van was cheaper than the beds.",
        "{total} for {trip}. Bed, food and one thing more, see the list.", "The sum for {trip} is {total}, if my thumbs have added it right.",
        "Expenses as asked, {trip}, {total}. Tell me what you do not like.", "i make it {total} for {trip}, check it please",
        "Attached you find {trip}, and at the bottom {total}. No taxis, as we had no road.",
    ), by=each, total=total, trip=trip)  # fmt: skip


def notes(s: StoryWriter, clerk: Staff, people: list[Staff]) -> None:
    """The clerk tells the four how claims are checked."""
    s.mail(clerk, people, s.during(clerk, "-1d 11:20"), "Your claims: how I read them", "\n\n".join((
        s.words("reading", (
            "Your lists have arrived, thank you, and three of the four can be read without a glass. Before I pay anything I go through them once with the pinned rules beside me, and since I am asked every time what I look at, here it is in advance. I look at each day and not at the average: a hungry Tuesday cannot be balanced by a frugal Wednesday.",
            "All four claims lie before me. I shall check them this week and would like to spare us the usual round of letters, so let me say how I do it. Meals are added up for each day; beds are looked at by the night, even if the inn writes one sum for all of them; and what came in a glass with foam on it is taken out, whoever it was drunk with.",
            "I have now the lists of the four of you. Nobody needs to defend himself yet. What I do is simple: every line gets a tick, a question or a stroke. A tick is paid with the wages. A question comes to you by mail. A stroke means that the rule says no, and then I say which rule.",
            "Thank you for the lists. This is how they are read in Finance, so that nobody is surprised on pay day. I begin with the dates, as a trip that ended too long ago is not looked at any further. Then come the days, one after the other, with all meals of a day taken together, also those that are remembered later.",
            "Four claims, one trip and a half; I have printed them and they hang beside my window. Let me explain the pencil marks before they reach you. A ring round a sum means that I want paper for it. A wave means that it was liquid. A cross means that the day has become too expensive for us.",
        ), by=clerk),
        s.words("pins", (
            "The figures that count are those in the pin in the money channel, the newest one. Some of you still carry last year's in your heads, in both directions: one of you has apologised for a meal that is perfectly within bounds. Please do not send me slips on wet paper, and do not send me the fish. If a slip is lost, tell me so when I ask. I would rather hear it at once, from the van, than on Friday from your dispatcher.",
            "Which sums are allowed stands in the pin, and pins change; look at the date on it. If you remember something afterwards, write it, by all means, and I add it to the day on which you ate it. What I cannot do is move it to another day because there is more room. You may ask me anything, but I do not bargain, and I am told that I smile too little while I do not bargain.",
            "I go by what is pinned among the money questions and by nothing that anybody's cousin was paid two years ago. Where a receipt is missing for something small, nobody will mind; for anything larger I shall ask, once, and wait for an answer before I strike it. Ferry tickets with teeth marks are accepted, as I know the dog.",
            "As for limits: read the newest pin, it has replaced the one that most of you know by heart. I pay what it allows and return the remainder with a line of explanation. Late slips of a trip that is still fresh are no misfortune. Trips that lie further back are looked at by their last day, and there I have no choice at all, however good the story is, and they are good stories.",
            "The pin tells you what a day may cost and what a night may. It was renewed in January. I mention this because I received two claims with a friendly remark about the old cap, which has gone to where old caps go. Whatever is right will be in your account with the next wages, and for whatever is not you get a note from me that you may frame.",
        ), by=clerk),
    )))  # fmt: skip
