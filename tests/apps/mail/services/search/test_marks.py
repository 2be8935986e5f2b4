"""Marks of words: a search that looks at them first finds what it finds without them."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.mail.models import Entry, Mail
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.search.evaluate import may_have
from gristmill.apps.mail.services.search.words import HAS_FILES, words_of

ADA = Mailbox(name="Ada Park", email="ada.park@wherrymoor.test")
CLEO = Mailbox(name="Cleo Finch", email="cleo.finch@wherrymoor.test")


@pytest.mark.parametrize(
    "text", ["tea", "quince café", "ada", "park wherrymoor", "finch", "tanner example", "naïve"]
)
def test_no_mail_with_a_word_is_passed_over(send: Callable[..., Mail], post_db: Session, text: str) -> None:
    send("Quince cafe", body="With tea.")
    send("Tea", body="Naive, a lot of it.", to=(ADA,), cc=(CLEO,))
    send("Nothing", sender=CLEO, body="At all.")
    words = words_of(text)
    rows = post_db.execute(select(Entry.id, Mail.words).join(Entry.message)).all()
    kept = set(post_db.scalars(select(Entry.id).where(*may_have(words))))
    assert {key for key, known in rows if set(words) <= set(known.split())} <= kept


def test_mails_without_a_word_are_passed_over_by_their_marks(
    send: Callable[..., Mail], post_db: Session
) -> None:
    for number in range(20):
        send(f"Letter {number}", body="Short.")
    kept = post_db.scalars(select(Entry.id).where(*may_have(["zeppelin", "quince", "marmalade"]))).all()
    assert len(kept) < 5


def test_mails_without_files_are_passed_over_by_their_marks_and_none_with_files(
    send: Callable[..., Mail], post_db: Session, arrange: Callable[[str], None]
) -> None:
    arrange("INSERT INTO world_file VALUES (1, 'papers.csv', 'text/csv', 1, '2031-03-01 10:00:00', x'61')")
    with_files = {send(f"Papers {number}", file_ids=(1,)).id for number in range(3)}
    for number in range(20):
        send(f"Letter {number}", body="Short.")
    kept = set(post_db.scalars(select(Entry.message_id).where(*may_have([HAS_FILES]))))
    assert with_files <= kept
    assert len(kept) < 8
