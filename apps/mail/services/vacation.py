"""The vacation responder, by the rules of RFC 3834 and RFC 5230.

A sender is answered once per period, at the return path, if the mail is openly addressed to the account.
Lists, bounces, automatic mails and machines' addresses are never answered.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from gristmill.apps.kit.forms import FormError, Rule, at_most, first_error, required, tidy
from gristmill.apps.mail.models import (
    Account,
    Contact,
    ContactAddress,
    Entry,
    Folder,
    Mail,
    MessageKind,
    RecipientKind,
    Vacation,
    VacationAnswer,
)
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.field_rules import printable
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.mail.services.numbers import new_id
from gristmill.apps.mail.services.search.values import parse_day
from gristmill.apps.world.models import Job
from gristmill.apps.world.world import World

MACHINES = re.compile(r"^(?:owner-.*|.*-request|mailer-daemon|postmaster|no-?reply|listserv|majordomo)@")
PERSONAL = (MessageKind.MAIL, MessageKind.INVITATION)
OPEN = (RecipientKind.TO, RecipientKind.CC)
PERIODS = {1: "Every day", 3: "Every 3 days", 7: "Once a week", 30: "Once a month"}
WRONG_DAY = "Enter a day such as 2031-03-10."
BODY_RULES: Sequence[Rule] = (required("Enter a text."), at_most(5_000), printable)


def vacation_notice(world: World, entry: Entry) -> Mailing | None:
    """The notice that answers a mail which has arrived; None if none does. Notes that it was answered."""
    notice, mail = world.db.get(Vacation, entry.account_id), entry.message
    if notice is None or not is_away(notice, world.now.date()) or entry.folder == Folder.SPAM:
        return None
    if not deserves_answer(mail, entry.account_id) or not is_wanted(world.db, notice, mail):
        return None
    if was_answered(world, notice, mail.return_path):
        return None
    account = world.db.get_one(Account, entry.account_id)
    return Mailing(
        sender=Mailbox(name=account.name, email=addressed_as(mail, account)),
        to=(Mailbox(name=mail.sender_name, email=mail.return_path),),
        subject=notice.subject or f"Away: {mail.subject}", body=notice.body, kind=MessageKind.VACATION,
        is_automatic=True, has_return_path=False, keeps_copy=False,
    ).answering(mail)  # fmt: skip


def is_away(notice: Vacation, today: date) -> bool:
    """Whether a notice is on, on a day."""
    has_begun = notice.starts_on is None or notice.starts_on <= today
    return notice.is_on and has_begun and (notice.ends_on is None or today <= notice.ends_on)


def deserves_answer(mail: Mail, account_id: int) -> bool:
    """Whether a mail is one that a machine may answer: by a person, and openly to this account."""
    is_personal = mail.kind in PERSONAL and not mail.is_automatic and not mail.list_email
    is_open = any(each.account_id == account_id and each.kind in OPEN for each in mail.recipients)
    is_machine = MACHINES.match(mail.return_path) is not None
    return is_personal and is_open and bool(mail.return_path) and not is_machine


def addressed_as(mail: Mail, account: Account) -> str:
    """The own address that a mail went to."""
    own = (each.email for each in mail.recipients if each.account_id == account.id and each.kind in OPEN)
    return next(own, account.person.email.lower())


def is_wanted(db: Session, notice: Vacation, mail: Mail) -> bool:
    """Whether the sender is among those whom the notice is for, and not oneself."""
    if mail.sender_account_id == notice.account_id:
        return False
    if notice.only_contacts:
        own = Contact.account_id == notice.account_id, ContactAddress.email == mail.sender_email
        if db.scalar(select(ContactAddress.id).join(Contact).where(*own).limit(1)) is None:
            return False
    return not notice.only_company or is_colleague(db, mail)


def is_colleague(db: Session, mail: Mail) -> bool:
    """Whether the sender works for the company."""
    account = db.get(Account, mail.sender_account_id or 0)
    job = db.get(Job, account.person_id) if account else None
    return job is not None and job.status != "left"


def was_answered(world: World, notice: Vacation, email: str) -> bool:
    """Whether a sender was answered in this period; notes that it is now, if not."""
    own = VacationAnswer.account_id == notice.account_id, VacationAnswer.email == email
    row, now = world.db.scalar(select(VacationAnswer).where(*own)), world.now
    if row is None:
        number = new_id(world, VacationAnswer)
        world.db.add(VacationAnswer(id=number, account_id=notice.account_id, email=email, answered_at=now))
    elif now < row.answered_at + timedelta(days=notice.every_days):
        return True
    else:
        row.answered_at = now
    world.db.flush()
    return False


def change_vacation(world: World, account_id: int, form: Mapping[str, str]) -> Vacation:
    """Set an account's notice from its form. Senders are answered anew once it is switched on.

    Raises:
        FormError: a field is invalid.
    """
    values = parse_vacation(form)
    notice = world.db.get(Vacation, account_id)
    if notice is None:
        notice = Vacation(account_id=account_id, is_on=False)
        world.db.add(notice)
    if values["is_on"] and not notice.is_on:
        with world.db.no_autoflush:
            world.db.execute(delete(VacationAnswer).where(VacationAnswer.account_id == account_id))
    for name, value in values.items():
        setattr(notice, name, value)
    world.db.flush()
    return notice


def parse_vacation(form: Mapping[str, str]) -> dict[str, object]:
    """The columns that a form sets.

    Raises:
        FormError: a field is invalid.
    """
    subject, body = tidy(form.get("subject", "")), form.get("body", "").replace("\r\n", "\n").strip()
    starts, ends = (parse_date(form.get(name, "")) for name in ("starts_on", "ends_on"))
    every, is_on = form.get("every_days", ""), form.get("is_on") == "yes"
    errors = {
        "subject": first_error(subject, (at_most(200), printable)),
        "body": first_error(body, BODY_RULES if is_on else BODY_RULES[1:]),
        "starts_on": WRONG_DAY if starts is False else None,
        "ends_on": ends_problem(starts, ends),
        "every_days": None if every in map(str, PERIODS) else "Choose how often.",
    }
    if found := {name: message for name, message in errors.items() if message}:
        raise FormError(found)
    return {
        "is_on": is_on, "starts_on": starts, "ends_on": ends, "subject": subject, "body": body,
        "every_days": int(every), "only_contacts": form.get("only_contacts") == "yes",
        "only_company": form.get("only_company") == "yes",
    }  # fmt: skip


def ends_problem(starts: date | bool | None, ends: date | bool | None) -> str | None:
    """What is wrong with the last day."""
    if ends is False:
        return WRONG_DAY
    is_before = isinstance(starts, date) and isinstance(ends, date) and ends < starts
    return "The last day is before the first one." if is_before else None


def parse_date(text: str) -> date | bool | None:
    """A day in a field; None if it is empty, False if it is malformed."""
    if not text.strip():
        return None
    return parse_day(text.strip()) or False
