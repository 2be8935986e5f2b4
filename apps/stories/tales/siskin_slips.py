"""A launch that moves twice, and who knows which day."""

from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.times import day_text
from gristmill.apps.world.choice import WorldSize


@story("siskin-slips", needs={"mail"}, size=WorldSize.SMALL)
def siskin_slips(s: StoryWriter) -> Acts:
    """The Siskin's launch slips from March into April; the newest day is confidential until it is told."""
    yield
    product, manager = s.one("head of Product"), s.one("product manager")
    seller, sales = s.one("account manager"), s.one("head of Sales")
    heads = {each.id for each in s.heads()}
    cause = s.fact(
        "cause", s.pick(("the solar lid leaks", "the antenna drinks rain", "the glue lets go in the cold"))
    )
    one = s.fact("first day", day_text(s.at("+14d").date()), until="-12d 16:00")
    two = s.fact("second day", day_text(s.at("+23d").date()), since="-12d 16:00", until="-1d 11:40")
    shift = 30 + 7 * s.between(0, 1) + 5
    three = s.fact(
        "answer",
        day_text(s.at(f"+{shift}d").date()),
        since="-1d 11:40",
        until="+10m",
        knows=heads | {manager.id},
    )
    s.fact("public day", three, since="+10m")
    s.fact("lure", two)
    s.mail(product, [s.list_of("all")], "-49d 12:05", "The Siskin has a day", s.words("first day", (
        "On {day} the Siskin goes on sale. Until then there is much to do and little to say; please leave questions from outside to Product.",
        "We launch on {day}, on the quay, with sandwiches. Thank you to the workshop for not laughing at the plan.",
        "{day} is the Siskin's birthday. Whoever promises anything to anybody before asks one of us three.",
        "The board has agreed to {day}. From now on every list of ours ends there.",
        "It is official: the Siskin is launched on {day}. Put it into your calendars in pencil, as experience teaches.",
    ), by=product, day=one), is_read=True)  # fmt: skip
    s.mail(s.outsider("Galleywick Print", "studio@galleywick.test"), [manager], "-26d 11:20", "Manuals, first proof", s.words("proof", (
        "Please check page four of the proof, the bird looks left there and right on the cover. We print as soon as we have your day.",
        "Proof one is ready. Without a launch day on the last page we cannot close the file.",
        "Your manual is set. The last page wants a month; tell us which.",
        "We hold paper for the manuals until the end of the month and would like to know for how many.",
        "The proof is on its way by courier. Mark in red, we set in black.",
    )), labels=("Siskin/March/print",))  # fmt: skip
    root = s.post("siskin-launch", manager, "-12d 16:00", s.words("second day", (
        "Tank test says that {cause}. We need until {day}, I am afraid",
        "{day} instead of the old day: {cause}, and nobody wants to sell that",
        "The launch moves to {day}, because {cause}. Events, please wait with the boats",
        "bad news first: {cause}. Good news: {day} is still this month",
        "I have talked to the workshop. As {cause}, it will be {day}",
    ), by=manager, cause=cause, day=two))  # fmt: skip
    s.thread(root, s.one("head of Workshop"), s.during(s.one("head of Workshop"), "-12d 16:25"), s.words("agree", (
        "A new seal is on the printer. That day is honest", "We can do that, if the rain test is left alone",
        "Better late than wet", "Agreed. The lids come back to us", "Fine, no earlier please",
    )))  # fmt: skip
    s.mail(seller, [s.outsider("Kestrel Valley Growers", "clerk@kestrelgrowers.test")], "-6d 09:40", "Your first Siskin", s.words("to Kestrel", (
        "You asked when you can have one: we start selling on {day}, and yours is the first crate off the boat.",
        "The day that you may tell your members is {day}. I have set two aside.",
        "As promised I write to you before the newspaper does: {day}.",
        "Put {day} into the almanac. The gauge comes with a pole and a picture of a bird.",
        "It will be {day}; if the frost holds, we bring it ourselves.",
    ), by=seller, day=one), cc=[sales], labels=("Siskin/March",))  # fmt: skip
    s.mail(product, [s.list_of("heads")], "-1d 11:40", "[Confidential] The Siskin's new day", s.words("third day", (
        "The second seal held for a week and not for two, so the launch is now on {day}. Please keep this among yourselves until I have spoken to the growers.",
        "We need more time: {day}. I shall tell everybody when the print shop has agreed, and until then nobody else, please.",
        "I have moved the launch to {day}. The teams will hear it from me; a rumour would cost us the harbour fair.",
        "For heads only, for the moment: {day}. The reason is the same as before, only slower.",
        "{day}, and I do not expect to write such a mail again. It stays in this circle today.",
    ), by=product, day=three), cc=[manager])  # fmt: skip
    s.post("siskin-launch-events", s.one("people partner"), s.during(s.one("people partner"), "-1d 14:20"), s.words("boats", (
        "Boats are booked for {day}, forty life vests, one band", "Sandwiches for {day} ordered, half of them without fish",
        "The quay is ours on {day} from noon", "Invitations say {day} and go out on Friday", "I told the harbour {day}, correct?",
    ), day=two))  # fmt: skip
    s.mail(product, [s.list_of("all")], "+10m", "The Siskin's day, for everybody", s.words("public", (
        "The launch is on {day}. You may say so to whom you like from this minute on.",
        "No more whispering: {day}. The reason can be read in the tank room, it drips.",
        "It is {day} now, and no secret any longer. Sorry for the changed plans.",
        "Everybody may know: we sell the Siskin from {day}.",
        "{day}. Please correct whatever you have promised, kindly and today.",
    ), by=product, day=three), held=True)  # fmt: skip
