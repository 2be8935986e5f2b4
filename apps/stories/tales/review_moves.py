"""A review that has to suit three clocks, and an hour read in the wrong one."""

from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.world.choice import WorldSize


@story("review-moves", needs={"mail", "chat"}, size=WorldSize.SMALL)
def review_moves(s: StoryWriter) -> Acts:
    """The Siskin review moves from Thursday to Wednesday, in Port Ansley's hours, not in Halloway's."""
    yield
    product, lead = s.one("head of Product"), s.one("on-call lead")
    seller, scientist, designer = s.one("account manager"), s.one("data scientist"), s.one("designer")
    first, second = s.fact("first start", "10:30", until="-4d 11:05"), "11:00"
    local = s.fact("answer", "17:00")
    s.fact("lure", "20:00")
    s.fact("in Port Ansley", second)
    s.fact("room", "Weir")
    guests = [lead, seller, designer]
    start, end = s.at("+2d 10:30"), s.at("+2d 11:30")
    invitation = s.mail(product, guests, "-7d 12:20", "Siskin review, Thursday", s.words("invite", (
        "We look at the tank results together on Thursday at {time}, Port Ansley's clock, in Weir. Whoever is far away joins by telephone.",
        "Thursday, {time} in Port Ansley: an hour on the Siskin, Weir is booked. Bring what worries you.",
        "An hour of your Thursday, please, from {time} by Port Ansley's clock. The room is Weir, the tea is mine.",
        "Review of the Siskin in Weir and on the line, Thursday {time}, as the clock at Cooperage House shows it.",
        "Let us go through the open points on Thursday; {time} in Port Ansley, room Weir, no slides.",
    ), by=product, time=first), cc=[scientist], invitation={
        "title": "Siskin review", "starts": start.isoformat(), "ends": end.isoformat(), "room": "Weir",
        "organiser": product.id, "guests": [each.id for each in guests], "optional": [scientist.id],
    })  # fmt: skip
    s.reply(seller, invitation, "-5d 09:15", s.words("declines", (
        "Thursday does not work over here, the water board visits. Could we do Wednesday?",
        "I have to decline: on Thursday afternoon of ours I stand on a dike with five officials.",
        "Not Thursday, please. Wednesday my afternoon is empty.",
        "I would miss the Siskin on Thursday, we sign a lease at that hour. The day before would suit me.",
        "No from me for Thursday; I can do the whole of Wednesday afternoon, Oud Skerry time.",
    ), by=seller))  # fmt: skip
    s.mail(product, guests, "-4d 11:05", "Siskin review, now Wednesday?", s.words("proposal", (
        "Then Wednesday at {time}? Port Ansley time again, and Weir if Office agrees.",
        "For the sake of Oud Skerry: Wednesday, {time} as Port Ansley counts, same room.",
        "I would move us to Wednesday {time}, by the clock of Cooperage House. Say no now.",
        "Wednesday it is, unless somebody objects: {time} in Port Ansley.",
        "New offer, Wednesday, {time}, Port Ansley. The room moves along.",
    ), by=product, time=second), cc=[scientist], invitation={
        "title": "Siskin review", "starts": s.at("+1d 11:00").isoformat(), "ends": s.at("+1d 12:00").isoformat(),
        "room": "Weir", "organiser": product.id, "guests": [each.id for each in guests], "optional": [scientist.id],
    })  # fmt: skip
    asked = s.post("platform", lead, "-1d 11:10", s.words("misread", (
        "Siskin review is on Wednesday at {time}, I block our lunch for it",
        "wednesday {time} our time for the review then, right?",
        "For those who join the review: {time} in Halloway, so after the stand-down",
        "I have the review at {time}, just before my dentist. Tight, but it goes",
        "Review at {time} on Wednesday, we order noodles",
    ), by=lead, time=second))  # fmt: skip
    s.thread(asked, product, "-1d 11:40", s.words("spelled out", (
        "{time} in Port Ansley, which is {early} with you. Noodles would be breakfast",
        "No: {early} by your clock, {time} by theirs, {late} in Oud Skerry", "Careful, that is {early} in Halloway. {time} is Port Ansley",
        "You would come three hours late. {early} for us, {time} over there",
        "It is {time} on the harbour and {early} here, sorry for the alarm clock",
    ), by=product, time=second, early=s.fact("in Halloway Springs", "08:00"), late=local), to=lead)  # fmt: skip
    s.mail(seller, [product], "+6m", "Review: half an hour will do", s.words("shorter", (
        "I need only the first half hour of it, so do not keep the room for me.",
        "For my part thirty minutes suffice; the water board's questions fit on a card.",
        "Could we put the customers' part first? Then I am out after half of the time.",
        "Half an hour less would please me and the ferry.",
        "I can stay for thirty minutes, not for sixty, if that changes anything.",
    ), by=seller))  # fmt: skip
