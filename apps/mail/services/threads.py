"""Which thread a mail belongs to: RFC 5256 REFERENCES (JWZ), limited by RFC 8621 section 3.

A mail joins the thread of the mail in the same mailbox that its In-Reply-To names, whatever its subject, and
of those that name it so. Through References alone, by a shared id, it joins only mails with the same base
subject. An equal subject joins nothing.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

REPLY_PREFIX = re.compile(
    r"\s*(?:(?:re|fwd?|aw|wg|sv|antw)\s*(?:\[\d+\])?\s*:|\[[^\[\]]*\](?=\s*\S))\s*", re.IGNORECASE
)
TRAILER = re.compile(r"\s*\(fwd\)\s*$", re.IGNORECASE)


def base_subject(subject: str) -> str:
    """A subject without reply and forward prefixes, list tags and trailing `(fwd)`, case folded."""
    text = " ".join(subject.split())
    while True:
        shorter = TRAILER.sub("", REPLY_PREFIX.sub("", text, count=1) if REPLY_PREFIX.match(text) else text)
        if shorter == text:
            return text.casefold()
        text = shorter


@dataclass(frozen=True, kw_only=True, slots=True)
class Headers:
    """The headers of a mail that decide on its thread; ids without angle brackets."""

    message_id: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    subject: str = ""

    @property
    def ids(self) -> frozenset[str]:
        """Every id that it names, its own included."""
        return frozenset({self.message_id, self.in_reply_to, *self.references} - {""})


class KnownMails(Protocol):
    """The mails of one mailbox, as threading looks them up. Threads are numbers, older ones smaller."""

    def thread_of(self, message_id: str) -> int | None:
        """The thread of the mail with this id, if it is in the mailbox."""
        ...

    def answered_in(self, message_id: str) -> Iterable[int]:
        """The threads of mails whose In-Reply-To is this id."""
        ...

    def sharing(self, ids: frozenset[str], base: str) -> Iterable[int]:
        """The threads of mails with this base subject that name one of these ids."""
        ...


def threads_of(mail: Headers, known: KnownMails) -> list[int]:
    """The threads that a mail belongs to, the oldest first: none if it starts one, several if it joins."""
    found = set(known.answered_in(mail.message_id))
    parent = known.thread_of(mail.in_reply_to) if mail.in_reply_to else None
    if parent is not None:
        found.add(parent)
    found |= set(known.sharing(mail.ids, base_subject(mail.subject)))
    return sorted(found)


@dataclass(slots=True)
class MailsInMemory:
    """The mails of a mailbox that is being seeded."""

    threads: dict[str, int] = field(default_factory=dict)
    answers: dict[str, list[int]] = field(default_factory=dict)
    named: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    def thread_of(self, message_id: str) -> int | None:
        """See `KnownMails`."""
        return self.threads.get(message_id)

    def answered_in(self, message_id: str) -> Sequence[int]:
        """See `KnownMails`."""
        return self.answers.get(message_id, ())

    def sharing(self, ids: frozenset[str], base: str) -> Iterable[int]:
        """See `KnownMails`."""
        return (thread for each in ids for thread in self.named.get((base, each), ()))

    def add(self, mail: Headers, thread: int) -> None:
        """Enter a mail."""
        self.threads[mail.message_id] = thread
        if mail.in_reply_to:
            self.answers.setdefault(mail.in_reply_to, []).append(thread)
        base = base_subject(mail.subject)
        for each in mail.ids:
            self.named.setdefault((base, each), []).append(thread)

    def merge(self, into: int, others: Iterable[int]) -> None:
        """Make several threads one."""
        gone = set(others)
        self.threads = {key: into if value in gone else value for key, value in self.threads.items()}
        for index in (self.answers, self.named):
            for values in index.values():
                values[:] = [into if value in gone else value for value in values]
