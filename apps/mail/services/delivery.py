"""Delivers mails: to the mailboxes of their recipients, a copy to Sent, a bounce where nobody is.

Everything that is sent comes through `deliver`: what people write, receipts, vacation notices and bounces.
"""

from collections.abc import Sequence

from gristmill.apps.mail.models import Mail, MessageKind
from gristmill.apps.mail.services.addresses import Mailbox, domain_of
from gristmill.apps.mail.services.answers import schedule_answers
from gristmill.apps.mail.services.arrivals import answers_to
from gristmill.apps.mail.services.directory import Route, routes
from gristmill.apps.mail.services.mailboxes import keep_copy, receive
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.mail.services.messages import write_message
from gristmill.apps.world.world import World


def deliver(world: World, mailing: Mailing) -> Mail:
    """Send a mail now. Afterwards it lies in each recipient's mailbox once, however often they are named.

    Addresses of this world's domains that are nobody's bounce to the sender, unless the mail has no return
    path. Addresses elsewhere are accepted.
    """
    message = write_message(world, mailing)
    found = routes(world.db, [each.email for each in mailing.recipients])
    if message.sender_account_id is not None and mailing.keeps_copy:
        keep_copy(world, message.sender_account_id, message)
    account_ids = readers(found)
    entries = [receive(world, account_id, message) for account_id in account_ids]
    arrived = [each for each in entries if each is not None and not each.is_own]
    by_rules = [each for entry in arrived for each in answers_to(world, entry)]
    for each in by_rules:
        deliver(world, each)
    schedule_answers(world, message, account_ids)
    failed = [route.email for route in found if route.is_unknown]
    if failed and mailing.has_return_path:
        deliver(world, bounce(message, failed))
    return message


def readers(found: Sequence[Route]) -> list[int]:
    """The accounts that routes lead to, each once."""
    return sorted({account_id for route in found for account_id in route.account_ids})


def bounce(message: Mail, failed: Sequence[str]) -> Mailing:
    """The report that a mail could not be delivered, in the shape of RFC 3464, without a return path."""
    domain = domain_of(failed[0])
    fields = "\n\n".join(
        f"Final-Recipient: rfc822; {email}\nAction: failed\nStatus: 5.1.1\n"
        f"Diagnostic-Code: smtp; 550 5.1.1 <{email}>: there is no such mailbox here"
        for email in failed
    )
    who = failed[0] if len(failed) == 1 else f"{len(failed)} recipients"
    body = (
        f"Your mail could not be delivered to {who}. Check the address for mistakes and send it again.\n\n"
        f"Reporting-MTA: dns; mx.{domain}\nOriginal-Mail-ID: <{message.message_id}>\n\n{fields}\n\n"
        f"The subject of your mail was: {message.subject or '(no subject)'}"
    )
    return Mailing(
        sender=Mailbox(name="Mail delivery", email=f"postmaster@{domain}"),
        to=(Mailbox(name=message.sender_name, email=message.sender_email),),
        subject=f"Not delivered: {message.subject}", body=body, kind=MessageKind.BOUNCE, is_automatic=True,
        has_return_path=False,
    ).answering(message)  # fmt: skip
