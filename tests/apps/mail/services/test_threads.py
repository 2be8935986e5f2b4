"""Threading: by headers, limited by the base subject; the same in memory and in a mailbox."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from gristmill.apps.mail.models import Entry, Mail
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.delivery import deliver
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.mail.services.threads import Headers, MailsInMemory, base_subject, threads_of
from gristmill.apps.world.world import World


@dataclass(frozen=True, slots=True)
class Case:
    """Mails as (id, subject, in reply to, references), and the threads that they make, as groups of ids."""

    name: str
    mails: tuple[tuple[str, str, str, str], ...]
    threads: tuple[str, ...]


CASES = (
    Case("a reply joins its parent", (("a", "Tea", "", ""), ("b", "Re: Tea", "a", "a")), ("ab",)),
    Case("equal subjects alone do not join", (("a", "Tea", "", ""), ("b", "Tea", "", "")), ("a", "b")),
    Case("not even with Re", (("a", "Tea", "", ""), ("b", "Re: Tea", "", "")), ("a", "b")),
    Case(
        "a reply with another subject stays with its parent",
        (("a", "Tea", "", ""), ("b", "Cake (was: Tea)", "a", "a")),
        ("ab",),
    ),
    Case(
        "references alone need the same base subject",
        (("a", "Tea", "", ""), ("b", "Re: Tea", "", "a"), ("c", "Cake", "", "a")),
        ("ab", "c"),
    ),
    Case(
        "a reply to a mail that is not here joins by a shared reference",
        (("a", "Tea", "x", "x"), ("b", "Re: Tea", "y", "x y")),
        ("ab",),
    ),
    Case(
        "but not under another subject",
        (("a", "Tea", "x", "x"), ("b", "Cake", "y", "x y")),
        ("a", "b"),
    ),
    Case(
        "two replies to a mail that is not here are one thread",
        (("a", "Re: Tea", "x", "x"), ("b", "RE: Tea", "x", "x")),
        ("ab",),
    ),
    Case(
        "a parent that arrives late joins its reply",
        (("b", "Re: Tea", "a", "a"), ("a", "Tea", "", "")),
        ("ba",),
    ),
    Case(
        "a late parent joins replies with other subjects",
        (("b", "Cake", "a", "a"), ("c", "Buns", "a", "a"), ("a", "Tea", "", "")),
        ("bca",),
    ),
    Case(
        "a chain is one thread",
        (
            ("a", "Tea", "", ""),
            ("b", "Re: Tea", "a", "a"),
            ("c", "AW: Tea", "b", "a b"),
            ("d", "tea", "c", "a b c"),
        ),
        ("abcd",),
    ),
    Case(
        "a forward of another matter that quotes the ids stays apart",
        (("a", "Tea", "", ""), ("b", "Fwd: Lunch menu", "", "a")),
        ("a", "b"),
    ),
    Case(
        "a list tag is no part of the subject",
        (("a", "[all] Tea", "", ""), ("b", "Re: Tea", "", "a")),
        ("ab",),
    ),
    Case(
        "empty subjects do not join",
        (("a", "", "", ""), ("b", "", "", ""), ("c", "Re:", "b", "b")),
        ("a", "bc"),
    ),
    Case("a mail that names itself is a thread", (("a", "Tea", "a", "a"),), ("a",)),
    Case(
        "two mails that name each other are one thread",
        (("a", "Tea", "b", "b"), ("b", "Cake", "a", "a")),
        ("ab",),
    ),
)

SUBJECTS = [
    ("Tea", "tea"), ("Re: Tea", "tea"), ("RE: re: Tea", "tea"), ("Re:Tea", "tea"), ("Fwd: Tea", "tea"),
    ("Fw: Tea", "tea"), ("AW: Tea", "tea"), ("Re[2]: Tea", "tea"), ("Re: [all] Re: Tea", "tea"),
    ("Tea (fwd)", "tea"), ("  Tea   time ", "tea time"), ("[all]", "[all]"), ("Re:", ""), ("", ""),
    ("Regarding: Tea", "regarding: tea"), ("Retea", "retea"), ("Tea: Re: cake", "tea: re: cake"),
]  # fmt: skip


def ids(case: Case) -> list[str]:
    return [key for key, *_ in case.mails]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_mails_are_threaded_in_memory(case: Case) -> None:
    known, number = MailsInMemory(), 0
    for key, subject, parent, references in case.mails:
        headers = Headers(
            message_id=key, subject=subject, in_reply_to=parent, references=tuple(references.split())
        )
        found = threads_of(headers, known)
        number += not found
        if len(found) > 1:
            known.merge(found[0], found[1:])
        known.add(headers, found[0] if found else number)
    groups: dict[int, str] = {}
    for key in ids(case):
        groups[known.threads[key]] = groups.get(known.threads[key], "") + key
    assert tuple(groups.values()) == case.threads


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_arriving_mails_are_threaded_alike(post_world: World, case: Case) -> None:
    hob, ada = Mailbox(email="hob@tanner.example"), Mailbox(email="ada.park@wherrymoor.test")
    for key, subject, parent, references in case.mails:
        mailing = Mailing(
            sender=hob, to=(ada,), subject=subject, message_id=key, in_reply_to=parent,
            references=tuple(references.split()),
        )  # fmt: skip
        deliver(post_world, mailing)
    statement = select(Mail.message_id, Entry.thread_id).join(Entry).order_by(Mail.id)
    groups: dict[int, str] = {}
    for key, thread in post_world.db.execute(statement):
        groups[thread] = groups.get(thread, "") + key
    assert tuple(groups.values()) == case.threads


@pytest.mark.parametrize(("subject", "base"), SUBJECTS)
def test_the_base_of_a_subject_has_no_prefixes_and_tags(subject: str, base: str) -> None:
    assert base_subject(subject) == base


def test_threads_of_other_mailboxes_are_never_joined(send: Callable[..., Mail], post_world: World) -> None:
    ben, cleo = (Mailbox(email=f"{name}@wherrymoor.test") for name in ("ben.moor", "cleo.finch"))
    first = send("Tea", sender=ben, to=(cleo,))
    send("Re: Tea", sender=cleo, parent=first)
    threads = post_world.db.execute(select(Entry.account_id, Entry.thread_id).order_by(Entry.id)).all()
    by_account = {account: {t for a, t in threads if a == account} for account, _ in threads}
    assert [len(by_account[account]) for account in (1, 2, 3)] == [1, 1, 1]
    assert len({t for _, t in threads}) == 3


def test_a_muted_thread_stays_muted_when_threads_are_joined(
    send: Callable[..., Mail], post_world: World
) -> None:
    send("Cake", message_id="b", in_reply_to="a", references=("a",))
    second = send("Buns", message_id="c", in_reply_to="a", references=("a",))
    post_world.db.scalars(select(Entry).where(Entry.message_id == second.id)).one().thread.is_muted = True
    last = send("Tea", message_id="a")
    entry = post_world.db.scalars(select(Entry).where(Entry.message_id == last.id)).one()
    assert entry.thread.is_muted
    assert entry.folder == "archive"
