"""People who answer by themselves: once, a while after the signed-in person has written to them."""

import re
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from gristmill.apps.mail.models import Account, AnswerRule, Mail, MailAddress
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.world.world import World

DELIVER = "mail.deliver"
PREFIX = re.compile(r"^\s*re\s*:", re.IGNORECASE)


def schedule_answers(world: World, message: Mail, account_ids: Sequence[int]) -> None:
    """Schedule the answers to a mail of the signed-in person by those of its readers who have one."""
    sender = world.db.get(Account, message.sender_account_id or 0)
    if message.is_automatic or sender is None or sender.person_id != world.person.id:
        return
    for rule in rules_for(world, message, account_ids):
        if re.search(rule.pattern, f"{message.subject}\n{message.body}", re.IGNORECASE):
            rule.was_used = True
            due = world.now + timedelta(seconds=rule.after_s)
            world.schedule(DELIVER, due, answer(world, rule, message).to_json())


def rules_for(world: World, message: Mail, account_ids: Sequence[int]) -> Sequence[AnswerRule]:
    """The rules that are left of a mail's recipients, whichever of their addresses it was sent to."""
    emails = [each.email for each in message.recipients]
    own = select(MailAddress.email).where(MailAddress.account_id.in_(account_ids))
    emails += world.db.scalars(own).all()
    left = AnswerRule.email.in_(emails), AnswerRule.was_used.is_(False)
    return world.db.scalars(select(AnswerRule).where(*left).order_by(AnswerRule.id)).all()


def answer(world: World, rule: AnswerRule, message: Mail) -> Mailing:
    """The answer of a rule to a mail."""
    subject = message.subject if PREFIX.match(message.subject) else f"Re: {message.subject}"
    return Mailing(
        sender=Mailbox(name=name_of(world, rule.email), email=rule.email),
        to=(Mailbox(name=message.sender_name, email=message.reply_to or message.sender_email),),
        subject=subject, body=rule.text,
    ).answering(message)  # fmt: skip


def name_of(world: World, email: str) -> str:
    """The name of an address: its account's, or the one in its latest mail, or empty."""
    own = select(Account.name).join(MailAddress).where(MailAddress.email == email)
    latest = select(Mail.sender_name).where(Mail.sender_email == email).order_by(Mail.id.desc()).limit(1)
    return world.db.scalar(own) or world.db.scalar(latest) or ""
