"""One room, one hour, two meetings."""

from typing import Any

from gristmill.apps.stories.company import Staff
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.times import day_text


@story("weir-twice", needs={"mail"})
def weir_twice(s: StoryWriter) -> Acts:
    """The controller booked Weir first, the head of Care needs its seats; the smaller meeting can go to Lock."""
    yield
    manager, care, controller = s.one("office manager", "PA"), s.one("head of Care"), s.one("controller")
    auditor = s.one("auditor")
    finance = [each for each in s.cast.team("Finance") if each.id != controller.id]
    few, many, grown = s.between(4, 5), 8, 7
    day = day_text(s.at("+2d").date())
    s.fact("answer", care.name, since="-1d 13:50")
    s.fact("lure", controller.name, until="-1d 13:50")
    words: dict[str, Any] = {
        "few": s.fact("seats of the controller", few), "many": s.fact("seats of Care", many), "day": s.fact("day", day),
        "time": s.fact("starts", "14:00"), "grown": s.fact("seats of the controller, later", grown, since="+5m"),
    }  # fmt: skip
    booking = s.mail(controller, [manager], "-8d 10:20", "Weir on Thursday of next week", s.words("first booking", (
        "Please book Weir for me on {day} at {time}, for an hour. We are {few} and the auditor; I like the table there.",
        "For the talk with the auditor I need a room on {day}, {time}, for {few} people. Weir would be best, its door shuts.",
        "May I have Weir on {day} from {time}? There will be {few} of us over a great many binders.",
        "Weir, {day}, {time}, one hour, {few} chairs. The auditor comes and should not sit in a draught.",
        "I would like to reserve Weir for {day} at {time}; we are {few}, the rest of the seats is for paper.",
    ), by=controller, **words), invitation=meeting(s, "Audit: open points", controller, [*finance[:2], auditor]), cc=[*finance[:2], auditor])  # fmt: skip
    s.reply(manager, booking, "-8d 11:05", s.words("confirmed", (
        "Weir is yours on {day} at {time}. I have written it on the door as well.", "Booked, Weir, {time}. There is a draught, but a small one.",
        "Done: Weir, {day}. Please leave the binders on the table and not under it.", "You have Weir from {time} on. The blind works again.",
        "Weir is in the book for you. Coffee is not, tell me if it should be.",
    ), by=manager, **words))  # fmt: skip
    asked = s.mail(care, [manager], "-4d 09:40", "Room for Thursday: Care and the advisers", "\n\n".join((
        s.words("second booking", (
            "On {day} at {time} I would like to have all advisers, two people from Field and the knowledge writer at one table, {many} in all, to go through the night without readings while everybody still remembers it. The obvious room is Weir.",
            "We are going to look back at the night of the silent gauges, and for once all who answered a telephone that night will be present. That makes {many}. Please reserve Weir on {day}, {time}, for one hour.",
            "Could you give us Weir on {day} from {time}? I count {many} heads, none of which I can leave out: each of them has heard a different half of the story from the harbour.",
            "I need a room for {many}, on {day} at {time}. Weir has exactly so many chairs, and a wall on which one can stick paper without Office being angry.",
            "Care meets Field about that night, on {day} at {time}, and there will be {many} of us. May it be Weir? In Lock somebody would have to sit on the heater again.",
        ), by=care, **words),
        s.words("what for", (
            "We shall go hour by hour: who rang, what we said, what we knew, what we should have said. I bring the list of calls, Field brings the log of the bridge, and nobody brings a culprit. At the end I want three sentences that an adviser can say at night without waking anybody, and a telephone number that is answered. The hour cannot be moved easily, because two of the people come off the road for it and one goes back on the road afterwards.",
            "The plan is simple. First the advisers tell what customers asked, in the customers' words. Then Field says what could be known at the time. Then the knowledge writer turns both into a page, on the wall, while we watch and object. I tried to find another hour and gave up at the ninth calendar, so please be kind to this one. If there is a telephone with a loudspeaker, put it on the table; Oud Skerry wants to listen.",
            "There will be a list of calls in the order of the night, with what was promised in each. Some promises contradict each other, and I would like us to laugh about that together once before the harbour does. After that we write down who may promise what. It is a meeting without slides. We need the wall, the thick pens, water, and, if the kitchen can do it, something with sugar at half past.",
            "What we want from the hour is a page that hangs beside every telephone in Care. To get there, each adviser reads out one call, and the installers say what they could have told us if we had asked. Last time we did such a thing in the corridor, and half of the people heard nothing and the other half heard everything. Hence the request for a real room with a door that shuts and a table that does not fold.",
            "I promise that it will be calm. We have forty lines of notes, and a harbour master who counts every one of them, so I would like to prepare our answer where nobody walks through. Two come from the road and can only come at that hour. Please let me know if something stands in the way, otherwise I shall take it as booked and send the invitation round.",
        ), by=care, **words),
    )))  # fmt: skip
    s.mail(manager, [care], "-4d 15:20", "Founders' Day", s.words("founders", (
        "Somebody in your team has asked for Ferry on the Monday that is Founders' Day. The house is shut then, and the heating as well.",
        "Ferry cannot be had on Founders' Day, as there is nobody to unlock it. Please tell whoever asked.",
        "The request for Ferry falls on a holiday of ours. I have crossed it out, with a small drawing.",
        "On Founders' Day we are closed, so no Ferry. Did your people mean the day after?",
        "One of your advisers wants Ferry for Founders' Day. That would be a lonely meeting.",
    ), by=manager))  # fmt: skip
    root = s.post("port-ansley", care, "-1d 13:30", s.words("noticed", (
        "Weir on {day}: there is a name on the door, and it is not mine", "Does somebody else sit in Weir on {day} at {time}? I have {many} people coming",
        "I was about to hang up my paper in Weir and found the audit on the door for {day}", "Two meetings in Weir at {time} on {day}, unless one of them is on the table and one under it",
        "The door of Weir promises {day} to Finance. My mail about the same hour was never refused",
    ), by=care, **words), to=manager)  # fmt: skip
    s.thread(root, controller, "-1d 13:36", s.words("mine was first", (
        "I booked it a week ago and have the answer. We are {few}, though, and could sit elsewhere", "Mine is the older booking. It is only {few} people and a wall of binders, I admit",
        "Confirmed on Monday of last week. How many are you?", "There must be a mistake, Weir was given to me. For {few}, to be exact",
        "That name is mine and it was there first. We are {few} and the auditor",
    ), by=controller, **words))  # fmt: skip
    s.thread(root, manager, "-1d 13:50", s.words("lock", (
        "My mistake, I never answered Care. The rule is seats: {many} go to Weir, {few} fit into Lock, which is free", "Sorry, both. Weir goes to the {many}. Lock is empty at {time} and has six good chairs for Finance",
        "I overlooked a mail. By the pin the room goes by heads, so Care has Weir and Finance could have Lock at {time}", "Weir for the {many} of Care, and I offer Lock for the {few}. Binders will be carried, by me",
        "It is my fault and the pin's solution: the larger party sits in Weir. Lock at {time} for the audit, if that is agreeable",
    ), by=manager, **words))  # fmt: skip
    s.reply(controller, booking, "+5m", s.words("grown", (
        "About the audit on {day}: two more want to hear it, so we are {grown}. Is Lock still the answer?", "We have become {grown} for {day}, the auditor brings an assistant and a witness. Please look at the room once more.",
        "Before you change the door: my meeting at {time} grows to {grown}.", "It is {grown} of us by now. I doubt whether Lock has so many chairs.",
        "The auditor's firm sends company. {grown} people at {time}; what do you suggest?",
    ), by=controller, **words), to=(manager,), cc=(auditor,))  # fmt: skip
    note(s, asked.sender.name)


def meeting(s: StoryWriter, title: str, organiser: Staff, guests: list[Staff]) -> dict[str, object]:
    """An hour in Weir, as an invitation holds it."""
    return {
        "title": title, "starts": s.at("+2d 14:00").isoformat(), "ends": s.at("+2d 15:00").isoformat(), "room": "Weir",
        "organiser": organiser.id, "guests": [each.id for each in guests],
    }  # fmt: skip


def note(s: StoryWriter, name: str) -> None:
    """What the ledger says of seats."""
    s.fact("asked without an answer", name)
    s.fact("seats of Weir", 8)
    s.fact("seats of Lock", 6)
