"""Moss or Slate: a decision in a thread, reversed, and contradicted outside of it."""

from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.world.choice import WorldSize

COLOURS = ("Moss", "Slate", "Sand", "Heron", "Rust", "Kelp")


@story("housing-colour", needs={"chat"}, size=WorldSize.SMALL)
def housing_colour(s: StoryWriter) -> Acts:
    """The Siskin's colour is decided, changed because paint is short, and changed back in the nineteenth reply."""
    yield
    designer, product, workshop = s.one("designer"), s.one("head of Product"), s.one("head of Workshop")
    one, two = s.some(COLOURS, 2)
    reversals = s.between(1, 3)
    final, other = (one, two) if reversals == 2 else (two, one)
    s.fact("answer", final)
    s.fact("lure", other)
    s.fact("reversals", reversals)
    members = [each for each in s.members("siskin-launch") if each.status == "staff"]
    root = s.post("siskin-launch", designer, "-14d 12:10", s.words("which", (
        "{one} or {two} for the Siskin? Samples lie on the sill in Spring",
        "Two colours are left for the housing: {one} and {two}. Reasons, please, not feelings",
        "housing colour, last round: {one} against {two}",
        "Look at both in daylight before you answer: {one} left, {two} right",
        "I have painted two lids, {one} and {two}. Which one goes to sea?",
    ), by=designer, one=one, two=two))  # fmt: skip
    at_work = [each for each in members if each.site in {"PA", "LV", "HS"}]  # later than the question
    for place, text in enumerate(s.some(OPINIONS, 9)):
        author = at_work[(place * 3 + 1) % len(at_work)]
        s.thread(root, author, s.during(author, f"-14d 13:{10 + 5 * place}"), text)
    s.thread(root, product, s.during(product, "-13d 11:40"), s.words("first word", (
        "Then it is {colour}. Thank you all, even the heron faction", "{colour}. Decided.",
        "I hear more for {colour} than against it, so {colour} it shall be", "We take {colour}, and I sleep on it once",
        "My choice is {colour}; paint may be ordered",
    ), by=product, colour=one))  # fmt: skip
    for place, text in enumerate(s.some(AFTERS, 5)):
        author = members[(place * 2) % len(members)]
        s.thread(root, author, s.during(author, f"-12d 12:{10 + 7 * place}"), text)
    s.thread(root, workshop, "-11d 10:30", s.words("paint is short", (
        "The painter has no {one} before May. {two} stands in the yard. So it is {two}",
        "{one} is sold out at the mill, we go with {two}",
        "No {one} to be had, I asked three times. {two} then, agreed with Product on the phone",
        "Paint for {one} is short. Change of plan: {two}",
        "{two}, since {one} would cost us six weeks",
    ), by=workshop, one=one, two=two))  # fmt: skip
    for place, text in enumerate(s.some(SIGHS, 3)):
        author = members[(place * 5 + 2) % len(members)]
        s.thread(root, author, s.during(author, f"-8d 12:{20 + 9 * place}"), text)
    if reversals > 1:
        s.thread(root, workshop, s.during(workshop, "-7d 10:15"), s.words("paint came", (
            "A barrel of {colour} turned up with the wrong label. {colour} after all, Product knows",
            "Paint came! We go back to {colour}", "Forget what I wrote: {colour}. The mill found a drum",
            "{colour} again, the supplier kept his word late", "Final from the paint shop: {colour} is here and will be used",
        ), by=workshop, colour=one))  # fmt: skip
    if reversals > 2:
        s.thread(root, product, s.during(product, "-5d 12:30"), s.words("last word", (
            "The drum was half empty. {colour}, and this time I mean it", "{colour} in the end: the harbours asked for it",
            "Sorry everybody, {colour}. The other barrel has set hard", "We stay with {colour}, I have seen both in rain now",
            "{colour}. I shall not look at this thread again",
        ), by=product, colour=two))  # fmt: skip
    writer = s.one("tender writer")
    s.post("siskin-launch", writer, s.during(writer, "-4d 10:20"), s.words("outside", (
        "Used {other} on the fair banner, as discussed", "Brochure says {other}, I hope that is still right?",
        "For the tenders I describe the housing as {other}", "The press sheet goes out with {other} in the second line",
        "Nice photos with the {other} lid, they are in the folder",
    ), by=writer, other=other))  # fmt: skip
    asker = s.one("knowledge writer")
    s.post("siskin-launch", asker, "+5m", s.words("final word", (
        "What is the final word on the colour? The help page prints at noon",
        "Colour of the housing, once and for all, please?", "Which colour do I write into the install guide?",
        "Could you tell me the colour that stays?", "I need one word for the box: the colour.",
    ), by=asker), to=designer)  # fmt: skip


OPINIONS = (
    "The light one shows every gull", "dark one, it hides the scratches from shipping", "On a bridge nobody sees either",
    "Divers prefer what they can find in mud", "my vote goes to the one that is not grey", "whichever dries faster",
    "Both look like a frog, one looks like a happy frog", "Sun fades the left one, ask the old buoys",
    "A growers' gauge should look like growing", "The harbours like sober things", "the right one matches the cable",
    "I asked my children, they said pink", "Print shop says both are possible on the box", "Neither clashes with rust",
)  # fmt: skip
AFTERS = (
    "Good, then I can finish the box", "fine with me, I was for the other", "The stickers follow that tone",
    "Telling the photographer", "my sample can stay in the window, yes?", "Care will miss the other one",
    "updating the render", "one colour fewer to store",
)  # fmt: skip
SIGHS = (
    "back to the brochure then", "I have stopped printing", "The render is patient", "Do we have a drum of courage too?",
    "noted, the box waits", "no more samples on my sill please",
)  # fmt: skip
