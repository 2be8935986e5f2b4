"""An interview with a candidate overseas: who may sit in it, and at which hour."""

from typing import Any

from gristmill.apps.stories.company import Staff
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story

CANDIDATES = ("Ottilie Raske", "Bastian Quennell", "Maren Oduya", "Leopold Harrow", "Signe Tamarind")


@story("field-interview", needs={"mail"})
def field_interview(s: StoryWriter) -> Acts:
    """Two interviewers of different teams, a candidate in another zone, and an answer that is taken back."""
    yield
    recruiter, dispatcher, people = s.one("recruiter"), s.one("dispatcher"), s.one("head of People")
    installer, calibrator = s.one("installer"), s.one("calibrator")
    second = next(each for each in s.all("installer") if each.id != installer.id)
    name = s.pick(CANDIDATES)
    given = name.split()[0]
    agency = s.outsider("Gantrow", "candidates@gantrow.test")
    candidate = s.outsider(name, f"{name.lower().replace(' ', '.')}@quillfold.test")
    knows = {
        each.id
        for each in (
            recruiter,
            dispatcher,
            people,
            installer,
            calibrator,
            second,
            s.one("people partner"),
            s.one("head of Field"),
        )
    }
    s.fact("candidate", name, knows=knows)
    half = s.chance(50)
    s.fact("answer", "10:30" if half else "10:00")
    s.fact("lure", "16:30" if half else "16:00")
    free = s.fact("installer is free from", "10:30" if half else "10:00")
    until = s.fact("calibrator is free until", "11:30")
    words: dict[str, Any] = {
        "name": name,
        "given": given,
        "from": s.fact("candidate is free from", "15:00"),
        "free": free,
        "until": until,
        "second": second.given,
    }
    s.mail(agency, [recruiter], "-8d 11:15", f"A candidate for your Field team: {name}", "\n\n".join((
        s.words("candidate", (
            "We believe that we have found the person who will hang on your bridges. {name} has spent six years with a lighthouse service, mended what the sea had broken, and wrote about it in a log that one reads like a novel. The service is being automated, which is why there is a lighthouse keeper on the market at all.",
            "May we introduce {name}? After an apprenticeship as a rigger came four years on a dredger and two with a firm that inspects cranes. The references agree in a way that references seldom do: punctual, dry, does not fall. The wish to work outdoors is sincere; we tested it in our garden.",
            "Please find our suggestion for your open position: {name}, rigger, climber, holder of a boat licence and of a certificate that allows work under bridges at night. We know of two other firms who are interested, and we mention it because it is true and not to hurry you.",
            "You asked for somebody who is not afraid of heights, water or paperwork. The first two are common. {name} has all three, and in addition speaks with customers in whole sentences, as we could hear while one rang in the middle of our talk.",
            "Here is somebody for your bridges. {name} has mounted sensors on dams for a firm that no longer exists, for reasons that had nothing to do with the sensors. What impressed us was a notebook with a drawing of each bolt. The drawings are good. So, we are told, are the bolts.",
        ), **words),
        s.words("candidate, practical", (
            "At the moment {given} lives overseas, at the clock of Oud Skerry, and would move within six weeks; the cat moves too. A talk by telephone or picture is possible in the afternoons. The wish regarding pay is in the sealed file that you get from us by separate mail, and we ask you, as ever, to keep the name among those who need it, because the present employer does not know yet.",
            "For the time being {given} is across the water, in the zone of your Oud Skerry office, and works in the mornings. Please propose an hour in the afternoon there. We would be glad if the name did not travel through your house before something is signed: the harbour world is small, and everybody's cousin works on a pilot boat.",
            "Interviews can be held from a distance; {given} lives in the same zone as your people in Oud Skerry and is free in the later part of the day. Notice period is a month. Until then the matter is confidential, and we rely on you for that, having had a bad experience with a notice board.",
            "Regarding time: {given} is an ocean away, an hour ahead of the meridian, and has a shift until lunch. Regarding discretion: please do not mention the name outside your circle, the dredger's crew reads everything. Regarding start: May, with a good pair of boots.",
            "{given} would come over for a second round. For the first, a call is best, in the afternoon by the clock over there. As the present firm is small and its owner sensitive, we ask that only those who interview should hear the name. You will find the usual papers attached to our portal, under the usual word.",
        ), **words),
    )))  # fmt: skip
    s.post("hiring-field", recruiter, "-7d 10:10", s.words("new candidate", (
        "Gantrow sends somebody with ropes in the blood. I need two people to talk to them", "we have a candidate from gantrow, who sits in", "One application from Gantrow that I like. Who would interview?",
        "There is a person for the open position, papers are with you. Two interviewers, please", "A rigger with good manners. Names of interviewers to me, please",
    ), by=recruiter), to=dispatcher)  # fmt: skip
    s.post("hiring-field", dispatcher, s.during(dispatcher, "-5d 12:20"), s.words("two of field", (
        "I give you two of my installers for the interview, they can smell a good one", "Take two from the vans, they will have to live with the person after all", "two installers, thursday, they are willing",
        "From Field you get two for the talk. Both know what a wet rope is", "Interviewers: a pair of installers, I have asked them already",
    ), by=dispatcher), to=recruiter)  # fmt: skip
    rule = s.mail(people, [recruiter], "-4d 11:30", "Who interviews", s.words("two teams", (
        "Two from the same van will like whoever they like. One of the interviewers must be of another team, as the pin says; the calibrator would be a good choice.",
        "I see two installers on the list for the interview. Please replace one of them by somebody from elsewhere, for instance a calibrator.",
        "The rule is two teams, not two people. Keep one installer and ask a calibrator for the other chair.",
        "May I remind us of the pin: interviewers come from different teams. A calibrator has time and judgement.",
        "One of Field is enough, the second ought to come from the Workshop. It protects everybody, the candidate included.",
    ), by=people), cc=[dispatcher])  # fmt: skip
    s.reply(dispatcher, rule, s.during(dispatcher, "-4d 13:15"), s.words("accepts", (
        "Then the older of the two installers, and whoever the Workshop can spare.", "Fair. I leave {second} on the road.", "ok one installer, {second} stays in the van",
        "Understood, two teams. {second} will be relieved, I think.", "If the rule wants two teams it gets them. I take {second} off the list.",
    ), by=dispatcher, **words), to=(people, recruiter))  # fmt: skip
    s.mail(candidate, [recruiter], "-1d 15:50", "Thursday", s.words("candidate's hour", (
        "Thursday suits me well, any time after {from} by my own clock. My shift ends at noon, and then I need an hour to smell like a person.",
        "Thank you for the kind call. I am free on Thursday from {from} on, my time, until the evening. A telephone is fine; the picture shakes here when the ferry passes.",
        "I could talk on Thursday, at {from} or later as we count here. Please tell me which of our two clocks you mean when you answer.",
        "From {from} my time on Thursday I sit beside the telephone. What should I have read before?",
        "On Thursday I am at your disposal from {from}, local time over here. I shall bring the notebook that they told you of.",
    ), **words))  # fmt: skip
    hours(s, installer, calibrator, dispatcher, words)


def hours(
    s: StoryWriter, installer: Staff, calibrator: Staff, dispatcher: Staff, words: dict[str, Any]
) -> None:
    """What the three answer when they are asked when they can; the dispatcher takes one answer back."""
    for app in ("mail", "chat"):
        s.answers(app, installer, s.words("installer's hours", (
            "Thursday i am on land from {free} harbour time", "After {free} on Thursday, Port Ansley's clock. Before that I hang.", "from {free} port ansley time, before that no signal",
            "On Thursday I can talk from {free}, as the harbour counts.", "{free} or later, by Cooperage House. The tide has me until then.",
            "I could from {free} Port Ansley time, with dry hands.", "Thursday works once it is {free} at the harbour.",
        ), by=installer, **words), minutes=3, when="thursday|interview|when|free|time")  # fmt: skip
        s.answers(app, calibrator, s.words("calibrator's hours", (
            "Thursday morning until {until}, Port Ansley time, then the tank is full.", "Until {until} by the harbour's clock, gladly.", "till {until} harbour time, then i have to watch a needle",
            "I am free on Thursday up to {until} in Port Ansley's count.", "On Thursday I have to be gone by {until}, and I mean Port Ansley.",
            "Any time that ends before {until}, harbour clock.", "Yes, if we are through by {until} Port Ansley time.",
        ), by=calibrator, **words), minutes=6, when="thursday|interview|when|free|time")  # fmt: skip
        s.answers(app, dispatcher, s.words("dispatcher takes back", (
            "Take {second} instead. No, forget that, two teams. As agreed.", "You can have {second} too... no, leave it as it was.", "{second} would be free. Scratch that, the pin says no.",
            "I said yes to {second} just now and take it back. It stays as it is.", "Could be {second} after all. No. The first one, sorry.",
            "First I wanted to give you {second}, but the tide wants him more.", "My answer was {second} and is now the same as on Friday.",
        ), by=dispatcher, **words), minutes=10, when="interview|installer|who")  # fmt: skip
