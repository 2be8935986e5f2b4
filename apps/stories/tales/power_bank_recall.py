"""A recall of power banks that some people of the company have bought."""

from datetime import date, timedelta

from gristmill.apps.stories.acts import MailAct
from gristmill.apps.stories.company import Staff
from gristmill.apps.stories.firms import MARLOWICK, notice, refund
from gristmill.apps.stories.handover import hand_over
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.times import day_text
from gristmill.apps.stories.voices import EXACT, TERSE, WARM
from gristmill.apps.world.chronicle import OrderRequest, PlacedOrder


@story("power-bank-recall", needs={"mail", "shop"}, rank=30)
def power_bank_recall(s: StoryWriter) -> Acts:
    """Two colours of a power bank, bought between two dates, are recalled; one was returned, others are harmless."""
    safety, head = s.one("safety officer"), s.one("head of Office")
    crowd = [p for p in s.cast.staff() if p.id not in {safety.id, head.id, s.desk.id} and p.site != "AR"]
    away = s.pick([p for p in crowd if p.role == "assembler"])
    s.away(away, "-4d 17:30", "+13d 00:00")
    others = s.some([p for p in crowd if p.role != "assembler"], 4)
    owners = [others[0], away, *others[1:]]
    s.goods("bank", "power bank", colours=3)
    orders = orders_of(s, owners)
    pieces = orders[-1].wants[0][1]
    back = s.refunded(
        orders[-1], "-13d 11:15", pieces, "for the goods that came back to us", opened="-17d 13:20"
    )
    yield
    placed = [each.placed for each in orders if each.placed]
    if len(placed) < 5:
        return
    colours = tuple(dict.fromkeys(colour_of(each) for each in (placed[0], placed[1])))
    since, until = (
        placed[2].placed_at.date() + timedelta(days=1),
        placed[3].placed_at.date() + timedelta(days=2),
    )
    affected = [
        (who, order) for who, order in zip(owners, placed, strict=True)
        if colour_of(order) in colours and since <= order.placed_at.date() <= until
    ]  # fmt: skip
    out = sum(order.lines[0].quantity for who, order in affected if who.id != owners[4].id)
    s.fact("answer", out)
    s.fact("lure", sum(order.lines[0].quantity for _, order in affected))
    for who, order in affected:
        s.fact(f"owner {order.number}", who.name)
        if who.id not in {owners[1].id, owners[4].id}:
            thankful(s, who)
    line = placed[4].lines[0]
    refund(
        s,
        owners[4],
        placed[4],
        line,
        line.quantity,
        back.cents or 0,
        back.at,
        reason=back.reason,
        key="refund",
    )
    recall = letter(s, safety, placed[0], colours, since, until)
    announced(s, safety, head, owners, recall)
    on_leave(s, owners[1])


def orders_of(s: StoryWriter, owners: list[Staff]) -> list[OrderRequest]:
    """Five orders of one product: two recalled, one a day early, one in a harmless colour, one that came back."""
    one, two = (("power bank", 1),), (("power bank", 2),)
    return [
        s.order("first", owners[0], "-41d 12:10", *s.pick((one, two)), goods="bank"),
        s.order("second", owners[1], "-35d 09:40", *one, goods="bank", unlike=("first",)),
        s.order("early", owners[2], "-51d 16:25", *one, same_as="first"),
        s.order("harmless", owners[3], "-30d 13:05", *one, goods="bank", unlike=("first", "second")),
        s.order("back", owners[4], "-38d 10:50", *one, same_as="second"),
    ]


def colour_of(order: PlacedOrder) -> str:
    """The colour of an order's first line."""
    return order.lines[0].options.partition(",")[0] or "its only colour"


def letter(
    s: StoryWriter, safety: Staff, order: PlacedOrder, colours: tuple[str, ...], since: date, until: date
) -> MailAct:
    """The shop's recall, as the company's safety officer receives it."""
    named = " and ".join(colours)
    product = s.fact("product", order.lines[0].product)
    window = s.fact("since", day_text(since, year=True)), s.fact("until", day_text(until, year=True))
    s.fact("colours", named)
    return notice(
        s, MARLOWICK, [safety], "-1d 15:05", f"Recall: {product} in {named}",
        f"The maker of the {product} has found that single pieces grow hot when they are charged overnight. It concerns the colours {named} "
        f"that were bought from us between {window[0]} and {window[1]}, both days included. Other colours, and pieces that were bought earlier "
        "or later, come from another factory and are safe.\n\n"
        "According to our records, some of these orders were delivered to your company. We do not write to the buyers one by one, "
        "because many of them have moved, so please tell them:\n"
        "- not to charge the power bank any more, and not to throw it into the bin;\n"
        "- to return it through their order's page, with the reason that it is recalled. Postage is ours;\n"
        "- that the price is refunded to the card that was used, as soon as the parcel is on its way.\n\n"
        "Whoever has returned theirs already need not do anything.",
        key="letter",
    )  # fmt: skip


def announced(s: StoryWriter, safety: Staff, head: Staff, owners: list[Staff], recall: MailAct) -> None:
    """The head of Office asks owners to show themselves; some do."""
    product = recall.subject.removeprefix("Recall: ").rpartition(" in ")[0]
    asked = s.mail(
        safety, [head], "-1d 15:22", "",
        s.words("hand on", (
            "Marlowick recalls some of these. I know of two people who have one, and there will be more. Could you ask around, you reach everybody?",
            "Please read Marlowick's letter to the end: two colours, a few weeks of January and February. I would like every single one off the desks.",
            "These things get hot, and people charge them beside their beds. May I ask you to announce it? I will chase the rest.",
            "There is a recall, and I only see my own orders. A post by you in the big channel would find the owners quicker than I can.",
            "I want a list of who owns one by tomorrow noon. The quickest way is a post from you, with a hand to raise.",
            (EXACT, "Marlowick has recalled a power bank that was delivered to us more than once. It is not every colour and not every week, so please name the product only and let people raise a hand."),
        ), by=safety),
        key="hand-on", parent=recall, is_forward=True, quote=recall.text,
    )  # fmt: skip
    post = s.post(
        "announcements", head, "-1d 15:40",
        s.words("who has one", (
            "Marlowick recalls the {product} in some colours. If you have one, whatever its colour, put a raised thumb here. Do not charge it tonight.",
            "Do you own a {product}? Then react here, please, and leave it unplugged until {safety} has spoken to you.",
            "Owners of a {product}: show yourselves with a thumb. Some of them get hot, {safety} knows which.",
            "There is a recall of the {product}. A thumb from everybody who bought one, please, for home or for here.",
            "One question to all, answered by thumb: who has a {product}? It may have to go back.",
        ), by=head, product=product, safety=safety.given),
        reactions=tuple(
            (who.id, "👍", s.during(who, f"-1d 1{hour}:{minute}"))
            for who, hour, minute in ((owners[0], 5, 52), (owners[3], 6, 14), (owners[4], 6, 31))
            if who.site != "OS"
        ),
        key="who",
    )  # fmt: skip
    done = s.reply(head, asked, "-1d 15:43", s.words("done", (
        "It is announced. Three thumbs in the first hour and I shall be content.",
        "Posted. You look after the rest?",
        "Announced, without the colours, so that nobody excuses themselves too early.",
        "Done. Nobody needs to be told twice, so please keep the list with you.",
        "I have asked them all. If somebody is on leave, a mail will find them sooner than a thumb.",
        (TERSE, "Posted. List is yours."),
    ), by=head))  # fmt: skip
    hand_over(s, safety, done, "the recall")
    s.thread(post, owners[4], "+4m", s.words("went back", (
        "Mine went back in February, the money is here already",
        "I sent mine back two weeks ago, does that count?",
        "had one, returned it last month, got my money",
        "Please do not count me: it was returned in February, for another reason.",
        "My thumb is a former owner's. It went back to Marlowick last month.",
    ), by=owners[4]), key="went-back")  # fmt: skip


def thankful(s: StoryWriter, owner: Staff) -> None:
    """What an owner answers who is told of the recall."""
    text = s.words("thankful", (
        "Thank you for telling me. It is unplugged and goes back tomorrow.", "Oh dear, it was charging as you wrote. I send it back.",
        "Understood, I print the label this afternoon.", "Good that you say so, I had thought mine was only warm-hearted.",
        "Then I part with it. Thanks!", "thx, unplugged",
    ), by=owner)  # fmt: skip
    for app in ("chat", "mail"):
        s.answers(app, owner, text, minutes=5, when="recall|power bank")


def on_leave(s: StoryWriter, owner: Staff) -> None:
    """One of the owners is away and reads no channel."""
    s.post("who-is-away", owner, s.during(owner, "-4d 11:05"), s.words("leave", (
        "Away from Monday, back on {day}. My phone stays in a drawer.",
        "I am off until {day}, walking. No chat, mail in the evenings at best.",
        "On leave, back {day}. If it burns, write me a mail",
        "Gone from this evening to {day}. The plants know.",
        "Holiday until {day}, somebody else has my keys.",
        (WARM, "Two weeks of mountains, if the weather is kind. I am back on {day} and will read my mail before I read anything else."),
    ), by=owner, day=day_text(s.at("+13d").date())), key="leave")  # fmt: skip
