"""How an answer begins: whom it goes to, from which address, its subject, and what it quotes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gristmill.apps.mail.models import DraftKind, Mail, RecipientKind
from gristmill.apps.mail.services.addresses import Mailbox, emails, joined, normal, without
from gristmill.apps.mail.services.reading import split_quote

REPLY, FORWARD = re.compile(r"\s*re\s*:", re.IGNORECASE), re.compile(r"\s*fwd?\s*:", re.IGNORECASE)
FORWARDED = "---------- Forwarded mail ----------"
MOST_QUOTED = 20_000  # characters of the mail that is answered
LONGEST_SUBJECT = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Parent:
    """The headers of a mail that decide whom an answer goes to. Hidden recipients are none of them."""

    sender: Mailbox
    reply_to: str = ""
    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()

    @property
    def answers_to(self) -> Mailbox:
        """Reply-To, or else From."""
        if not self.reply_to or normal(self.reply_to) == normal(self.sender.email):
            return self.sender
        return Mailbox(email=normal(self.reply_to))


@dataclass(frozen=True, kw_only=True, slots=True)
class Addressees:
    """Whom an answer goes to, and from which of one's own addresses."""

    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    sender_email: str


def addressees(kind: str, parent: Parent, own: Sequence[str]) -> Addressees:
    """The recipients of an answer; `own` are all of one's own addresses, the primary one first.

    To is Reply-To or else From, for an answer to all also the original To, with the original Cc; without
    one's own addresses, each address once. An answer to one's own mail goes to whom that went to.
    """
    sender_email = own_address(parent, own)
    if kind not in (DraftKind.REPLY, DraftKind.REPLY_ALL):
        return Addressees(to=(), cc=(), sender_email=sender_email)
    is_mine, to_all = normal(parent.sender.email) in own, kind == DraftKind.REPLY_ALL
    first = () if is_mine else (parent.answers_to,)
    to = without((*first, *(parent.to if is_mine or to_all else ())), own)
    cc = without(parent.cc if to_all else (), own, emails(to))
    if not to and not cc:
        to = next(filter(None, (without([each], own) for each in (parent.answers_to, parent.sender))), ())
    return Addressees(to=to if to or cc else (parent.sender,), cc=cc, sender_email=sender_email)


def own_address(parent: Parent, own: Sequence[str]) -> str:
    """The own address that a mail was sent from or to, so that the answer comes from it; else the first."""
    named = (parent.sender, *parent.to, *parent.cc)
    return next((normal(each.email) for each in named if normal(each.email) in own), own[0])


def parent_of(mail: Mail) -> Parent:
    """The headers of a mail."""
    return Parent(
        sender=Mailbox(name=mail.sender_name, email=mail.sender_email), reply_to=mail.reply_to,
        to=recipients(mail, RecipientKind.TO), cc=recipients(mail, RecipientKind.CC),
    )  # fmt: skip


def recipients(mail: Mail, kind: RecipientKind) -> tuple[Mailbox, ...]:
    """A mail's recipients of a kind."""
    return tuple(Mailbox(name=each.name, email=each.email) for each in mail.recipients if each.kind == kind)


def subject_of(kind: str, subject: str) -> str:
    """The subject of an answer: with one `Re:` or `Fwd:`."""
    if kind == DraftKind.NEW:
        return subject
    pattern, prefix = (FORWARD, "Fwd: ") if kind == DraftKind.FORWARD else (REPLY, "Re: ")
    return (subject if pattern.match(subject) else prefix + subject)[:LONGEST_SUBJECT]


def quote_of(kind: str, mail: Mail) -> str:
    """What an answer holds of the mail that it answers: a quote, or all of it if it is forwarded."""
    body = mail.body if len(mail.body) <= MOST_QUOTED else mail.body[:MOST_QUOTED] + "\n[...]"
    if kind == DraftKind.FORWARD:
        sender, to = parent_of(mail).sender, joined(recipients(mail, RecipientKind.TO))
        return (
            f"{FORWARDED}\nFrom: {sender}\n"
            f"Date: {day(mail.sent_at)} {mail.sent_at:%Y, %H:%M}\nSubject: {mail.subject}\nTo: {to}\n\n{body}"
        )
    quoted = "\n".join(f"> {line}".rstrip() for line in body.splitlines())
    return f"On {day(mail.sent_at)}, {mail.sent_at:%H:%M}, {mail.sender[:100]} wrote:\n{quoted}"


def split_answer(body: str, kind: str, mail: Mail | None) -> tuple[str, str]:
    """What somebody wrote in an answer, and what it holds of the mail that it answers; see `quote_of`.

    If that was edited, it begins where the forwarded mail does, or is what the text quotes at its end.
    """
    whole, added = body.rstrip(), quote_of(kind, mail).rstrip() if mail else ""
    if added and whole.endswith(added):
        return whole.removesuffix(added).rstrip(), added
    if kind == DraftKind.FORWARD or mail is None:
        text, mark, rest = f"\n{body}".partition(f"\n{FORWARDED}\n")
        if mark:
            return text.strip("\n").rstrip(), f"{FORWARDED}\n{rest}".rstrip()
    return split_quote(body)


def day(time: datetime) -> str:
    """A day, such as `Tue 4 March`."""
    return f"{time:%a} {time.day} {time:%B}"
