"""Stools for the stand-up, with a budget that shrinks."""

from gristmill.apps.stories.acts import MailAct
from gristmill.apps.stories.company import Staff
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.times import money
from gristmill.apps.stories.voices import EXACT, LOUD, TERSE, WARM
from gristmill.apps.world.choice import WorldSize
from gristmill.apps.world.chronicle import FoundProduct, GoodsRequest

STEP = 1000  # budgets are whole tens of dollars


@story("standup-stools", needs={"mail"}, size=WorldSize.SMALL)
def standup_stools(s: StoryWriter) -> Acts:
    """Stools for Spring: the count changes in the thread, the budget by a later mail; the favourite is too dear."""
    head, designer = s.one("head of Platform"), s.one("designer")
    engineers = [each for each in s.all("engineer", "HS") if each.id != s.desk.id]
    dear = s.goods("favourite", "stool", least_cents=5800, most_cents=7500, colours=2)
    cheap = s.goods("fitting", "stool", least_cents=3900, most_cents=5300, colours=2, unlike=("favourite",))
    reviewer = s.pick([each for each in s.cast.staff("LV") if each.id != s.desk.id])
    s.review(
        dear, reviewer, "-83d", 2, "Wobbles",
        s.words("wobble", (
            "Nice to look at. On our stone floor it wobbles, and the felt that came with it did not help.",
            "One leg is a hair shorter than its sisters. It wobbles whenever I reach for my cup.",
            "It rocks. Not much, but I write by hand, and my letters show it.",
            "I have turned it four times to find the side on which it does not wobble. There is none.",
            "Pretty thing, and it wobbles like a calf. Paper under a leg is not what I paid for.",
        )),
    )  # fmt: skip
    s.order("earlier", s.one("buyer", "PA"), "-74d 13:20", ("desk organiser", 2))  # went to Port Ansley
    yield
    count = s.between(4, 6)
    final = count + 1
    favourite, fitting = sorted_by_price(dear, cheap)
    price_high = favourite.variants[0].price_cents if favourite else 6400
    price_low = fitting.variants[0].price_cents if fitting else 4700
    second = up(price_low * final)
    first = max(up(price_high * final), second + 6 * STEP)
    budget, cut = (
        s.fact("first budget", money(first), until="-1d 14:10"),
        s.fact("budget", money(second), since="-1d 14:10"),
    )
    number = s.fact("count", final)
    s.fact("answer", f"{number}, {cut}")
    s.fact("lure", f"{number}, {budget}")
    colour = s.fact("colour", s.pick(fitting.colours)) if fitting and fitting.colours else None
    asked = wanted(s, head, count, budget, colour)
    changed(s, asked, designer, engineers, favourite)
    shrunk(s, head, asked, cut)
    if favourite:
        s.fact("favourite", favourite.name)
        s.event(
            "+6m", "shop.change_stock", {"variant_id": favourite.variants[0].variant_id, "stock": count - 2}
        )


def sorted_by_price(*requests: GoodsRequest) -> tuple[FoundProduct | None, FoundProduct | None]:
    """The dearer and the cheaper product; none without a shop."""
    found = sorted(
        (each.found for each in requests if each.found), key=lambda each: -each.variants[0].price_cents
    )
    return (found[0], found[1]) if len(found) > 1 else (None, None)


def up(cents: int) -> int:
    """The next whole ten dollars above a sum."""
    return (cents // STEP + 1) * STEP


def wanted(s: StoryWriter, head: Staff, count: int, budget: str, colour: str | None) -> MailAct:
    """The head of Platform asks for stools."""
    opening = s.words("stools", (
        "Our written stand-up is a success, but on Mondays we stand in Spring and lean on the printer. I would like {count} stools for the room.",
        "Could somebody with taste buy {count} stools for Spring? We stand too long on Mondays and the printer has begun to complain.",
        "Spring needs something to perch on: {count} stools, not so comfortable that a stand-up becomes a sit-down.",
        "I have watched people balance on radiators for a month. Let us have {count} stools in Spring.",
        "For Mondays in Spring I want {count} stools. They have to survive engineers.",
        (TERSE, "{count} stools for Spring, please."),
    ), by=head, count=count)  # fmt: skip
    money_line = s.words("first budget", (
        "We may spend {budget} in all, and in all means with delivery.",
        "The whole lot, delivered, must not exceed {budget}.",
        "There are {budget} for it, delivery included.",
        "Finance gives us {budget}. Whatever delivery costs comes out of the same purse.",
        "Stay at or below {budget}, doorstep to doorstep.",
    ), by=head, budget=budget)  # fmt: skip
    where = s.words("where", (
        "They go to our own mail room this time; the last parcel went to Port Ansley and took a week more.",
        "Send them to Orchard Way, not to Port Ansley like the organisers before Christmas.",
        "Our address, please: the order before the holidays saw Cooperage House first.",
        "Mind the address. Last time our things made a tour of Harbor Street.",
        "Delivery straight to us in the Springs; I do not want to thank the mail-room keeper twice.",
    ), by=head)  # fmt: skip
    taste = f" {s.words('colour', COLOURS, by=head, colour=colour)}" if colour else ""
    return s.mail(
        head,
        [s.list_of("platform")],
        "-5d 13:00",
        "Stools for Spring",
        f"{opening}{taste}\n\n{money_line} {where}",
        key="ask",
    )


COLOURS = (
    "If there is a choice, {colour}.", "In {colour}, so that they match the wall.", "{colour} would be best, all alike.",
    "I should like {colour}; the room is grey enough.", "All in {colour}, please.",
)  # fmt: skip


def changed(
    s: StoryWriter, asked: MailAct, designer: Staff, engineers: list[Staff], favourite: FoundProduct | None
) -> None:
    """Two more want one, one drops out, and somebody has read the reviews."""
    everyone = {"to": (asked.sender, *asked.to)}
    s.reply(engineers[0], asked, "-4d 11:40", s.words("two more", (
        "Make it two more: the data people come over for the March review, and one of us has a cast on her foot.",
        "Please add a pair of stools. Whoever visits us ends up on the window sill.",
        "I count two stools short. Product sits with us on Mondays, they only never say so.",
        "Two stools on top, for the people from Product who stand behind us and breathe.",
        "We are two more than you think, as every Monday. So add two.",
    ), by=engineers[0]), **everyone)  # fmt: skip
    s.reply(engineers[1], asked, "-4d 13:25", s.words("one less", (
        "One fewer on my account. I stand, and I have a note from my back to prove it.",
        "No stool for me, please: I brought a crate from home and am attached to it.",
        "Leave mine out. I sit all week, on Mondays I want to stand.",
        "Take one stool off again, I shall never use it.",
        "Not for me. My knees and a stool have met before.",
        (LOUD, "none for me, i pace"),
    ), by=engineers[1]), **everyone)  # fmt: skip
    name = f"the {favourite.name}" if favourite else "the pretty one with the round seat"
    s.reply(designer, asked, "-4d 15:10", s.words("favourite", (
        "My favourite would be {name}. Before you order: one of its reviews complains that it wobbles, and it took me a while to find.",
        "If beauty counts, {name}. If sitting counts, read all of the reviews; somebody says that theirs wobbles.",
        "I like {name} and so would the room. There is one bad review about wobbling, further down than one usually reads.",
        "Vote for {name} from me, with a warning: a reviewer with a stone floor found that it rocks.",
        "It is {name}, if you ask my eyes. My spine has read a review in which it wobbles.",
        (EXACT, "I suggest {name}. For completeness: one review out of several reports wobbling, on stone."),
    ), by=designer, name=name), **everyone)  # fmt: skip
    s.reply(designer, asked, "+9m", s.words("lamp", (
        "One of the stools would be a lamp, if it were up to me. I sit in the dark corner.",
        "Could my stool become a desk lamp? I would rather see than sit.",
        "May I swap my stool for a desk lamp? The corner by the door is a cave.",
        "Would anybody mind if I took a desk lamp in place of a stool? Mine would stand unused.",
        "A desk lamp instead of one stool would make me happier, and it costs less.",
    ), by=designer), held=True, key="lamp", **everyone)  # fmt: skip


def shrunk(s: StoryWriter, head: Staff, asked: MailAct, cut: str) -> None:
    """The head cuts the budget."""
    s.mail(
        head, [s.list_of("platform")], "-1d 14:10", "Stools",
        s.words("cut", (
            "The quarter is tight and I have been asked to help. The stools get {cut}, still with delivery, not a cent more.",
            "I had to give some money back: what is left for the stools is {cut}, delivery included.",
            "Bad news from the numbers, good news for your legs: we still buy stools, for {cut} at the most.",
            "Please forget what I said the stools may cost. It is {cut} now, all in.",
            "New limit for Spring: {cut}. If that buys no beauties, it buys honest wood.",
            (WARM, "I was at the money meeting this morning and came out lighter. There are {cut} left for our stools, and I would be glad if we simply found cheaper ones."),
            (TERSE, "Budget is {cut} now."),
        ), by=head, cut=cut),
        parent=asked if s.chance(30) else None, key="cut",
    )  # fmt: skip
