"""Count the mails of somebody that fulfil conditions."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from numpy.random import Generator
from sqlalchemy import func, select

from gristmill.apps.base import EndsWith, Task, TaskFamily, TaskKind, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import Entry, Folder, Mail
from gristmill.apps.mail.services.folders import HIDDEN
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.mail.tasks.correspondence import (
    Party,
    draw_owner,
    newest_ids,
    others,
    owners,
    place,
    place_file,
    staff,
)
from gristmill.apps.mail.tasks.mail_page import HOST, MailPage
from gristmill.apps.mail.tasks.matters import TEMPLATES
from gristmill.apps.mail.tasks.registry import TASKS
from gristmill.apps.mail.tasks.tidying import box_state, tidy
from gristmill.apps.mail.tasks.writing import Wanted
from gristmill.apps.mail.tasks.writing_moves import settle
from gristmill.apps.world.world import World
from gristmill.verifiers import answers
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import trap
from gristmill.verifiers.visits import opened, unchanged

WORDINGS = {
    "train": (
        "How many mails has {sender} sent me{what}{when}? Count mails, not threads, and leave out spam and "
        "bin. {form}",
        "Count the mails{what} that I have got from {sender}{when}. Each mail counts, also several in one "
        "thread; those in spam and bin do not. {form}",
        "I need a number: mails{what} from {sender} to me{when}, wherever they lie but in spam or bin, and "
        "every mail of a thread for itself. {form}",
        "What is the number of mails{what} by {sender} in my mailbox{when}? Spam and bin do not count; a "
        "thread counts as many times as it has such mails. {form}",
    ),
    "test": (
        "Tell me how many mails{what} {sender} has written to me{when}: single mails rather than threads, "
        "none from spam or bin. {form}",
        "Mails{what} from {sender}{when}: how many do I have outside of spam and bin, mail by mail? {form}",
        "Go through my mailbox and count mails{what} by {sender}{when}. Threads may hold several "
        "such mails, and each counts; what is in spam or bin does not. {form}",
    ),
}
LOOKED = r"mail\.test/(search|all|archive|threads/\d+)(\?.*)?"
TEXTS = (
    "A short note on this: I have passed it on.",
    "Nothing new from my side, only so that you know.",
    "I have spoken to them, and they will think it over.",
    "It is done, apart from the last page.",
    "Could we talk about it on the way to lunch?",
    "I put it on the list for next week.",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """Which mails count: by whom, in which days (both included), with which subject, with a file or not."""

    sender: Party
    first: date | None
    last: date | None
    subject: str
    has_file: bool

    @property
    def what(self) -> str:
        """The conditions on the mail, as goals write them."""
        about = f' with "{self.subject}" in the subject' if self.subject else ""
        return about + (" with a file attached" if self.has_file and not about else "")

    @property
    def when(self) -> str:
        """The period, as goals write it."""
        if self.first is None or self.last is None:
            return ""
        return f" from {spoken(self.first)} to {spoken(self.last)} (both days included)"

    @property
    def query(self) -> str:
        """A search for it."""
        parts = [f"from:{self.sender.emails[0]}"]
        if self.first and self.last:
            parts += [f"after:{self.first}", f"before:{self.last + timedelta(days=1)}"]
        return " ".join([*parts, *(["has:attachment"] if self.has_file else [])])


@TASKS.add(
    "Mail-Count-v0", tags=("reading", "answers"), max_steps=30, kind=TaskKind.ANSWER, axes=("brief",)
)  # fmt: skip
class Count(TaskFamily):
    """Count the mails of somebody in some days, with a subject or a file; threads hold several."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """In one of ten there is none."""
        sampler = Sampler(rng)
        people = staff(world)
        owner = draw_owner(world, sampler, people)
        sender = sampler.pick(others(owners(world, people), owner))
        question = draw_question(world, sampler, sender)
        place_mails(world, sampler, question, owner, is_none=sampler.chance(10))
        goal = sampler.pick(WORDINGS[wordings]).format(
            sender=sender.name, what=question.what, when=question.when, form=answers.NUMBER
        )
        wanted = Wanted(account_id=owner.id, to=[], newest=newest_ids(world))
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url=f"{HOST}/",
            person_id=owner.id, ends_with=EndsWith.ANSWER,
            terms={
                "count": count(world, question, owner),
                "threads": count(world, question, owner, threads=True),
                "with_hidden": count(world, question, owner, hidden=True), "query": question.query,
                "mail": wanted.to_json(), "box": box_state(world.db, owner.id),
            },
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check the number, that mails were looked for, and that nothing changed."""
        right, given = task.terms["count"], answers.number_of(evidence.answer or "")
        threads, hidden = (given == task.terms[name] != right for name in ("threads", "with_hidden"))
        return verdict(
            answers.answers_number(evidence, int(str(right))),
            trap("mails are counted, not threads", not threads),
            trap("spam and bin do not count", not hidden),
            opened(evidence, LOOKED, name="mails were looked for"),
            unchanged(evidence),
        )

    def oracle(self, view: View) -> str:
        """Search for the mails, then answer."""
        wanted, terms, page = Wanted.of(view.task), view.task.terms, MailPage(view)
        undone = settle(view, wanted)
        if undone:
            return undone
        if not page.has_opened("/search"):
            return page.search(str(terms["query"]))
        return tidy(view, wanted.account_id) or f'answer "{terms["count"]}"'


def spoken(day: date) -> str:
    """A day as goals write it."""
    return f"{day.day} {day:%B %Y}"


def draw_question(world: World, sampler: Sampler, sender: Party) -> Question:
    """Conditions: a period in most, besides a subject or a file in some."""
    first = last = None
    kind = sampler.between(1, 4)  # period; period and file; subject; subject and period
    if kind != 3:
        start = world.now.date() - timedelta(days=sampler.between(9, 20))
        first, last = start, start + timedelta(days=sampler.between(3, 7))
    subject = sampler.pick(TEMPLATES)[0] if kind > 2 else ""
    return Question(sender=sender, first=first, last=last, subject=subject, has_file=kind == 2)


def place_mails(world: World, sampler: Sampler, question: Question, owner: Party, *, is_none: bool) -> None:
    """Write mails that count, in threads with others that do not: too early, another subject, in the bin."""
    counted = 0 if is_none else sampler.between(2, 6)
    last_day = question.last or world.now.date() - timedelta(days=2)
    first_day = question.first or last_day - timedelta(days=10)
    span = (last_day - first_day).days
    parent: Mail | None = None
    for number in range(counted):
        back = (0, span)[number] if number < 2 else sampler.between(0, span)
        folder = Folder.ARCHIVE if number == 0 or sampler.chance(30) else Folder.INBOX
        answers_one = parent if sampler.chance(40) or number == 1 else None
        parent = place_one(
            world, sampler, question, owner, last_day - timedelta(days=back), folder, answers_one
        )
    outside = Question(
        sender=question.sender, first=None, last=None, has_file=False,
        subject=question.subject if question.first else "Keys",
    )  # fmt: skip
    for _ in range(sampler.between(1, 3)):
        day = first_day - timedelta(days=sampler.between(1, 4))
        place_one(world, sampler, outside, owner, day, sampler.pick((Folder.ARCHIVE, Folder.INBOX)), None)
    for folder in (Folder.SPAM, Folder.BIN):
        if sampler.chance(50):
            place_one(world, sampler, question, owner, first_day + timedelta(days=span // 2), folder, None)


def place_one(
    world: World,
    sampler: Sampler,
    question: Question,
    owner: Party,
    day: date,
    folder: str,
    parent: Mail | None,
) -> Mail:
    """Write a mail on a day that fulfils the conditions on subject and file."""
    sender = question.sender
    at = datetime.combine(day, time(8, 30)) + timedelta(minutes=sampler.between(0, 500))
    topic = question.subject or sampler.pick(TEMPLATES)[0]
    files: tuple[int, ...] = ()
    if question.has_file:
        files = (place_file(world, f"notes-{day}.txt", f"{topic}\n", sender, at),)
    mailing = Mailing(
        sender=sender.mailbox, to=(owner.mailbox,), subject=f"Re: {parent.subject}" if parent else topic,
        body=f"{sampler.pick(TEXTS)}\n\n{sender.given_name}", file_ids=files,
    )  # fmt: skip
    return place(world, mailing.answering(parent) if parent else mailing, at, [owner.id], folder=folder)


def count(
    world: World, question: Question, owner: Party, *, threads: bool = False, hidden: bool = False
) -> int:
    """How many mails of an account fulfil the conditions; threads instead, or those in spam and bin, too."""
    counted = func.count(Entry.thread_id.distinct()) if threads else func.count(Entry.id)
    statement = select(counted).join(Mail, Mail.id == Entry.message_id)
    statement = statement.where(Entry.account_id == owner.id, Mail.sender_email.in_(question.sender.emails))
    if not hidden:
        statement = statement.where(Entry.folder.not_in(HIDDEN))
    if question.first and question.last:
        end = datetime.combine(question.last, time.min) + timedelta(days=1)
        statement = statement.where(
            Mail.sent_at >= datetime.combine(question.first, time.min), Mail.sent_at < end
        )
    if question.subject:
        statement = statement.where(Mail.subject.contains(question.subject, autoescape=True))
    if question.has_file:
        statement = statement.where(Mail.attachment_count > 0)
    return world.db.scalar(statement) or 0
