"""A night without readings: the first cause, the true one, and who has to do what."""

from datetime import timedelta

from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.times import clock_text, day_text

CAUSES = (
    ("an expired certificate", "a full disk at Brightwater"),
    ("a broken cable at the mole", "a firewall rule of ours"),
    ("the provider's night work", "a clock that ran an hour ahead"),
)  # fmt: skip
NIGHT = (
    "anybody awake?", "I am, what is it", "readings from the mole have stopped, all three", "Looking.", "ingest is fine, it gets nothing",
    "the modem answers, the logger does not", "restarted the bridge, no change", "who has the key to the hut", "the harbour office, from six on",
    "so we wait or we dig", "dig", "queue is empty, disks here are fine", "certificate looks odd", "odd how", "it says last week",
    "ours or theirs", "theirs", "renewing by hand", "no effect yet", "give it five minutes", "five minutes were given",
    "customer asks on the night line", "tell them we are on it", "told, they were kind", "trying the backup path", "backup path is slow but breathes",
    "two of three are back", "third one too", "numbers plausible?", "tide fits the table", "gap stays a gap", "backfill tomorrow", "I write it up", "go to bed",
    "who is on in the morning", "me, sadly", "closing the bridge", "thanks both", "good night or so",
)  # fmt: skip
ITEMS = (
    "alarm on free space at the stations", "spare key in the on-call bag", "a test that restarts the logger", "renewal of certificates by machine",
    "night number of the harbour in the runbook", "backfill without asking a human", "clock check at every start", "owner for each firewall rule",
)  # fmt: skip


@story("tide-outage", needs={"chat"})
def tide_outage(s: StoryWriter) -> Acts:
    """Alerts at night, a first guess, the cause as found later, a postmortem with items, and a wish to swap two."""
    yield
    engineer, lead = s.one("engineer", "HS"), s.one("on-call lead")
    first, true = s.pick(CAUSES)
    s.fact("answer", true, since="-5d 12:10")
    s.fact("lure", first, until="-5d 12:10")
    begin = s.at("-7d 22:12") + timedelta(minutes=s.between(0, 9))
    end = begin + timedelta(hours=2, minutes=s.between(20, 44))
    s.fact("gap begins, UTC", clock_text(begin + timedelta(hours=5)))
    s.fact("gap ends, UTC", clock_text(end + timedelta(hours=5)))
    s.fact("posts of people", len(NIGHT))
    for place, gauge in enumerate(("Brightwater 2", "Brightwater 3", "Brightwater 5")):
        s.fact(f"gauge {place}", gauge)
        s.post(
            "incidents",
            lead,
            begin + timedelta(minutes=place),
            f"{gauge}: no reading for 10 minutes",
            is_automatic=True,
        )
    step = (end - begin) / (len(NIGHT) + 1)
    for place, text in enumerate(NIGHT):
        s.post(
            "incidents", (engineer, lead)[place % 2], begin + step * (place + 1), text, is_automatic=False,
            key=f"night-{place}",
        )  # fmt: skip
    guess = s.post("incidents", engineer, s.during(engineer, "-6d 12:05"), s.words("guess", (
        "Last night's silence came from {cause}, as far as I can see", "Cause of the gap: {cause}. Write-up follows",
        "It was {cause}, I would say", "Looks like {cause} to me", "for the record, {cause} kept the mole quiet",
    ), by=engineer, cause=first))  # fmt: skip
    s.thread(guess, lead, s.during(lead, "-5d 12:10"), s.words("true cause", (
        "No. I have read the logger's own log: {cause}", "That was a symptom. {cause} is what started it",
        "Not that one. It was {cause}, the rest followed from it", "I must disagree: {cause}", "{cause}, says the log. Your suspect has an alibi",
    ), by=lead, cause=true))  # fmt: skip
    owners = s.some([each for each in s.cast.team("Platform") if each.site == "HS"], 5)
    items = s.some(ITEMS, 5)
    days = [day_text((s.at("+6d") + timedelta(days=n)).date()) for n in range(5)]
    lines = [
        f"- {item}: {owner.name}, by {day}" for item, owner, day in zip(items, owners, days, strict=True)
    ]
    for item, owner, day in zip(items, owners, days, strict=True):
        s.fact(f"item {item}", f"{owner.name}, {day}")
    text = "\n".join((
        "Postmortem: no readings from the Brightwater mole", "",
        f"Begin {clock_text(begin + timedelta(hours=5))} UTC, end {clock_text(end + timedelta(hours=5))} UTC, the night after {day_text(begin.date())}.",
        f"Cause: {true}. At first we took it for {first}.", "", "What went well: two people woke up, the backup path breathed.",
        "What did not: the key was in a drawer, the customer knew before us.", "", "Action items", *lines,
    ))  # fmt: skip
    document = s.file("postmortem-brightwater.md", text, engineer, "-4d 12:40")
    s.post("platform", engineer, s.during(engineer, "-4d 12:45"), s.words("postmortem", (
        "Postmortem of the mole is attached, five items, each with a name", "here is the write-up, please find yourselves in the list",
        "The report on that night, with a list of who does what", "Written up. Read the last part at least, you are in it",
        "Attached: what happened at the mole and what we do about it",
    ), by=engineer), files=(document,))  # fmt: skip
    s.mail(engineer, [s.outsider("Brightwater Harbour Office", "office@brightwaterharbour.test")], s.during(engineer, "-4d 13:30"), "The night without readings", "\n\n".join((
        s.words("letter, opening", (
            "You were without readings from the mole for part of a night, and you noticed it before we told you. Both should not have happened, and I would like to explain the first and apologise for the second.",
            "Three of your gauges on the mole stopped reporting at night and came back before dawn. Here is what we know now, without the words that we use among ourselves.",
            "As promised on the telephone I write down what kept the mole silent. It is neither long nor flattering.",
            "This is our report about the gap in your readings. I have tried to keep it free of excuses.",
            "You asked for the reason, the length of the gap and what we change. All three follow.",
        ), by=engineer),
        s.words("letter, cause", (
            "It began with {cause}. For an hour we believed that it was {other}, because the two look alike from outside, and that hour is ours. The backup line then carried the readings until your logger answered again.",
            "The cause was {cause}. We first suspected {other} and lost time over it. When the backup line was switched on, the gauges reported within minutes.",
            "What failed was not the gauge: it was {cause}, and nobody watched for that. Our first idea, {other}, was wrong.",
            "We traced it to {cause}. What we said that night about {other} no longer stands, please strike it from your log.",
            "In short, {cause}; the remark about {other} in our first message was a guess made in the dark.",
        ), cause=true, other=first),
        s.words("letter, promise", (
            "The missing hours cannot be measured afterwards, so we leave the gap visible rather than draw a line through it. What we change is listed in our own report, which I can send you: a watch on exactly this, a key where it can be found at night, and your night number at the top of our instructions. You will hear from us before the month is out about how far we have come.",
            "No reading was invented to fill the gap. We put a watch on what failed, we keep a spare key with whoever is on call, and we rehearse the switch to the backup line with you, if you like, on a quiet afternoon. Should the gap have cost you a pilot or a berth, tell our Care desk; they have your contract and more patience than I.",
            "We shall not fill the gap with guesses. From this week a machine looks after what failed, the key lies in the on-call bag, and the person on duty finds your number without searching. If you wish to see the list with names and days, I shall ask whether I may send it.",
            "The hours are lost and remain marked as lost. In return you get a station that complains in time, a person at night who can open the hut, and from me a line at the end of the month that says whether all this has been done.",
            "What is missing stays missing. What we can mend is being mended, item by item, and each item has a name and a day.",
        )),
    )))  # fmt: skip
    swapper = owners[1] if owners[1].id != lead.id else owners[2]
    s.post("platform", swapper, s.during(swapper, "-1d 14:00"), s.words("swap", (
        "Could I swap my item with the next one on the list? Mine needs somebody who likes certificates",
        "i would rather do the item below mine, does its owner agree?", "Swap wanted: my item from the postmortem against the one after it",
        "My postmortem item collides with my holiday. May somebody take it for theirs?", "May two of us exchange our items?",
    ), by=swapper), to=lead)  # fmt: skip
    s.post("platform", lead, "+7m", s.words("agreed", (
        "Swap is fine, write it into the document", "Agreed, exchange them, days stay as they are", "yes to the swap, tell Care so that their list is right",
        "Fine with me. The days do not move", "Go ahead and swap, but edit the report today",
    ), by=lead), to=swapper)  # fmt: skip
