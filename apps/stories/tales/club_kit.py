"""T-shirts for a rowing crew, two of them too small, and shampoo by the litre."""

from typing import Any

from gristmill.apps.stories.acts import Address
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.times import day_text

ROWERS = (
    ("Hedda Strand", "hedda.strand"),
    ("Milo Achterberg", "milo.achterberg"),
    ("Zofia Penhale", "zofia.penhale"),
)


@story("club-kit", needs={"mail"})
def club_kit(s: StoryWriter) -> Acts:
    """The treasurer wants two shirts exchanged, until one of the rowers finds that theirs fits."""
    desk, small = s.desk, s.between(3, 5)
    shirt = s.goods("shirt", "t-shirt", size="L", colours=3, most_cents=3400)
    order = s.order(
        "shirts",
        desk,
        "-20d 18:40",
        ("t-shirt", small),
        ("t-shirt", 8 - small),
        goods="shirt",
        sizes=("M", "L"),
        ship_to="Home",
        status="delivered",
    )
    s.goods("soap", "shampoo")
    yield
    bought = order.placed
    colour = s.fact("colour", bought.lines[0].options.split(",")[0].strip()) if bought else "the blue"
    s.fact("lure", "2 M for L", until="-1d 20:15")
    s.fact("answer", "1 M for L", since="-1d 20:15")
    (first, _), (second, second_box), (third, third_box) = s.sampler.shuffled(ROWERS)
    words: dict[str, Any] = {
        "count": s.fact("shirts", 8), "wrong": s.fact("too small, at first", 2), "first": first.split()[0], "second": second.split()[0], "third": third.split()[0],
        "order": s.fact("order", bought.number) if bought else "the one from February", "colour": colour, "day": s.fact("regatta", day_text(s.at("+32d").date())),
    }  # fmt: skip
    own = s.outsider(desk.name, desk.private_email)
    treasurer = s.outsider("Ansley Rowers, treasurer", "treasurer@ansleyrowers.example")
    rower, other = (
        s.outsider(second, f"{second_box}@quillfold.test"),
        s.outsider(third, f"{third_box}@quillfold.test"),
    )
    s.mail(treasurer, [own], "-21d 19:05", "Shirts for the crew", s.words("asks", (
        "Would you order the shirts this year? {count} of them, all in one colour, medium and large. The club pays you back on the evening of the draw.", "It is your turn with the shirts, says the list on the door. {count}, please, and nothing with a pocket, an oar goes in there.",
        "May I ask you to buy the crew's shirts? We need {count}. Last year's were see-through, which the other boat noticed.", "The crew wants {count} shirts before the season. You have an account and taste, so it falls on you.",
        "Could you see to {count} shirts for us, half of them medium? Keep the receipt, I reimburse in cash and cake.",
    ), **words), labels=("Private/Rowing",))  # fmt: skip
    s.mail(own_self(s), [treasurer], "-14d 19:20", "Re: Shirts for the crew", s.words("have come", (
        "The shirts are here, {count} in {colour}, and hang over my banisters. I bring them on Thursday.", "All {count} shirts have come. The colour is {colour} and they smell of cardboard, not of river, yet.", "Shirts: delivered, counted, {count}. Tell the crew to try them on before they sweat.",
        "I have {count} shirts in my hall and would like my hall back. Thursday at the boathouse?", "The parcel with the shirts arrived; {colour} looks better than on the screen. See you on the water.",
    ), **words))  # fmt: skip
    s.mail(treasurer, [own], "-5d 18:30", "Shirts and soap", "\n\n".join((
        s.words("report", (
            "The club's committee met on Tuesday, in the boathouse, as the heating in the clubroom has joined the ducks. It thanks you for the shirts, which were admired. The old eight has been sanded and looks ten years younger, which is more than can be said for those who sanded it. The small jetty is closed until somebody has found the plank.",
            "First the news from the boathouse: the new boat has a name, after a vote of which we shall not speak, and it is not the funny one. The shirts were given out on Thursday and worn at once, two of them with effort. For the regatta on {day} we have a coxswain, who is eleven and very strict.",
            "Thank you for the shirts! The crew paraded in them along the slip until an old lady asked whether we were waiters. The regatta is on {day}, and the draw has given us the lane by the reeds, where one hears the bitterns and nobody else. Training moves to the morning from next week, weather and jobs permitting.",
            "As treasurer I have three matters, of which only the last costs money. The moorings are paid. The grant from the water board has come, with a letter in which they hope that we also row on their canal. And the shirts are a success, so much so that the second boat wants the same and has been told to earn them.",
            "Dear shirt-buyer, the committee has asked me to say thank you and to say it before the complaints. So: thank you. They are warm, they are the right colour, and in a row they look like a fence, which is what a crew should look like. The regatta is on {day}; the trailer is borrowed; the trailer's driver is not yet.",
        ), **words),
        s.words("wants", (
            "Now the complaints. {wrong} of the mediums are too tight, those of {first} and {second}. Could you exchange them for large, in the same colour, under {order}? And please buy shampoo for the showers, which is to be the cheapest that you can find, measured by the litre and not by the bottle; the committee wishes to have that in the minutes. I collect the receipts at the end of the month.",
            "Two things, if you would. {first} and {second} cannot breathe in theirs, so {wrong} medium should become large, same colour, same shirt; the number was {order} if I read your hand right. Secondly the boathouse has run out of shampoo. Any kind will do, as long as no other kind is cheaper per litre. We once bought a large bottle because it was large.",
            "There is a wish, and it comes from {first} and {second}: {wrong} larges in place of {wrong} mediums. The shop exchanges things, I am told, as long as nobody has rowed in them, so do it soon (order {order}). Also shampoo for the showers, and there the committee looks at the price of a litre. It has a working group on this, which is me.",
            "You will have guessed it from the seams: {wrong} shirts must grow by one size, {first}'s and {second}'s. Same colour, please, the fence must not have a gap. They come from {order}. And, while you are in the shop, a bottle of shampoo for the boathouse. Compare by the litre; we have sailors' hair and a widow's purse.",
            "What we need from you: an exchange of {wrong} shirts, medium for large ({first} and {second} have shoulders), from order {order}; and shampoo, the cheapest by volume. I am sorry that it is always you. There is a motion to name the shower after you, it has two votes already.",
        ), **words),
    )), labels=("Private/Rowing",))  # fmt: skip
    s.mail(other, [own], "-4d 20:40", "my shirt", s.words("other", (
        "Mine fits, in case anybody asks. It is the first thing in this club that does.", "Tell the treasurer that my shirt is perfect, I have slept in it.", "No complaints from bow. Shirt is dry, oar is wet, as it should be.", "I hear that shirts are going back. Mine stays, I have spilled on it.", "Everybody talks of sizes. I have none to report, it fits.",
    )))  # fmt: skip
    s.mail(rower, [own], "-1d 20:15", "the shirt, again", s.words("fits after all", (
        "I washed it and wore it wet and now it fits. Leave mine as it is, please.", "Forget about my shirt, mine fits after all. It was the sweater underneath.", "My medium is fine, I had tried on {first}'s. Only that one is too small.", "No exchange for me, thank you, I keep the medium. Vanity has won.",
        "Please do not send mine back. I have rowed in it and it gave in before I did.",
    ), **words))  # fmt: skip
    if shirt.found and bought:
        large = shirt.found.variant(colour=None if not bought else colour, size="L")
        s.event("+5m", "shop.change_stock", {"variant_id": large.variant_id, "stock": 0})


def own_self(s: StoryWriter) -> Address:
    """The private address of the person at the centre, who writes from it."""
    return s.outsider(s.desk.name, s.desk.private_email)
