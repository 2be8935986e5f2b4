"""A present that the person honoured must not hear of."""

from dataclasses import dataclass
from datetime import timedelta

from gristmill.apps.stories.company import Staff
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.times import money
from gristmill.apps.stories.voices import LOUD, TERSE, WARM
from gristmill.apps.world.chronicle import GoodsRequest

AMOUNTS = (800, 1000, 1200, 1500)  # none above what a collection may ask of anybody
LOWERED = (500, 700)


@dataclass(frozen=True, kw_only=True, slots=True)
class Collection:
    """Who gives what: `before` is what the second of the givers had promised at first."""

    givers: list[Staff]
    pledges: list[int]
    before: int

    @property
    def total(self) -> int:
        """The sum of everybody's last word."""
        return sum(self.pledges)


@story("secret-gift", needs={"chat"})
def secret_gift(s: StoryWriter) -> Acts:
    """Five people collect for a pen; a pledge is lowered, the colour changes, and a namesake must not know."""
    clerk, honoured = namesakes(s)
    known = {s.desk.id, clerk.id, honoured.id}
    others = s.some([p for p in s.present("PA") if p.id not in known and p.family != clerk.family], 4)
    friends = [*others[:2], *([clerk] if clerk.id != s.desk.id else []), *others[2:]]
    givers = [*friends[:4], s.desk]
    pen = s.goods("pen", "fountain pen", size="Fine", colours=2, most_cents=4400)
    yield
    pledges = [s.pick(AMOUNTS) for _ in givers]
    pledges[1] = s.pick(LOWERED)
    collection = Collection(givers=givers, pledges=pledges, before=s.pick(AMOUNTS[1:]))
    s.fact("answer", money(collection.total), since="-1d 12:05")
    s.fact("lure", money(collection.total - pledges[1] + collection.before), until="-1d 12:05")
    s.fact("honoured", honoured.name)
    first, second = colours(pen)
    s.fact("colour", second, since="-1d 15:30")
    name = f"the {s.fact('pen', pen.found.name)}" if pen.found else "a fountain pen"
    opened(s, givers, honoured, name, first)
    pledged(s, collection)
    changed(s, givers, first, second)
    at_the_till(s, givers)


def namesakes(s: StoryWriter) -> tuple[Staff, Staff]:
    """A giver and the person honoured, of one family name: a payables clerk and an installer, in some order."""
    pairs = [(c, i) for c in s.all("payables clerk") for i in s.all("installer") if c.family == i.family]
    clerk, installer = pairs[0]
    return (installer, clerk) if installer.id == s.desk.id else (clerk, installer)


def colours(pen: GoodsRequest) -> tuple[str, str]:
    """Two colours of the pen."""
    found = pen.found.colours if pen.found else ()
    return (found[0], found[1]) if len(found) > 1 else ("Forest", "Plum")


def opened(s: StoryWriter, givers: list[Staff], honoured: Staff, pen: str, colour: str) -> None:
    """The first of the givers asks the others."""
    nib, day = (
        s.fact("nib", "Fine"),
        s.fact("occasion", s.pick(("ten years here", "a round birthday", "the hundredth bridge"))),
    )
    names = {"who": honoured.given, "role": "van" if honoured.role == "installer" else "ledger", "pen": pen}
    s.dm(givers[0], givers, "-5d 12:10", s.words("gift", (
        "Psst: {who} (the one with the {role}) has something to celebrate, {day}. I would give {pen}, {nib}, in {colour}. Who is in? Not a word in #lunch or #teacups.",
        "A secret for the five of us. {who} celebrates {day} next week, and I thought of {pen}, nib {nib}, colour {colour}. Tell me what you can spare.",
        "It is {day} for {who} of the {role}. Shall we go together for {pen}, {colour}, {nib}? Please answer here only; the other channels have ears.",
        "For {who}, because of {day}: {pen} in {colour}, with the {nib} nib. I collect pledges in this conversation, nowhere else.",
        "{who} would love {pen}, I know it from the drumming on cheap ones. {nib}, {colour}, for {day}. How much from each of you?",
        (WARM, "Isn't it lovely that {who} has {day} ahead? Let us give {pen} ({nib}, {colour}), and let us keep it among the five of us!"),
    ), by=givers[0], day=day, nib=nib, colour=colour, **names), key="ask")  # fmt: skip
    s.dm(givers[3], givers, "-5d 12:21", s.words("which one", (
        "There are two of that name. You mean the one with the {role}?", "With the {role}, right? The other one sits in here with us, or nearly.",
        "Just so that nobody congratulates the wrong one: {role}, not the cousin who is none.", "the {role} one, yes? names here are a trap for cards",
        "Careful with the card, there is a namesake. {who} of the {role}, I understand.",
    ), by=givers[3], **{k: names[k] for k in ("who", "role")}))  # fmt: skip


PLEDGES = (
    "{sum} from me", "I am in with {sum}.", "Count on {sum} of mine.", "{sum}, and I keep quiet.", "Write {sum} beside my name",
    "Mine is {sum}. Lovely idea.", "{sum}, cash on your desk after lunch", "{sum} here, no questions.", "from me {sum}", "{sum}. Could be more, but there was the dentist.",
)  # fmt: skip


def pledged(s: StoryWriter, collection: Collection) -> None:
    """Everybody says what they give; a day ago one of them gives less."""
    givers = collection.givers
    start = s.at("-4d 09:40")
    for place, (who, cents) in enumerate(zip(givers, collection.pledges, strict=True)):
        sum_ = collection.before if place == 1 else cents
        said = s.fact(f"pledge {who.name}", money(sum_), until="-1d 12:05" if place == 1 else None)
        at = s.during(who, f"-4d {start + timedelta(minutes=17 * place):%H:%M}")
        s.dm(who, givers, at, s.words("pledge", PLEDGES, by=who, sum=said), key=f"pledge-{place}")
    less = s.fact(f"pledge {givers[1].name}", money(collection.pledges[1]), since="-1d 12:05")
    s.dm(givers[1], givers, "-1d 12:05", s.words("lowered", (
        "I have to lower mine to {sum}, the garage called.", "Could I make it {sum} after all? The month has been long and it has only begun.",
        "Sorry, {sum} is what I can do. My daughter has discovered the cello.", "make mine {sum} please, boiler broke",
        "I promised too much. {sum}, and a good wish.",
        (TERSE, "Mine: {sum} after all."),
    ), by=givers[1], sum=less), key="lowered")  # fmt: skip


def changed(s: StoryWriter, givers: list[Staff], first: str, second: str) -> None:
    """Another colour is better."""
    s.dm(givers[2], givers, "-1d 15:30", s.words("colour", (
        "Change of plan: {second}. I saw the old pen today, and it is {first} already.",
        "Let us take {second} and not {first}. There is a {first} one in the breast pocket, I looked twice.",
        "{second} would be better; {first} is what everybody gives.",
        "I asked about favourite colours, very innocently, over soup: {second}. So {second} it should be.",
        "please not {first}. {second}. trust me",
    ), by=givers[2], first=first, second=second), key="colour")  # fmt: skip
    s.dm(givers[0], givers, "-1d 15:44", s.words("fine", (
        "Agreed, {second}. It goes to a pick-up point, so that no parcel gives us away downstairs.",
        "Then {second}. I would have it sent to a pick-up point, half the house reads the labels downstairs.",
        "{second} it is, from a pick-up point, or Friday's post spoils it.",
        "Good. {second}, fetched from a shop on the way, not delivered here.",
        "All right, {second}! And let somebody collect it; a parcel on the shelf downstairs has never been a secret.",
        (LOUD, "{second} then! pick-up point, no parcels here, hush"),
    ), by=givers[0], second=second), key="pick-up")  # fmt: skip


def at_the_till(s: StoryWriter, givers: list[Staff]) -> None:
    """A card is refused; somebody thinks of the note."""
    s.dm(givers[0], givers, "+4m", s.words("refused", (
        "I wanted to order just now and my card was refused. Could somebody else?",
        "The shop does not take my card today. Who has one that works?",
        "Card refused, mine, twice. I leave the ordering to one of you.",
        "my card says no. somebody elses?",
        "It failed at the till, the card and not the pen. Please order it with yours, I pay you back.",
    ), by=givers[0]), key="refused")  # fmt: skip
    s.dm(givers[3], givers, "+7m", s.words("note", (
        "If there is a gift note, leave the sum out of it. Names are enough.",
        "One thing about the note: no amounts on it, please, only good wishes.",
        "Whoever writes the card must not mention what it cost or who gave what.",
        "Please keep money out of the gift note.",
        "no numbers on the note ok",
    ), by=givers[3]), key="note", held=True)  # fmt: skip
