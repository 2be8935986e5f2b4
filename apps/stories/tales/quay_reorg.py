"""A reorganisation that some heads know of, and one of them does not."""

from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.times import day_text


@story("quay-reorg", needs={"mail"})
def quay_reorg(s: StoryWriter) -> Acts:
    """Care is to join Sales; its head has not been told, and asks for the agenda."""
    yield
    chief, director = s.one("chief of staff"), s.one("managing director")
    finance, people, sales, care = (
        s.one(f"head of {team}") for team in ("Finance", "People", "Sales", "Care")
    )
    circle = [director, finance, people, sales]
    knows = [chief.id, *(each.id for each in circle)]
    day = s.fact("day", day_text(s.at("+58d").date()), knows=knows)
    s.fact("answer", care.name)
    s.fact("lure", people.name)
    plan = s.mail(chief, circle, "-12d 15:20", "[Confidential] Care and Sales under one roof", s.words("plan", (
        "The Directors would like Care to join Sales on {day}. Nothing is decided about desks, everything is decided about silence: please speak of it with nobody, not even with those concerned.",
        "From {day} on, Care shall be part of Sales. You five should know before we work it out; others should not, in particular not its head, with whom the managing director wants to speak himself.",
        "I write to five people. On {day} Care moves under Sales. Please send me your worries by answer, and leave them there.",
        "There is a plan, dated {day}: one team for those who sell and those who soothe. It stays among us until the managing director has found the right hour.",
        "What we spoke about on the quay gets a date, {day}. Care and Sales, one team, one head. Not a word outside this mail.",
    ), by=chief, day=day))  # fmt: skip
    s.reply(finance, plan, "-11d 09:40", s.words("finance", (
        "It saves two licences and costs one friendship. I am for it, with the sums attached to another day.",
        "Money speaks neither for nor against. Care's budget may move in one piece.",
        "The cost centres of Care and Sales allow it. Please not in the middle of a quarter.",
        "Care in Sales, from that date: I can live with it if the bonus rules stay as they are until then.",
        "Agreed from my side. The credits that Care grants need a new limit then.",
    ), by=finance), to=(chief, director, people, sales))  # fmt: skip
    s.reply(people, plan, "-6d 11:15", s.words("plan B", (
        "There is a gentler way: Care keeps its name and its head, and only reports to Sales. I would rather write those contracts.",
        "Let me put plan B on the table. Care stays a team, Sales gets a seat at its Monday round.",
        "Might we begin with one shared desk in Oud Skerry and look again in autumn? That is plan B, and it needs no announcement.",
        "I would prefer that Care's head hears of it before the plan has a date; plan B is to ask first.",
        "Plan B: exchange two people between the teams for half a year, then decide about Care and Sales.",
    ), by=people), to=(chief, director, finance, sales))  # fmt: skip
    s.post("quay", chief, "-4d 12:30", s.words("channel", (
        "This is the room for it. No names in the subject lines, please", "Plan and plan B are pinned in my drawer, not here",
        "We talk here from now on, mail forwards itself too easily", "Five members, and it stays five",
        "Please mute nothing here until it is over",
    ), by=chief))  # fmt: skip
    seller = s.one("account manager")
    s.post("sales-desk", seller, s.during(seller, "-1d 11:05"), s.words("rumour", (
        "Is it true about Care?", "somebody at the coffee machine says Care moves in with us, does anybody know more?",
        "A little bird says that we get new neighbours from Care", "Are we growing by five advisers or is that gossip?",
        "what is this about Care and us",
    ), by=seller))  # fmt: skip
    s.mail(care, [chief], "+5m", "Agenda for Thursday", s.words("asks", (
        "You have moved me to the end of Thursday's heads' round. May I have the agenda, so that I can prepare?",
        "Could you send me what will be on the table on Thursday? I would like to bring figures and not only myself.",
        "I have no agenda for Thursday yet, the others seem to. Is there one?",
        "What do we talk about on Thursday? I am told that Care is on it.",
        "Please let me have Thursday's points. A few people were oddly kind to me this morning.",
    ), by=care))  # fmt: skip
    others = [each for each in circle if each.id != director.id]
    s.mail(director, others, "+12m", "[Confidential] Thursday", s.words("tell all", (
        "I shall tell everybody on Thursday after the all-hands, and our colleague an hour before. Until then, as agreed.",
        "On Thursday it is said aloud. Keep it for two more days.",
        "Thursday, by me, in person. Please be in the room and look friendly.",
        "I have decided: on Thursday. No sooner, and by nobody else.",
        "We announce it on Thursday. Plan B has won, more or less.",
    ), by=director), cc=[chief], held=True)  # fmt: skip
