"""Who has agreed to something in a thread, who has refused, and who has not answered yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from numpy.random import Generator

from gristmill.apps.base import EndsWith, Task, TaskFamily, TaskKind, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import Mail, MessageKind
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.mail.tasks.correspondence import (
    Party,
    coming_day,
    copy_of,
    draw_owner,
    newest_ids,
    others,
    past,
    place,
    staff,
)
from gristmill.apps.mail.tasks.mail_page import HOST
from gristmill.apps.mail.tasks.registry import TASKS
from gristmill.apps.mail.tasks.tidying import box_state
from gristmill.apps.mail.tasks.writing import Wanted
from gristmill.apps.mail.tasks.writing_moves import reply_with
from gristmill.apps.world.world import World
from gristmill.verifiers import answers
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import trap
from gristmill.verifiers.visits import opened, unchanged

AGREED, REFUSED, SILENT, AWAY, TURNED = "agreed", "refused", "silent", "away", "turned"
QUESTIONS = {
    AGREED: ("Who has agreed, as things stand now?", "Who of those asked says yes by now?"),
    REFUSED: ("Who has refused, as things stand now?", "Who of those asked says no by now?"),
    SILENT: ("Who of those asked has not answered yet?", "Whose answer is still missing?"),
}
BY_ME, BY_OTHER = "that I sent to several people", "that {asker} sent to several people, with a copy to me"
WORDINGS = {
    "train": (
        'It is about the mail "{subject}" {by}. {question} An automatic notice of absence is no answer. '
        "{form}",
        'Look into the thread of the mail "{subject}" {by}. {question} Automatic notices are no answers. '
        "{form}",
        '{question} I mean the mail "{subject}" {by}; machines do not answer for people there. {form}',
        'Some have answered the mail "{subject}" {by}, and others have not. {question} Leave automatic mails '
        "aside. {form}",
    ),
    "test": (
        'Read the answers to the mail "{subject}" {by}. {question} What a machine sends for somebody is no '
        "answer. {form}",
        'About the mail "{subject}" {by}: {question} Ignore notices of absence. {form}',
        'There is a mail "{subject}" {by}. {question} Only words of their own count as an answer. {form}',
    ),
}
PLANS = (
    ("Moving the stand-up", "Shall we move the stand-up to {hour} from {day} on?"),
    ("A bench for the yard", "Are you for a bench in the yard, to be put up on {day}?"),
    ("Closing early", "May we close the workshop at {hour} on {day}?"),
    ("The old ferry as a meeting room", "Do you agree that we rent the old ferry on {day}?"),
    ("Sharing the printer", "Can we share the big printer with the neighbours from {day} on?"),
    ("Lunch by the lock", "Will you come to the lunch by the lock on {day}, at {hour}?"),
    ("Trial of the new sensors", "Do you take part in the trial of the new sensors on {day}?"),
    ("Painting the hall", "Are you willing to help with painting the hall on {day}?"),
)
YES = ("Yes, from me.", "Fine with me, yes.", "I agree.", "Yes, count on me.", "I am for it.")
NO = (
    "No, I am sorry.",
    "I would rather not, so no.",
    "No from me.",
    "I am against it.",
    "No, not this time.",
)
BUT_NO = ("I have to take back my yes: no, after all.", "Having slept on it: no. Please forget what I wrote.")
BUT_YES = ("I have changed my mind: yes.", "After talking to the others I say yes instead of no.")
NOTICE = "I am not in the office and read no mail until I am back. This notice is sent automatically."


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What is asked, by whom, and of whom."""

    subject: str
    question: str
    asker: Party
    circle: Sequence[Party]


@TASKS.add(
    "Mail-WhoAgreed-v0", tags=("reading", "answers"), max_steps=30, kind=TaskKind.ANSWER, axes=("brief",)
)  # fmt: skip
class WhoAgreed(TaskFamily):
    """Who has agreed in a thread, refused, or not answered; some change their mind, some are away."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """In six of ten the task's person has asked; else somebody else, with a copy to them."""
        sampler = Sampler(rng)
        people = staff(world)
        owner = draw_owner(world, sampler, people)
        asker, *circle = sampler.some(others(people, owner), sampler.between(5, 7))
        asker = owner if sampler.chance(60) else asker
        subject, question = sampler.pick(PLANS)
        text = question.format(day=spoken(world, sampler), hour=f"{sampler.between(8, 16):02}:30")
        plan = Plan(subject=subject, question=text, asker=asker, circle=circle)
        first, stances = place_thread(world, sampler, plan, owner)
        asked = sampler.pick(list(QUESTIONS))
        names = [each.name for each in circle if stances[each.id] == asked]
        question = sampler.pick(QUESTIONS[asked])
        goal = sampler.pick(WORDINGS[wordings]).format(
            by=BY_ME if asker is owner else BY_OTHER.format(asker=asker.name), subject=subject,
            form=answers.NAMES, question=question,
        )  # fmt: skip
        early = [each.name for each in circle if stances[-each.id] == asked]
        wanted = Wanted(account_id=owner.id, to=[], newest=newest_ids(world))
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal,
            start_url=f"{HOST}/", person_id=owner.id, ends_with=EndsWith.ANSWER,
            terms={
                "names": list(names), "thread_id": copy_of(world, owner.id, first).thread_id,
                "subject": subject, "mail": wanted.to_json(), "box": box_state(world.db, owner.id),
                "before": names if asked == SILENT else early,
                "unnoticed": [e.name for e in circle if stances[e.id] == asked and stances[-e.id] != AWAY],
            },
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check the names, that the thread was opened, and that nothing changed."""
        names, before, unnoticed = (sorted(as_names(task, key)) for key in ("names", "before", "unnoticed"))
        given = sorted(answers.names_of(evidence.answer or ""))
        return verdict(
            answers.answers_names(evidence, as_names(task, "names")),
            trap("changed minds count", before == names or given != before),
            trap("a notice of absence is no answer", unnoticed == names or given != unnoticed),
            opened(evidence, rf"mail\.test/threads/{task.terms['thread_id']}(/print)?(\?.*)?"),
            unchanged(evidence),
        )

    def oracle(self, view: View) -> str:
        """Open the thread, then answer."""
        wanted, terms = Wanted.of(view.task), view.task.terms
        names: list[str] = terms["names"]  # type: ignore[assignment]
        path = f"/threads/{terms['thread_id']}"
        return reply_with(view, wanted, path, str(terms["subject"]), ", ".join(names) or "none")


def as_names(task: Task, key: str) -> list[str]:
    """Names of a term, as answers are read."""
    names: list[str] = task.terms[key]  # type: ignore[assignment]
    return [answers.name_of(each) for each in names]


def spoken(world: World, sampler: Sampler) -> str:
    """A coming day as mails name it."""
    day = coming_day(world, sampler)
    return f"{day.day} {day:%B}"


def place_thread(world: World, sampler: Sampler, plan: Plan, owner: Party) -> tuple[Mail, dict[int, str]]:
    """Write the question and the answers, as the owner of the mailbox gets them.

    Returns the first mail and, by id, where everybody stands; by negative id where they stood at first, or
    that only a notice came of them.
    """
    at = past(world, sampler, days=sampler.pick((5, 6, 7)))
    copies = (owner.mailbox,) if plan.asker is not owner else ()
    mailing = Mailing(
        sender=plan.asker.mailbox, to=tuple(each.mailbox for each in plan.circle), cc=copies,
        subject=plan.subject, body=f"{plan.question} Please answer to all.\n\n{plan.asker.given_name}",
    )  # fmt: skip
    first = place(world, mailing, at, [owner.id], is_unread=False)
    stances: dict[int, str] = {}
    turned: list[tuple[Party, str]] = []
    for each in sampler.shuffled(plan.circle):
        stance = sampler.pick((AGREED, AGREED, REFUSED, SILENT, AWAY, TURNED))
        at += timedelta(minutes=sampler.between(12, 200))
        started = sampler.pick((AGREED, REFUSED)) if stance == TURNED else stance
        place_answer(world, sampler, (plan, first, owner), each, started, at)
        stances[-each.id] = started
        stances[each.id] = SILENT if stance == AWAY else started
        if stance == TURNED:
            turned.append((each, REFUSED if started == AGREED else AGREED))
    for each, stance in turned:
        at += timedelta(minutes=sampler.between(20, 300))
        text = sampler.pick(BUT_YES if stance == AGREED else BUT_NO)
        place_text(world, (plan, first, owner), each, text, at)
        stances[each.id] = stance
    return first, stances


Thread = tuple[Plan, Mail, Party]


def place_answer(
    world: World, sampler: Sampler, thread: Thread, sender: Party, stance: str, at: datetime
) -> None:
    """Write somebody's first answer, or the notice that they are away; nothing for the silent."""
    if stance == AWAY:
        place_text(world, thread, sender, NOTICE, at, is_notice=True)
    elif stance != SILENT:
        place_text(world, thread, sender, sampler.pick(YES if stance == AGREED else NO), at)


def place_text(
    world: World, thread: Thread, sender: Party, text: str, at: datetime, *, is_notice: bool = False
) -> None:
    """Write a mail of the thread."""
    plan, first, owner = thread
    subject = f"Away: {plan.subject}" if is_notice else f"Re: {plan.subject}"
    cc = tuple(each.mailbox for each in (*plan.circle, owner) if each.id not in (sender.id, plan.asker.id))
    mailing = Mailing(
        sender=sender.mailbox, to=(plan.asker.mailbox,), cc=() if is_notice else cc, subject=subject,
        body=text if is_notice else f"{text}\n\n{sender.given_name}", is_automatic=is_notice,
        kind=MessageKind.VACATION if is_notice else MessageKind.MAIL, has_return_path=not is_notice,
        keeps_copy=False,
    )  # fmt: skip
    is_for_owner = plan.asker is owner or not is_notice
    place(world, mailing.answering(first), at, [owner.id] if is_for_owner else [])
