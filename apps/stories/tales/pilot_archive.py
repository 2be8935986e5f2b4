"""What an archived channel knows of a bridge: a code that changed, a torque, and a window of the tide."""

from typing import Any

from gristmill.apps.stories.company import Staff
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story

CHANNEL = "siskin-pilot-2030"
CHATTER = (
    ("Pilot gauge is up, it sends and looks proud of it", "First reading is in. It says that there is water"),
    ("solar lid got its first gull", "The gull is within tolerance"),
    ("Who has the short ladder?", "the short ladder is in the long van"),
    ("Clamp slips on the painted pole, I put rubber between", "Rubber is fine, write it into the log"),
    ("Pilot week four: two gauges agree with the staff on the wall, one is an artist", "The artist goes back to the tank"),
    ("battery lasted through the dark week", "Best news since the ladder"),
    ("Fog until ten, could not see the bridge from the bridge", "The gauge saw it, says the graph"),
    ("a fisherman asks whether it also counts fish", "Tell him that this is the next version"),
)  # fmt: skip
PILOT_DAYS = (-196, -189, -181, -174, -167, -160, -146, -132)


@story("pilot-archive", needs={"chat"})
def pilot_archive(s: StoryWriter) -> Acts:
    """The dispatcher asks for code and window of a bridge; both stand in a channel that is archived."""
    yield
    installer, calibrator, dispatcher = s.one("installer"), s.one("calibrator"), s.one("dispatcher")
    members = s.members(CHANNEL)
    knows = [each.id for each in members]
    first, second, other = (f"{n:04d}" for n in s.some(range(1020, 9790), 3))
    low = s.between(5, 9)
    words: dict[str, Any] = {
        "bridge": s.fact("bridge", 7), "neighbour": s.fact("neighbour", 17), "torque": s.fact("torque", s.between(11, 19)), "wrong": s.fact("torque at the neighbour", s.between(21, 29)),
        "opens": s.fact("window opens", f"0{low}:40"), "closes": s.fact("window closes", f"{low + 3:02d}:10"),
        "first": s.fact("lure", first, knows=knows, until="-152d 12:30"), "code": s.fact("answer", second, knows=knows, since="-152d 12:30"),
        "other": s.fact("code at the neighbour", other, knows=knows),
    }  # fmt: skip
    chatter(s, members)
    lines(s, installer, calibrator, dispatcher, words)
    ask = s.post("field-log", dispatcher, s.during(dispatcher, "-1d 15:45"), s.words("asks", (
        "Bridge {bridge} again: who still has the code of the key box and the tide window from the pilot?", "We go back to bridge {bridge} this week. I need the box code (not in here, please) and when one can stand under it",
        "bridge {bridge}, what was the window there, and whoever knows the key box write to me directly", "For bridge {bridge} I miss two things from last year's pilot, the hours of low water and what opens the box. The second one by direct message",
        "The pilot's notes on bridge {bridge} are not in my folder. Tide window in the thread, code of the box to me alone",
    ), by=dispatcher, **words))  # fmt: skip
    s.thread(ask, calibrator, s.during(calibrator, "-1d 16:05"), s.words("where", (
        "That was all in the pilot's channel, which is archived. It can still be searched", "we wrote it down during the pilot, look there and not in my head", "It stands in the pilot channel, late summer I think. Mind the neighbour with the similar number",
        "I only remember that the code was changed once. The pilot channel has it", "Somewhere in the archived pilot. There were two bridges with a seven in them",
    ), by=calibrator))  # fmt: skip
    s.thread(ask, dispatcher, "+9m", s.words("today", (
        "Today please, the van leaves at two", "I need it today, before the van is packed", "would be good to have it today, tide does not wait", "Today, if somebody can. The boat is booked", "It has to be today, I am afraid",
    ), by=dispatcher))  # fmt: skip


def lines(
    s: StoryWriter, installer: Staff, calibrator: Staff, dispatcher: Staff, words: dict[str, Any]
) -> None:
    """What the pilot's channel says of the two bridges."""
    clamp = s.post(CHANNEL, installer, s.during(installer, "-187d 13:20"), s.words("clamp", (
        "Bridge {bridge}: clamp is on, how much torque?", "clamp sits at bridge {bridge}. torque?", "At bridge {bridge} the clamp is up, I hold it with one hand and type with the other: how tight?",
        "What torque for the clamp of bridge {bridge}? It is aluminium", "Need the torque for bridge {bridge}, I am hanging",
    ), by=installer, **words))  # fmt: skip
    s.thread(clamp, calibrator, s.during(calibrator, "-187d 13:31"), s.words("torque", (
        "{torque} Nm, and then leave it alone", "Take {torque} Nm. {wrong} is for bridge {neighbour}, that one is steel", "{torque} Nm at yours. Bridge {neighbour} gets {wrong}", "it is {torque} Nm, i wrote it on the bag",
        "{torque} Nm. Stop when it stops complaining",
    ), by=calibrator, **words))  # fmt: skip
    s.post(CHANNEL, dispatcher, s.during(dispatcher, "-180d 11:10"), s.words("code", (
        "Key box at bridge {bridge} is {first}, it hangs behind the ladder", "For bridge {bridge} the box opens with {first}", "{first} opens the key box of bridge {bridge}, turn left, swear, turn right", "The harbour gave us a box at bridge {bridge}: {first}", "box bridge {bridge}: {first}. do not lose the key again",
    ), by=dispatcher, **words))  # fmt: skip
    s.post(CHANNEL, calibrator, s.during(calibrator, "-173d 14:40"), s.words("window", (
        "One can stand under bridge {bridge} from {opens} until {closes}, at springs. Not a minute more, ask my boots", "Tide window of bridge {bridge}: {opens} to {closes}, spring tides", "bridge {bridge}, dry feet between {opens} and {closes}",
        "Low water at bridge {bridge} gives us {opens} to {closes}, then it comes back fast", "For bridge {bridge} write down {opens} till {closes}. I have tried both ends",
    ), by=calibrator, **words))  # fmt: skip
    s.post(CHANNEL, dispatcher, s.during(dispatcher, "-166d 11:50"), s.words("neighbour", (
        "Bridge {neighbour} has a box as well, {other}", "Since somebody asks: {other} is the box at bridge {neighbour}, a different bridge", "{neighbour} opens with {other}. Not to be confused", "key box of bridge {neighbour}: {other}", "And at bridge {neighbour}, where the gauge is an artist, the box wants {other}",
    ), by=dispatcher, **words))  # fmt: skip
    s.post(CHANNEL, dispatcher, s.during(dispatcher, "-152d 12:30"), s.words("new code", (
        "The harbour has changed the box at bridge {bridge}, it is {code} from today", "New code for bridge {bridge}: {code}. The old one is dead", "bridge {bridge} box now {code}, they found somebody's nephew in the hut", "Please note for bridge {bridge}: {code}. The lock was exchanged after the break-in",
        "{code} is what bridge {bridge} wants from now on",
    ), by=dispatcher, **words))  # fmt: skip


def chatter(s: StoryWriter, members: list[Staff]) -> None:
    """What else was said during the pilot."""
    pairs = s.sampler.shuffled(CHATTER)
    field = [each for each in members if each.site in {"PA", "LV"}]
    for back, (question, answer) in zip(PILOT_DAYS, pairs, strict=True):
        one, two = s.some(field, 2)
        s.post(CHANNEL, one, s.during(one, f"{back}d 12:{15 + back % 30}"), question)
        s.post(CHANNEL, two, s.during(two, f"{back}d 12:{48 + back % 11}"), answer)
    s.post(CHANNEL, s.one("head of Product"), "-120d 14:30", s.words("end", (
        "The pilot is over, thank you all. I archive this, it stays readable", "That was the pilot. The channel goes into the attic, its contents with it", "With the last gauge home again I close this channel. Search finds everything", "End of the pilot. Nobody fell in, that is more than I had hoped", "We are done here. The next Siskins get a channel of their own",
    )))  # fmt: skip
