"""A lunch poll with a wrong closing time, an allergy and an eater who stays at home."""

from datetime import timedelta

from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.times import money
from gristmill.apps.world.choice import WorldSize

DISHES = (
    "pea soup",
    "dumplings",
    "fish cakes",
    "lentils",
    "green curry",
    "mushroom pie",
    "cabbage rolls",
    "grilled cheese",
)


@story("lunch-poll", needs={"chat"}, size=WorldSize.SMALL)
def lunch_poll(s: StoryWriter) -> Acts:
    """Twelve eaters vote on three dishes; two vote late, one stays at home after all."""
    yield
    manager = s.one("office manager", "PA")
    eaters = s.some([each for each in s.cast.staff("PA") if each.id != manager.id], 12)
    dishes = s.some(DISHES, 3)
    prices = [s.between(850, 1290) // 10 * 10 for _ in dishes]
    first, second, third = (s.fact(f"price {n}", money(price)) for n, price in enumerate(prices, start=1))
    kitchen = s.outsider("Crumbwell Lunches", "kitchen@crumbwell.test")
    s.mail(kitchen, [manager], "-30m", "Today's three", s.words("menu", (
        "Today I cook {a} at {x}, {b} at {y} and {c} at {z}. Numbers by eleven, nuts are in everything that crunches.",
        "Choose among {a} ({x}), {b} ({y}) and {c} ({z}); write me how many of which before eleven.",
        "{a}, {x}. {b}, {y}. {c}, {z}. At eleven I close the book.",
        "The pots say {a} for {x}, {b} for {y}, and for the brave {c} for {z}. Your order by eleven, please.",
        "It will be {a} ({x}) or {b} ({y}), and {c} ({z}) for those who like neither. Eleven, as ever.",
    ), a=dishes[0], b=dishes[1], c=dishes[2], x=first, y=second, z=third))  # fmt: skip
    closes = s.at("+45m")
    s.fact("closes", "10:45")
    wrong = s.fact("closes, wrongly", "10:15")
    choice = [s.between(0, 2) for _ in eaters]
    votes = tuple(
        (each.id, option, s.at("-14m") + timedelta(seconds=50 * n))
        for n, (each, option) in enumerate(zip(eaters[:9], choice, strict=False))
    )
    changed = (eaters[0].id, (choice[0] + 1) % 3, s.at("-3m"))
    root = s.post("lunch", manager, "-15m", s.words("poll", (
        "Crumbwell's three for today, vote here",
        "What shall it be? One vote each, then I order",
        "Lunch, in order of steam. Vote before I write to the kitchen",
        "Three pots, twelve stomachs. Please vote",
        "Today's poll, no speeches",
    ), by=manager), poll=tuple(dishes), votes=(*votes, changed), poll_closes_at=closes)  # fmt: skip
    s.thread(root, eaters[2], "-12m", s.words("nuts", (
        "no nuts for me, I blow up", "Without nuts for me, please. The last ones were a hospital.",
        "Is any of them free of nuts? I am the one who swells.", "nothing with nuts, remember the plum cake",
        "My plate must not have met a nut. Thank you!",
    ), by=eaters[2]))  # fmt: skip
    s.post("lunch", manager, "-5m", s.words("closing", (
        "Poll is open until {time}, be quick", "At {time} I count", "Last votes by {time}, then the kitchen decides",
        "I close at {time} sharp", "You have until {time}",
    ), by=manager, time=wrong))  # fmt: skip
    for late, at in ((eaters[9], "+8m"), (eaters[10], "+8m")):
        s.later("vote", late, at, post=root, option=s.between(0, 2))
    home = eaters[3]
    s.post("lunch", home, "+14m", s.words("home", (
        "I stay at home after all, the roofer came. Take my plate off",
        "not coming in, cancel my lunch please", "Strike me from the list, the child has spots.",
        "My train gave up. Somebody else may eat mine, or rather do not order it.",
        "I am eating at my mother's, please leave me out",
    ), by=home))  # fmt: skip
    counted = dict(votes_of(votes, changed))
    s.fact("lure", ", ".join(f"{sum(v == n for v in choice[:9])} {dish}" for n, dish in enumerate(dishes)))
    s.fact(
        "answer so far",
        ", ".join(f"{sum(v == n for v in counted.values())} {dish}" for n, dish in enumerate(dishes)),
    )


def votes_of(
    votes: tuple[tuple[int, int, object], ...], changed: tuple[int, int, object]
) -> list[tuple[int, int]]:
    """The last vote of each eater."""
    return [(person, option) for person, option, _ in (*votes, changed)]
