"""Answer the invitations of a week by what the agenda allows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, ClassVar

from numpy.random import Generator
from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from gristmill.apps.base import Task, TaskFamily, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import Answer, Guest, InvitationMethod, Mail, Recipient
from gristmill.apps.mail.services.search.words import MARK_COLUMNS
from gristmill.apps.mail.tasks.agenda_drawing import (
    CLASH,
    DECLINED,
    FREE,
    SERIES,
    TOUCHING,
    Slot,
    draw_week,
    guest_id,
    invite,
    slot_of,
    stage,
)
from gristmill.apps.mail.tasks.letters import letters, sending_changes, written
from gristmill.apps.mail.tasks.mail_page import HOST, MailPage
from gristmill.apps.mail.tasks.mailbox_state import start_of
from gristmill.apps.mail.tasks.registry import TASKS
from gristmill.apps.mail.tasks.sorting import Plan
from gristmill.apps.mail.tasks.sorting_drawing import long_day
from gristmill.apps.mail.tasks.sorting_moves import settled
from gristmill.apps.world.world import World
from gristmill.errors import Unwinnable
from gristmill.snapshots.diff import Row
from gristmill.verifiers.base import Check, CheckKind, Evidence, Verdict, verdict
from gristmill.verifiers.checks import nothing_else_changed, trap, updates
from gristmill.verifiers.visits import opened, unchanged

WORDINGS = {
    "train": (
        "Answer the invitations for the week of {monday} (until {friday}) that I have not answered yet. "
        "Decline what overlaps with a meeting that I organise or have accepted, and accept everything else. "
        "Meetings that only touch do not overlap, and those that I have declined do not count. Answer each "
        "once.",
        "I have open invitations for {monday} to {friday}. Accept each for which I am free, and decline the "
        "others. I am taken by meetings that I organise or have accepted, series included, but not by those "
        "that I have declined; one may begin when another ends. Give one answer to each.",
        "Go through my unanswered invitations from {monday} to {friday}: no to those that overlap with "
        "something that I have accepted or organise myself, yes to all others. If one ends when the other "
        "begins, that is fine, and what I have declined is of no importance. Invitations of other weeks stay "
        "open.",
        "Please clear the invitations in the week that begins on {monday} and ends on {friday}, one answer "
        "each: yes if the time is free, no if it is not. It is not free where a meeting of mine, or one that "
        "I have said yes to, overlaps with it by any minute; a meeting to which I have said no leaves it "
        "free.",
    ),
    "test": (
        "For the days from {monday} to {friday}, reply to whatever invitations still lack my reply: "
        "acceptance where my agenda has no overlapping meeting that is mine or accepted, refusal where it "
        "has. Declined meetings and mere neighbours do not block. Do not reply twice, and not to other "
        "weeks.",
        "Between {monday} and {friday} some invitations wait for me. Say yes unless it would overlap with a "
        "meeting that I have accepted or called myself; then say no. Back to back is all right; refused "
        "meetings do not matter. A single answer for each, please.",
        "See which unanswered invitations of {monday} to {friday} fit into my agenda. Accept those that do "
        "and decline those that do not; accepted meetings and my own ones are in the way, also recurring "
        "ones, declined ones are not, and one that ends in time is not either. Each gets one answer.",
    ),
}
WANTED = {CLASH: Answer.DECLINED, SERIES: Answer.DECLINED}
TITLES = ("Gauge review", "Budget talk", "New rota", "Site safety", "Supplier call", "Design round",
          "Stock check", "Test plan", "Press photo", "Handover")  # fmt: skip
OWN = ("Dentist", "Visit at the depot", "Quiet hour", "Driving test")
NOTHING = 15  # per cent
GUEST = "mail_guest"
JUDGED = ("id", "sender_account_id", "meeting_id", "meeting_method", "in_reply_to")
PLAIN = {"left_folder": None, "category": "main", "is_starred": 0, "is_important": 0, "snoozed_until": None}
SENT = "mail itself writes the text of an answer, and nobody can change a mail that was sent"
COLUMNS_OF_SENT: Mapping[str, Sequence[str]] = {
    table.name: [each.name for each in table.columns if each.name not in JUDGED]
    for table in (Mail.__table__, Recipient.__table__)
    if isinstance(table, Table)
}
MARKS = "the marks of a mail's words follow from the mail"


@TASKS.add("Mail-Invite-v0", tags=("agenda",), max_steps=60, axes=("brief",))
class Invite(TaskFamily):
    """Accept or decline the invitations of a week by whether they clash with what one has accepted."""

    equivalent: ClassVar[Mapping[tuple[str, str], str]] = {
        **{("mail_entry", column): MARKS for column in MARK_COLUMNS},
        (GUEST, "comment"): "the goal leaves the comment free",
        **{(table, column): SENT for table, columns in COLUMNS_OF_SENT.items() for column in columns},
    }

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Four invitations of that week, and one of the week after; of some weeks none."""
        sampler = Sampler(rng)
        owner, colleagues, monday, hours = draw_week(world, sampler)
        organisers = sampler.some(colleagues, 8)
        titles = sampler.some(TITLES, 8)
        kinds = sampler.some([CLASH, SERIES, TOUCHING, DECLINED, FREE], 4)
        if sampler.chance(NOTHING):
            kinds = []
        stage(world, owner, organisers[5:], titles[5:], sampler.pick(OWN), monday, hours)
        found: dict[str, list[int]] = {}
        for kind, organiser, title in zip(kinds, organisers, titles, strict=False):
            meeting = invite(world, sampler, owner, organiser, title, slot_of(kind, monday, hours))
            found[kind] = [meeting.id, guest_id(meeting, owner)]
        later = Slot.of(monday + timedelta(days=8), hours[1])
        other = invite(world, sampler, owner, organisers[4], titles[4], later)
        goal = sampler.pick(WORDINGS[wordings]).format(
            monday=f"Monday, {long_day(monday)}", friday=f"Friday, {long_day(monday + timedelta(days=4))}"
        )
        plan = Plan(account_id=owner.id, start=start_of(world.db, owner.id))
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url=f"{HOST}/",
            person_id=owner.id,
            terms={
                "plan": plan.to_json(), "invitations": dict(sorted(found.items())),
                "other": guest_id(other, owner), "monday": monday.isoformat(),
            },
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check each answer, that each was sent once, and that nothing else was answered."""
        terms: Any = task.terms
        invitations = terms["invitations"]
        if not invitations:
            return verdict(week_opened(evidence, terms["monday"]), unchanged(evidence))
        account_id = Plan.of(task).account_id
        sent = [row for row in written(evidence, "mail_message") if row["sender_account_id"] == account_id]
        replies = [row["meeting_id"] for row in sent if row["meeting_method"] == InvitationMethod.REPLY]
        meetings = [meeting_id for meeting_id, _ in invitations.values()]
        guests = [guest for _, guest in invitations.values()]
        other = evidence.after.get(GUEST, terms["other"]) or {}
        left = [each for each in letters(evidence, account_id) if not each.is_waiting]
        waiting = len(letters(evidence, account_id)) - len(left)
        are_left = all(is_delivered(evidence, each, account_id) for each in sent)
        return verdict(
            *(answered(evidence, kind, guest) for kind, (_, guest) in invitations.items()),
            trap("each was answered once", Counter(replies) == Counter(meetings), f"answers: {len(replies)}"),
            trap(
                "no other mail was sent", len(sent) == len(replies) and not waiting,
                f"mails: {len(sent)}, waiting: {waiting}",
            ),
            trap("answers lie as they were delivered", are_left),
            trap("invitations of other weeks stay open", other.get("answer") == Answer.PENDING),
            nothing_else_changed(
                evidence, *sending_changes(evidence, account_id, left),
                updates(GUEST, keys=guests, columns=("answer", "comment", "answered_at")),
            ),
        )  # fmt: skip

    def oracle(self, view: View) -> str:
        """Look at the week in the agenda, open each invitation there, and answer.

        Raises:
            Unwinnable: a wrong answer was sent.
        """
        terms: Any = view.task.terms
        plan, page, monday = Plan.of(view.task), MailPage(view), date.fromisoformat(terms["monday"])
        answers = {
            guest: str(WANTED.get(kind, Answer.ACCEPTED)) for kind, (_, guest) in terms["invitations"].items()
        }
        guests = [view.db.get_one(Guest, each) for each in (*answers, terms["other"])]
        wrong = [each for each in guests if each.answer not in (Answer.PENDING, answers.get(each.id))]
        if wrong:
            raise Unwinnable("A wrong answer was sent.")
        left = [each for each in guests if each.answer == Answer.PENDING and each.id in answers]
        if left:
            button = "Accept" if answers[left[0].id] == Answer.ACCEPTED else "Decline"
            return (
                to_meeting(page, left[0].meeting_id, monday)
                or page.click("button", button)
                or f"goto {HOST}/"
            )
        is_known = any(f"week={day}" in url for url in view.visited for day in days_of(monday))
        meetings = [meeting_id for meeting_id, _ in terms["invitations"].values()]
        action = settled(view, plan, sent=replies_sent(view.db, plan, meetings))
        return action or ("done" if is_known else to_week(page, monday))


NAMES: Mapping[str, str] = {
    CLASH: "what clashes is declined",
    SERIES: "what clashes with a meeting of a series is declined",
    TOUCHING: "what ends when another begins is accepted",
    DECLINED: "what overlaps with a declined meeting only is accepted",
    FREE: "what is at a free time is accepted",
}


def answered(evidence: Evidence, kind: str, guest: int) -> Check:
    """Check an answer; each kind of invitation is a trap of its own."""
    row, wanted = evidence.after.get(GUEST, guest) or {}, WANTED.get(kind, Answer.ACCEPTED)
    passed, check_kind = row.get("answer") == wanted, CheckKind.GOAL if kind == FREE else CheckKind.TRAP
    return Check(name=NAMES[kind], passed=passed, detail=str(row.get("answer")), kind=check_kind)


def is_delivered(evidence: Evidence, reply: Row, account_id: int) -> bool:
    """Whether both sides have an answer as it was delivered, in the thread of its invitation."""
    invitations = evidence.before.all("mail_message", message_id=reply["in_reply_to"])
    parent = invitations[0]["id"] if invitations else None
    entries = evidence.before.all("mail_entry", message_id=parent)
    threads = {row["account_id"]: row["thread_id"] for row in entries}
    copies = [row for row in written(evidence, "mail_entry") if row["message_id"] == reply["id"]]
    readers = [row for row in written(evidence, "mail_recipient") if row["message_id"] == reply["id"]]
    has_both = {row["account_id"] for row in copies} == set(threads) and len(readers) == 1
    return has_both and all(
        row["thread_id"] == threads[row["account_id"]]
        and is_plain(row, is_own=row["account_id"] == account_id)
        for row in copies
    )


def is_plain(copy: Row, *, is_own: bool) -> bool:
    """Whether nobody has done anything to a copy of a mail."""
    place = {"folder": "sent" if is_own else "inbox", "is_own": is_own}
    return all(copy[name] == value for name, value in {**PLAIN, **place}.items())


def days_of(monday: date) -> list[str]:
    """The days by which an address can name a week, whichever day weeks start on."""
    return [(monday + timedelta(days=each)).isoformat() for each in range(-1, 6)]


def week_opened(evidence: Evidence, monday: str) -> Check:
    """Check that the agenda was opened at a week."""
    days = "|".join(days_of(date.fromisoformat(monday)))
    return opened(evidence, rf"mail\.test/agenda\?(.*&)?week=({days})(&.*)?", name="the week was looked at")


def to_meeting(page: MailPage, meeting_id: int, monday: date) -> str | None:
    """Open a meeting from its week in the agenda; None once it is open."""
    path = f"/meetings/{meeting_id}"
    if page.path == path:
        return None
    return page.link(path) if page.path == "/agenda" and page.link(path) else to_week(page, monday)


def to_week(page: MailPage, monday: date) -> str:
    """Go to a week of the agenda, step by step."""
    if page.path != "/agenda":
        back = page.click("link", "Show in the agenda") if page.path.startswith("/meetings/") else None
        return back or page.follow("/agenda")
    shown = date.fromisoformat(page.query.get("week", [str(World(page.db).now.date())])[0])
    if str(shown) in days_of(monday):
        return f"goto {HOST}/agenda?week={monday}"
    return page.click("link", "Later week" if shown < monday else "Earlier week") or page.follow("/agenda")


def replies_sent(db: Session, plan: Plan, meeting_ids: Sequence[int]) -> list[int]:
    """The answers that were sent, the first one for each meeting."""
    start: Any = plan.start
    found = select(Mail).where(Mail.sender_account_id == plan.account_id, Mail.id > start["sent"])
    asked = Mail.meeting_method == InvitationMethod.REPLY, Mail.meeting_id.in_(meeting_ids)
    first: dict[int | None, int] = {}
    for mail in db.scalars(found.where(*asked).order_by(Mail.id)):
        first.setdefault(mail.meeting_id, mail.id)
    return list(first.values())
