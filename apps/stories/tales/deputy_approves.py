"""A head who is away, and whom to ask instead."""

from gristmill.apps.stories.company import Staff
from gristmill.apps.stories.handover import hand_over
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.times import day_text, money
from gristmill.apps.stories.voices import EXACT, LOUD, TERSE, WARM

# Who stands in for each head, by role; the one of Field has changed.
DEPUTIES = {
    "Finance": ("controller", None), "People": ("people partner", None), "Office": ("office manager", "PA"),
    "Workshop": ("shift lead", None), "Field": ("dispatcher", None), "Platform": ("on-call lead", None),
    "Sales": ("tender writer", None), "Care": ("knowledge writer", None),
}  # fmt: skip


@story("deputy-approves", needs={"chat"}, rank=30)
def deputy_approves(s: StoryWriter) -> Acts:
    """The head of Field is away; his note approves nothing, and the list of deputies was changed a week ago."""
    installer, head, dispatcher = s.one("installer"), s.one("head of Field"), s.one("dispatcher")
    chief, lead = s.one("chief of staff"), s.one("shift lead")
    s.away(head, "-4d 16:30", "+4d 00:00")
    drill = s.goods("drill", "cordless drill", size="18 V", least_cents=9000, most_cents=16000)
    yield
    price = drill.found.variant(size="18 V").price_cents if drill.found else 14900
    is_dear = s.chance(40)
    count = 600_00 // price + 1 if is_dear else 2
    back = s.at("+3d").date()
    s.fact("answer", dispatcher.name, since="-6d 10:40")
    s.fact("lure", lead.name, until="-6d 10:40")
    name = f"the {s.fact('drill', drill.found.name)}" if drill.found else "the one with eighteen volts"
    total = s.fact("total", money(price * count))
    s.fact("who decides", chief.name if is_dear else dispatcher.name)
    lists(s, chief, lead, dispatcher)
    away(s, head, day_text(back))
    asked(s, installer, head, name, s.fact("count", count), total)
    answers(s, dispatcher, chief, is_dear=is_dear)


def lists(s: StoryWriter, chief: Staff, lead: Staff, dispatcher: Staff) -> None:
    """The pinned list of deputies, old and new."""
    new = {team: s.one(role, site) for team, (role, site) in DEPUTIES.items()}
    new["Product"] = s.one("product manager")
    for team, person in new.items():
        s.fact(f"deputy of {team}", person.name, since="-6d 10:40")
    old = {**new, "Field": lead}
    opening = s.words("old list", (
        "In place of an absent head decides:", "Deputies, for the pin board:", "Standing in for the heads, from today:",
        "These people decide when a head does not answer:", "If your head is away, ask:",
    ), by=chief)  # fmt: skip
    s.post(
        "who-is-away", chief, "-155d 11:20", f"{opening}\n{rows(old)}", key="old-list", pinned_by=chief.id,
        pinned_at=s.at("-155d 11:22"), unpinned_at=s.at("-6d 10:42"),
    )  # fmt: skip
    again = s.words("new list", (
        "Deputies, as of today. The list from the autumn is void:", "New list of deputies, one line has changed:",
        "A fresh list, because one of you has enough to do:", "Who stands in, corrected today:", "The deputies, newest version:",
    ), by=chief)  # fmt: skip
    post = s.post(
        "who-is-away", chief, "-6d 10:40", f"{again}\n{rows(new)}", key="new-list", pinned_by=chief.id,
        pinned_at=s.at("-6d 10:41"),
    )  # fmt: skip
    s.thread(post, lead, "-6d 11:05", s.words("relief", (
        "Thank you, I have a shift to lead and it shows.", "One hat less, my head is grateful.", "so no more bridges for me, good",
        "Understood. I hand over the folder this afternoon.", "Fine with me; I never knew which van was whose.",
    ), by=lead))  # fmt: skip


def rows(people: dict[str, Staff]) -> str:
    """One line for each team."""
    return "\n".join(f"- {team}: {person.name}" for team, person in people.items())


def away(s: StoryWriter, head: Staff, back: str) -> None:
    """The head says since when and until when."""
    s.post("who-is-away", head, "-4d 16:00", s.words("away", (
        "Away until {day}, at the river with my father. The pinned list says who decides.",
        "I am gone to {day} inclusive. For Field, see the pin.",
        "Off until {day}. No mail, no chat, one fishing rod.",
        "From tonight to {day} I do not exist. Somebody on the list does.",
        "Leave until {day}. Whoever needs a signature looks at the list above.",
    ), by=head, day=back), key="away")  # fmt: skip


def asked(s: StoryWriter, installer: Staff, head: Staff, name: str, count: str, total: str) -> None:
    """The installer asks the head, whose note answers at once."""
    ask = s.mail(
        installer, [head], "-1d 16:10", s.pick(("Drills for the van", "Drill", "Broken drill, two bridges left")),
        s.words("ask", (
            "The old drill gave up at the second bridge. I need {count} of {name}, {total} in all. Can I order?",
            "Two bridges left this week and no drill that holds. {count} times {name}, which makes {total}: yes or no?",
            "May we buy {count} drills, {name}? Together they cost {total}. The borrowed one goes back on Friday.",
            "I would like {count} of {name} for the vans; the total is {total}. The clamps do not wait for us.",
            "Our drill smokes. I ask for {count} new ones ({name}, {total}), before the tide is low again.",
            (TERSE, "drill dead. {count} of {name}, {total}. ok?"),
            (EXACT, "I request {count} drills ({name}). Total is {total}, delivery included. The old drill was tested by two of us and is beyond repair."),
            (WARM, "It was a lovely morning on the bridge until the drill went up in smoke (nobody hurt, one glove). I would need {count} of {name}, that is {total}; what do you think?"),
        ), by=installer, name=name, count=count, total=total),
        key="ask",
    )  # fmt: skip
    day = day_text(s.at("+3d").date())
    note = s.mail(
        head, [installer], "-1d 16:11", "Re: " + ask.subject,
        s.words("note", (
            "I am away until {day} and do not read my mail. Thank you for writing; it will be fine until I am back.",
            "Out of office to {day}. Your mail is welcome and will be answered after that.",
            "Your message has arrived, I have not. I return after {day}. In the meantime please carry on as usual.",
            "This is a note and not me. I am back after {day}, and I am sure you will find a way.",
            "Gone fishing until {day}. What is urgent will find the right desk.",
        ), by=head, day=day),
        key="note", parent=ask, is_automatic=True, kind="vacation",
    )  # fmt: skip
    hand_over(s, installer, note, "the drill")
    wonder = s.post("field-log", installer, "-1d 16:24", s.words("wonder", (
        "Got a note back from the boss, is that a yes?",
        "Boss is fishing. Who signs for a drill now?",
        "drill question sent, answer was a fishing rod",
        "The note says carry on as usual. As usual I would have a drill.",
        "Does anybody know whom to ask while the head is at the river?",
    ), by=installer))  # fmt: skip
    mate = next(each for each in s.all("installer") if each.id not in {installer.id, s.desk.id})
    s.thread(wonder, mate, "-1d 16:31", s.words("hearsay", (
        "Shift lead in the workshop, always was",
        "Ask the workshop, the shift lead stands in for us.",
        "the shift lead i think, was like that last time",
        "Was it not the shift lead? There is a list somewhere.",
        "Workshop decides when he is gone, as far as I know",
        (LOUD, "shift lead, or the list, or heaven"),
    ), by=mate), key="hearsay")  # fmt: skip


def answers(s: StoryWriter, dispatcher: Staff, chief: Staff, *, is_dear: bool) -> None:
    """What deputy and chief of staff say once they are asked."""
    one = s.fact("granted", "one")
    if is_dear:
        text = s.words("not mine", (
            "That is more than I may sign. Ask the chief of staff, please, the pin says so too.",
            "Too much for a deputy. The chief of staff stands in above my limit.",
            "I cannot, the sum goes over my head. Chief of staff, and say that I like the idea.",
            "Over my limit, so the chief of staff decides. I will not mind.",
            "No signature from me at that price; try the chief of staff.",
        ), by=dispatcher)  # fmt: skip
    else:
        text = s.words("one of two", (
            "Yes to {one}, no to the second. The spare in the depot works.",
            "You get {one}. For the other you take the blue one from my shelf.",
            "{one} is granted, both are too many this month.",
            "I say yes to {one} of them. Put my name on the order.",
            "Order {one}; the second has to wait until the head is back.",
        ), by=dispatcher, one=one)  # fmt: skip
    for app in ("mail", "chat"):
        s.answers(app, dispatcher, text[0].upper() + text[1:], minutes=10, when="drill|order|approve|buy")
    if is_dear:
        word = s.words("chief", (
            "For Field, in place of its head: {one} now, the others after his return. I will tell the controller, who has to agree above this sum.",
            "You may have {one}. The rest would need the controller as well, who is in the books until Friday.",
            "Please order {one} only. For all of them I would have to ask the controller, and I would not like the answer.",
            "My answer is {one}. It keeps us below the sum at which two people must sign.",
            "Take {one}, today. Above that it is no longer mine alone.",
        ), by=chief, one=one)  # fmt: skip
        for app in ("mail", "chat"):
            s.answers(app, chief, word, minutes=10, when="drill|order|approve|buy")
