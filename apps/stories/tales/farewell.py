"""Pledges for a farewell present, one of them mended, and a channel that the honoured person must not see."""

from datetime import timedelta

from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.times import money


@story("farewell-envelope", needs={"chat"}, rank=40)
def farewell(s: StoryWriter) -> Acts:
    """Fifteen people give for the dispatcher's sabbatical; the last word of each giver counts."""
    tent = s.goods("tent", "tent")
    yield
    leaver, partner = s.one("dispatcher"), s.one("people partner")
    name = f"farewell-{leaver.given.lower()}"
    pool = [
        each
        for each in s.cast.staff()
        if each.id not in {leaver.id, partner.id} and each.site in {"PA", "LV"}
    ]
    givers = s.some(pool, 14)
    s.channel(
        name,
        partner,
        [partner, *givers],
        "-8d 11:05",
        is_private=True,
        purpose="An envelope for somebody who does not know",
    )
    s.fact("channel", name)
    root = s.post(name, partner, "-8d 11:10", s.words("root", (
        "Our dispatcher leaves for half a year with a rucksack. Pledges below this line, please, one number each",
        "For the sabbatical: write your pledge as a reply. I collect on Thursday",
        "You know for whom. Replies with sums, no speeches, not a word in the corridor",
        "An envelope goes round, here. Reply with what you give", "who gives how much? reply here, I add up",
    ), by=partner))  # fmt: skip
    pledges: dict[int, int] = {}
    wordings = s.some(PLEDGES, 12)
    for place, giver in enumerate(givers[:12]):
        dollars = s.between(3, 14)
        pledges[giver.id] = dollars
        at = s.during(giver, f"-{7 if place < 7 else 6}d 10:{10 + 3 * place}")
        s.thread(root, giver, at, wordings[place].format(sum=s.fact(f"pledge {place}", money(dollars * 100))))
    s.post(name, partner, "-4d 11:30", s.words("gift", (
        "Agreed then: a tent for two, {what}. What is left buys maps", "It will be the tent, {what}, light enough for one",
        "The tent has won: {what}", "tent it is, {what}. Thanks for the links", "We take the tent. {what}, for two persons",
    ), by=partner, what=tent.found.name if tent.found else "the green one"))  # fmt: skip
    eager = givers[4]
    twice = s.fact("beyond the cap", money(pledges[eager.id] * 2 * 100 if pledges[eager.id] > 7 else 2000))
    least = s.fact("mended pledge", money(1500))
    s.thread(root, eager, s.during(eager, "-1d 11:25"), s.words("doubles", (
        "I make it {sum}, she found my van in the snow", "{sum} from me after all", "raise mine to {sum}",
        "Change me to {sum}, please", "mine becomes {sum}, I had a good week",
    ), by=eager, sum=twice))  # fmt: skip
    s.thread(root, eager, s.during(eager, "-1d 11:25") + timedelta(minutes=6), s.words("mends", (
        "the pins allow less. So {sum}", "{sum} then, rules are rules", "*{sum}, as much as one may",
        "All right, {sum}, I read the pinned post", "back to {sum}, People would frown",
    ), by=eager, sum=least))  # fmt: skip
    before = sum(pledges.values())
    pledges[eager.id] = 15
    s.fact("answer", money(sum(pledges.values()) * 100), until="+5m")
    s.fact("lure", money((before + 15) * 100))
    for giver in givers[12:]:
        s.thread(root, giver, "+5m", s.words("late", (
            "is it too late? {sum}", "{sum} from me as well", "Count me in with {sum}", "add {sum} please", "{sum}, I was under a bridge",
            "Mine is {sum}", "late but loyal: {sum}",
        ), by=giver, sum=s.fact(f"late pledge {giver.id}", money(s.between(3, 12) * 100))))  # fmt: skip
    s.later("join", leaver, "+8m", channel=name, held=True)


PLEDGES = (
    "{sum}", "{sum} and a hug", "I give {sum}", "{sum} from me", "put me down for {sum}", "{sum}, bon voyage", "mine: {sum}",
    "{sum} for socks", "{sum}, she lent me her pump", "me {sum}", "{sum} as long as we get a postcard", "{sum}, cash tomorrow",
    "{sum} please remind me", "here is {sum}", "{sum} in coins, sorry",
)  # fmt: skip
