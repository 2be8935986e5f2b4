"""The same bottles, ordered by two people within half an hour."""

from gristmill.apps.stories.acts import PostAct
from gristmill.apps.stories.company import Staff
from gristmill.apps.stories.handover import hand_over
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.times import money
from gristmill.apps.stories.voices import EXACT, TERSE, WARM
from gristmill.apps.world.choice import WorldSize
from gristmill.apps.world.chronicle import OrderRequest


@story("ordered-twice", needs={"chat"}, size=WorldSize.SMALL)
def ordered_twice(s: StoryWriter) -> Acts:
    """Both the manager and the buyer ordered bottles; one of the orders has shipped, the other is to be cancelled."""
    manager, buyer, head = s.one("office manager", "PA"), s.one("buyer", "PA"), s.one("head of Office")
    count, is_managers = 12, s.chance(60)
    kind = ("water bottle", count)
    s.goods("bottle", "water bottle", colours=2, most_cents=3800)
    shipped, open_ = "shipped", "processing"
    first = s.order(
        "managers",
        manager,
        "-1d 15:10",
        kind,
        goods="bottle",
        status=shipped if is_managers else open_,
        most_cents=60000,
    )
    second = s.order(
        "buyers", buyer, "-1d 15:31", kind, goods="bottle", status=open_ if is_managers else shipped,
        most_cents=60000, unlike=("managers",),
    )  # fmt: skip
    third = s.order("third", buyer, "-1d 17:05", ("towel", 2), status=open_, most_cents=15000)
    yield
    s.fact("count", count)
    kept, stopped = (first, second) if is_managers else (second, first)
    for key, request in (("answer", stopped), ("lure", kept), ("third", third)):
        s.fact(key, request.placed.number if request.placed else "none")
        s.fact(f"total of {key}", money(request.placed.total_cents) if request.placed else "none")
    granted(s, head, manager, buyer, count)
    root = noticed(s, manager, buyer, first, second)
    settled(s, root, manager, buyer, is_managers=is_managers)
    if third.placed:
        s.event("+3m", "shop.ship_order", {"order_id": third.placed.id, "number": third.placed.number})


def granted(s: StoryWriter, head: Staff, manager: Staff, buyer: Staff, count: int) -> None:
    """The head of Office allows it once, to both."""
    ask = s.mail(
        manager, [head], "-1d 14:05", "Bottles for Brightwater", cc=[buyer],
        text=s.words("bottles", (
            "Brightwater sends {count} people next week and I would like each of them to find a water bottle at their place. Do you agree?",
            "For the visit from Brightwater: {count} water bottles, better ones, as a small present that is of use on a quay. May we?",
            "{count} guests from the harbour office, no glasses in Ferry that match. I suggest water bottles, one each, to keep.",
            "Could we greet the Brightwater people with a water bottle each? There are {count} of them.",
            "I am counting chairs for Brightwater and arrive at {count}. A water bottle on each chair would look well, if you allow it.",
        ), by=manager, count=count),
        key="ask",
    )  # fmt: skip
    yes = s.reply(head, ask, "-1d 14:50", s.words("granted", (
        "Yes, once, and nothing that leaks.",
        "A good idea, go ahead. Both of you know which bottles the shop has, so choose between you.",
        "Granted to whichever of you two is quicker.",
        "Agreed. Plain ones, please, without a proverb on them.",
        "Please do. One of you orders the bottles, the other says thank you.",
        (WARM, "What a kind thought. Yes, and I look forward to the first guest who leaves a bottle in the lift."),
    ), by=head), to=(manager, buyer), key="granted")  # fmt: skip
    hand_over(s, manager, yes, "the order of bottles")


def noticed(
    s: StoryWriter, manager: Staff, buyer: Staff, first: OrderRequest, second: OrderRequest
) -> PostAct:
    """The buyer sees that there are two orders; the manager offers to cancel."""
    mine = f"{second.placed.number}, {money(second.placed.total_cents)}" if second.placed else "a dozen"
    theirs = first.placed.number if first.placed else "that order"
    root = s.post("buyers", buyer, "-1d 16:20", s.words("two orders", (
        "I think we both bought bottles for Brightwater. Mine is {mine}.",
        "Two orders for the same bottles? I have {mine}, and the statement shows another.",
        "Bottles: ordered, {mine}. But somebody was there before me, it seems.",
        "um. are the brightwater bottles on their way twice? mine: {mine}",
        "Did the grant go to both of us? I have ordered as well: {mine}.",
        (EXACT, "There are two orders for the bottles today. One is mine ({mine}); the other bears your name."),
    ), by=buyer, mine=mine), to=manager, key="noticed")  # fmt: skip
    s.thread(root, manager, "-1d 16:28", s.words("cancel mine", (
        "Then I cancel mine, {theirs}. Yours came later, but you found the nicer colour.",
        "We did. I will cancel mine ({theirs}) in the morning.",
        "My fault, I pressed the button at once; so {theirs} goes, I see to it tomorrow.",
        "So {theirs} is one too many. I take it back, keep yours.",
        "oh dear. mine is {theirs}, i cancel that one",
    ), by=manager, theirs=theirs), key="offer")  # fmt: skip
    return root


def settled(s: StoryWriter, root: PostAct, manager: Staff, buyer: Staff, *, is_managers: bool) -> None:
    """The last word: whose order stays."""
    s.thread(root, buyer, "-55m", s.words("keep yours", (
        "Keep yours. Mine is cheaper to stop, it is still in the basket stage over there.",
        "Do not cancel yours after all; mine can be stopped more easily.",
        "I slept over it: yours stays, mine goes.",
        "better leave yours alone, i stop mine",
        "Changed my mind: yours is the right colour for Brightwater, so mine is the one that goes.",
    ), by=buyer), to=manager, key="keep-yours")  # fmt: skip
    kept = manager if is_managers else buyer
    s.answers("chat", kept, s.words("done then", (
        "Thank you, so one dozen remains.", "Good. Brightwater gets one bottle a head after all.", "Then mine may travel in peace.",
        "Fine, I tell the mail room to expect one box.", "ok good, one box then",
    ), by=kept), minutes=3, when="cancel|stopped|bottle")  # fmt: skip
    if is_managers:
        s.thread(root, manager, "-18m", s.words("packed", (
            "As well, for mine has just shipped.",
            "Good, because mine left the house minutes ago.",
            "Agreed. Mine is on the van already, I could not stop it any more.",
            "fine, mine is out of the door anyway",
            "Then it is settled: mine travels, yours is cancelled.",
            (TERSE, "Mine shipped. Stop yours."),
        ), by=manager), key="shipped")  # fmt: skip
        return
    s.thread(root, buyer, "-18m", s.words("too late", (
        "Too late on my side, mine has shipped. So cancel yours, please, as you first said.",
        "I was too slow: mine is on the van. It is yours that has to go.",
        "Forget what I wrote at nine. Mine has left, please stop yours.",
        "mine shipped just now!! yours then, sorry",
        "Marlowick was quicker than I was. Yours must be the one that we cancel.",
    ), by=buyer), key="too-late")  # fmt: skip
