"""A survey that is answered by one word, late, or by a machine."""

from datetime import timedelta

from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.times import day_text

DONES = (
    "done", "Done.", "done, question four made me laugh", "done from the ferry", "Done, with remarks.", "done at last",
    "Done; the last page did not load, so twice done.", "done!", "DONE", "It is done, as far as my part goes: done.",
    "done, honestly", "Done. Next time shorter?",
)  # fmt: skip
LATERS = (
    "later, we are on the bridge all week", "Later, please. Month end.", "later", "Later. I will do it on the train.",
    "later, when the tank is dry", "LATER I promise",
)  # fmt: skip


@story("pulse-survey", needs={"mail"})
def pulse_survey(s: StoryWriter) -> Acts:
    """The people partner counts who has answered; notes of absence and laters are no answer."""
    yield
    partner = s.one("people partner")
    first = s.fact("first deadline", day_text(s.at("-4d").date()), until="-4d 09:20")
    second = s.fact("deadline", day_text(s.at("+1d").date()), since="-4d 09:20")
    root = s.mail(partner, [s.list_of("all")], "-14d 10:10", "How are we? Ten questions", s.words("survey", (
        "Ten questions, five minutes, no names. When you have filled it in, answer this mail with the word done; if you cannot yet, with later. It closes on {day}.",
        "The pulse of the winter: please take the survey before {day} and tell me by one word, done or later, where you stand. I count words, not opinions.",
        "It is that time of the year. The form is on the people page; your answer to me is either done or later. Last day: {day}.",
        "I would like to know how you are, all of you and none of you in particular. Fill it in by {day}, then write done. If it must wait, write later.",
        "Survey open until {day}. Please reply with a single word, done or later, so that I can leave you in peace.",
    ), by=partner, day=first))  # fmt: skip
    answering = s.some([each for each in s.cast.staff() if each.id != partner.id], 22)
    done, later, away = answering[:12], answering[12:18], answering[18:20]
    for place, (person, text) in enumerate(zip(done, s.some(DONES, len(done)), strict=True)):
        at = s.during(person, f"-{12 - place // 3 * 2 - (2 if place > 5 else 0)}d 11:{12 + 4 * place}")
        s.reply(person, root, at if at.weekday() < 5 else at - timedelta(days=2), text, bare=True)
    for place, (person, text) in enumerate(zip(later, s.some(LATERS, len(later)), strict=True)):
        s.reply(person, root, s.during(person, f"-{11 + place % 2}d 10:{10 + 7 * place}"), text, bare=True)
    for person in away:
        s.reply(person, root, s.at("-14d 10:11"), s.words("away", (
            "I am out of the office and will answer when I am back.", "On leave. Please turn to my head.",
            "This is an automatic note: I read mail again next week.", "Away, without a computer and happy about it.",
        )), kind="vacation", is_automatic=True)  # fmt: skip
    s.mail(partner, [s.list_of("all")], "-7d 10:30", "How are we? A reminder", s.words("reminder", (
        "A dozen of you have said how you are. The others may still do so, it does not hurt.",
        "Half of the answers are still missing. The form waits for you on the people page.",
        "Thank you to the quick ones. To all others a gentle cough.",
        "The form is open and lonely, and five minutes would fill it. Done or later, please.",
        "This is the reminder to fill in the form, which I promised not to need.",
    ), by=partner), parent=root)  # fmt: skip
    s.mail(partner, [s.list_of("all")], "-4d 09:20", "How are we? More time", s.words("moved", (
        "The form was down for a day, so you have until {day}. Whoever has answered need not do it again.",
        "We extend to {day}, because Field has been on the water all week and could not fill anything in.",
        "You get a few days more: {day}. After that I count who is done and who is later.",
        "New last day, {day}. The boat crew asked for it, everybody may use it.",
        "Because of the storm in the form we move to {day}.",
    ), by=partner, day=second), parent=root)  # fmt: skip
    chatty = answering[20]
    s.dm(chatty, [partner], s.during(chatty, "-3d 10:20") - timedelta(days=3), s.words("by chat", (
        "the survey: done, I never find that mail again", "Done with your ten questions. I say it here, my inbox is a swamp.",
        "filled in the form just now, count me as done", "did the survey!! done", "Ten answers given, done. By chat, sorry.",
    ), by=chatty))  # fmt: skip
    missing = [each for each in s.cast.staff() if each.id != partner.id and each not in (*done, chatty)]
    s.mail(partner, s.some(missing, 6), "-1d 09:05", "How are we? Still without you", s.words("missing", (
        "You six are still missing from my list. Tomorrow is the last day, and no, it does not show who says what.",
        "I do not know how you are. Would you tell the form by tomorrow?",
        "By my count you have not answered yet. Should my count be wrong, forgive it.",
        "Six people are dear to me today: those who have not filled in the form.",
        "One day left. Yours is one of the answers that are empty; done or later, either will do.",
    ), by=partner), cc=[done[0]], parent=root)  # fmt: skip
    s.fact("answer", len(done))
    s.fact("lure", len(done) + len(later) + len(away))
    for place, person in enumerate(s.some([each for each in missing if each.site in {"PA", "LV", "OS"}], 4)):
        text = ("done now", "done, sorry for the wait", "Done today.", "done, with tea")[place]
        s.reply(person, root, "+8m", text, bare=True)
