"""Questions that somebody asks by mail, and the mails of somebody else that answer them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import Mail
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.mail.tasks.correspondence import Party, copy_of, past, place, place_file
from gristmill.apps.mail.tasks.facts import Fact, FactKind
from gristmill.apps.mail.tasks.matters import draw_fact
from gristmill.apps.world.world import World

PLAIN, SUPERSEDED, OPEN = "plain", "superseded", "open"


@dataclass(frozen=True, kw_only=True, slots=True)
class Enquiry:
    """A question, and what the mails that answer it say.

    `subject` is that of the mail that asks, `source` that of the mails that answer; `answer` has the fact,
    `mended` a later one, `unknown` neither.
    """

    kind: FactKind
    subject: str
    question: str
    source: str
    answer: str
    mended: str
    unknown: str


def enquiry(kind: FactKind, subject: str, question: str, source: str, *texts: str) -> Enquiry:
    """An enquiry; `texts` are answer, mended answer, and the lack of one."""
    answer, mended, unknown = texts
    return Enquiry(
        kind=kind, subject=subject, question=question, source=source, answer=answer, mended=mended,
        unknown=unknown,
    )  # fmt: skip


ENQUIRIES = (
    enquiry(
        FactKind.CODE, "Store room upstairs", "What is the code of the store room upstairs?", "The new lock",
        "The store room upstairs has its new lock. The code is {fact}.",
        "The locksmith was here again: the code of the store room upstairs is {fact} now, no longer {old}.",
        "The lock of the store room upstairs is on, but it has no code yet, so there is none to tell.",
    ),
    enquiry(
        FactKind.DAY, "Boat for the regatta", "On which day is our boat booked?", "Your boat with us",
        "We have kept the boat for you on {fact}.",
        "We have to move your boat: it is yours on {fact} instead of {old}.",
        "We have not been able to settle a day for your boat. You will hear from us when there is one.",
    ),
    enquiry(
        FactKind.MONEY, "Posters for the fair", "What does the printer want for the posters?", "Our offer",
        "For the posters we ask {fact}, paper and delivery included.",
        "We have worked out the posters anew: they come to {fact}, and {old} is no longer right.",
        "We cannot name a price for the posters before we know the paper. Our offer has to wait for that.",
    ),
    enquiry(
        FactKind.TIME, "Fire drill", "At what time does the fire drill begin?", "Drill this month",
        "The fire drill begins at {fact}.",
        "The fire drill begins at {fact}, not at {old}: the brigade has asked for it.",
        "The brigade has not said when the fire drill begins; please plan nothing around it yet.",
    ),
    enquiry(
        FactKind.NUMBER, "Gauges on the shelf", "How many gauges are left on the shelf?", "Stock of gauges",
        "I have counted: {fact} gauges are left on the shelf.",
        "I had missed a box. There are {fact} gauges on the shelf, not {old}.",
        "I have not come to count the gauges, and I would rather not guess. It will be next month.",
    ),
    enquiry(
        FactKind.CODE, "Visitor parking", "Which permit are our visitors to use?", "Permits",
        "Visitors use the permit {fact} until the end of the year.",
        "The permit {old} was withdrawn. Visitors use {fact}.",
        "The town has not issued a permit for visitors. Until it has, there is none that they could use.",
    ),
    enquiry(
        FactKind.DAY, "Heating in the workshop", "When does the heating engineer come?", "Your appointment",
        "Our engineer comes to the workshop on {fact}.",
        "Our engineer cannot make {old}. He comes to the workshop on {fact} instead.",
        "Our engineer is ill, and I cannot promise a day for the workshop. I shall write when he is back.",
    ),
    enquiry(
        FactKind.MONEY, "Paint for the hall", "What did the paint for the hall cost?", "Paint",
        "The paint for the hall came to {fact} in the end.",
        "The paint for the hall cost {fact}. The {old} that I named was before the brushes.",
        "The bill for the paint of the hall has not come, so I do not know what it cost.",
    ),
    enquiry(
        FactKind.NUMBER, "Seats on the coach", "How many seats does the coach have?", "The coach",
        "The coach that I have found for us has {fact} seats.",
        "It is another coach after all, one with {fact} seats instead of {old}.",
        "The firm has not said which coach it sends, and they all have different numbers of seats.",
    ),
    enquiry(
        FactKind.DAY, "Visit of the auditors", "On which day do the auditors come?", "The audit",
        "The auditors will be with us on {fact}.",
        "The auditors come on {fact}. They had {old} in their calendar by mistake.",
        "The auditors have called off their visit, and have not named another day.",
    ),
    enquiry(
        FactKind.CODE, "Sample box", "Under which number was the sample box sent?", "Parcels",
        "The sample box left under the number {fact}.",
        "The sample box came back and was sent again, now under the number {fact}; forget {old}.",
        "The sample box is still here, so it has no number yet.",
    ),
    enquiry(
        FactKind.NUMBER, "Places in the course", "How many places are left in the course?", "Course in May",
        "There are {fact} places left in the course.",
        "After this morning {fact} places are left in the course, and no longer {old}.",
        "I do not run the list of the course any more, and nobody has told me how many places are left.",
    ),
    enquiry(
        FactKind.MONEY, "Stand at the fair", "What does the stand at the fair cost?", "Stands",
        "Your stand at the fair costs {fact} for the three days.",
        "The price of your stand at the fair has changed to {fact}; {old} was last year's.",
        "The prices of the stands are not fixed. We shall publish them in the spring.",
    ),
    enquiry(
        FactKind.TIME, "Tasting", "At what time is the tasting?", "Tasting at the canteen",
        "The tasting is at {fact}, in the small room.",
        "The cook asks for more time: the tasting is at {fact} instead of {old}.",
        "The cook has not decided when the tasting is. He will ring the bell, he says.",
    ),
)  # fmt: skip
ASKING = (
    "I could not find it anywhere. {question} Just write me back when you know.",
    "A short one for you. {question} It is for the list that I keep.",
    "Sorry to trouble you with this. {question} Take your time.",
    "{question} I have promised to pass it on.",
)
PREFACES = (
    "Thank you for waiting. It took longer than I had hoped, since two of the people whom I had to ask "
    "were away, and the third had to look for the folder first.",
    "You wanted to hear from me as soon as there was something to say, and today there is; I put it down "
    "here so that neither of us has to remember it.",
    "I write this between two calls, so please forgive the short form. If anything is unclear, come by or "
    "ring me, I am at my desk until late in the afternoon.",
    "As agreed I have looked into the matter that we spoke of on the stairs, and I have also asked those who "
    "should know better than I do. This is how it stands.",
)
ENDINGS: Mapping[str, int] = {PLAIN: 40, SUPERSEDED: 45, OPEN: 15}


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """The mails that answer an enquiry: the fact (none if it is open), the one before it, and their threads.

    `newest_thread` has the fact, or the mail that says that there is none.
    """

    enquiry: Enquiry
    ending: str
    fact: Fact
    old: Fact | None
    newest_thread: int
    newest_subject: str
    file_id: int = 0  # the attachment that has the fact, if it is not in the mail


def draw_ending(sampler: Sampler) -> str:
    """How the mails that answer an enquiry end."""
    percent = sampler.between(1, sum(ENDINGS.values()))
    return PLAIN if percent <= ENDINGS[PLAIN] else SUPERSEDED if percent <= 100 - ENDINGS[OPEN] else OPEN


def place_source(
    world: World, sampler: Sampler, asked: Enquiry, sender: Party, owner: Party, ending: str,
    *, in_file: bool = False,
) -> Source:  # fmt: skip
    """Write the mails that answer an enquiry: one, or one and its correction or withdrawal.

    With `in_file` the last one has its fact in an attachment.
    """
    old = draw_fact(world, sampler, asked.kind)
    fact = old
    while fact == old:
        fact = draw_fact(world, sampler, asked.kind)
    at = past(world, sampler, days=sampler.pick((6, 7, 8)))
    first, mail = old if ending == SUPERSEDED else fact, None
    people = sender, owner
    if ending != OPEN:
        text = asked.answer.format(fact=first)
        mail = place_one(world, sampler, people, asked.source, text, at, in_file=in_file and ending == PLAIN)
    if ending != PLAIN:
        text = asked.mended.format(fact=fact, old=old) if ending == SUPERSEDED else asked.unknown
        parent = mail if sampler.chance(50) else None
        subject = f"Re: {asked.source}" if parent else f"{asked.source}, once more" if mail else asked.source
        at = past(world, sampler, days=sampler.pick((1, 4, 5)))
        mail = place_one(world, sampler, people, subject, text, at, parent=parent, in_file=in_file)
    assert mail is not None
    return Source(
        enquiry=asked, ending=ending, fact=fact, old=old if ending == SUPERSEDED else None,
        newest_thread=copy_of(world, owner.id, mail).thread_id, newest_subject=asked.source,
        file_id=mail.attachments[0].id if mail.attachments else 0,
    )  # fmt: skip


def place_one(
    world: World, sampler: Sampler, people: tuple[Party, Party], subject: str, text: str, at: datetime,
    *, parent: Mail | None = None, in_file: bool = False,
) -> Mail:  # fmt: skip
    """Write one mail of a source; its preface keeps the fact out of what lists show of it."""
    sender, owner = people
    files: tuple[int, ...] = ()
    if in_file:
        name = re.sub(r"[^a-z]+", "-", subject.lower()).strip("-")
        files = (place_file(world, f"{name}.txt", f"{subject}\n\n{text}\n", sender, at),)
        text = "I have put it into the file that comes with this mail."
    body = f"{sampler.pick(PREFACES)}\n\n{text}\n\n{sender.given_name}"
    mailing = Mailing(sender=sender.mailbox, to=(owner.mailbox,), subject=subject, body=body, file_ids=files)
    return place(world, mailing.answering(parent) if parent else mailing, at, [owner.id])


def place_question(
    world: World, sampler: Sampler, asked: Enquiry, asker: Party, owner: Party, other: Party | None
) -> Mail:
    """Write the mail that asks; if somebody else gets it, too, they have answered that they do not know."""
    at = past(world, sampler, days=1)
    body = f"{sampler.pick(ASKING).format(question=asked.question)}\n\n{asker.given_name}"
    to = (owner.mailbox, *([other.mailbox] if other else []))
    mailing = Mailing(sender=asker.mailbox, to=to, subject=asked.subject, body=body)
    mail = place(world, mailing, at, [owner.id, *([other.id] if other else [])])
    if other is not None:
        answer = Mailing(
            sender=other.mailbox, to=(asker.mailbox, owner.mailbox), subject=f"Re: {asked.subject}",
            body=f"I have no idea, I am afraid.\n\n{other.given_name}",
        )  # fmt: skip
        readers = [owner.id, asker.id]
        place(world, answer.answering(mail), at + timedelta(minutes=sampler.between(5, 40)), readers)
    return mail
