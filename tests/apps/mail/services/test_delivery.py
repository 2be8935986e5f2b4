"""Delivery: copies, lists, aliases, bounces."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.mail.models import Entry, Folder, Mail, Unread
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.delivery import deliver
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.world.world import World

ADA, BEN, CLEO = (
    Mailbox(name=name, email=f"{name.lower().replace(' ', '.')}@wherrymoor.test")
    for name in ("Ada Park", "Ben Moor", "Cleo Finch")
)
ALL = Mailbox(email="all@wherrymoor.test")


def copies(db: Session, mail: Mail) -> list[tuple[int, str]]:
    statement = select(Entry.account_id, Entry.folder).where(Entry.message_id == mail.id)
    return [(account, folder) for account, folder in db.execute(statement.order_by(Entry.account_id))]


def test_a_mail_reaches_each_recipient_once_and_is_kept_in_sent(post_world: World) -> None:
    private = Mailbox(email="ben.moor@quillfold.test")
    mail = deliver(post_world, Mailing(sender=ADA, to=(BEN, private), cc=(BEN,), bcc=(CLEO,), subject="Tea"))
    assert copies(post_world.db, mail) == [(1, Folder.SENT), (2, Folder.INBOX), (3, Folder.INBOX)]
    assert set(post_world.db.scalars(select(Unread.account_id))) == {2, 3}


def test_a_list_reaches_its_members_and_brings_the_senders_own_copy_to_the_inbox(post_world: World) -> None:
    mail = deliver(post_world, Mailing(sender=ADA, to=(ALL,), subject="Tea"))
    assert copies(post_world.db, mail) == [(1, Folder.INBOX), (2, Folder.INBOX), (3, Folder.INBOX)]


@pytest.mark.parametrize(
    ("email", "bounces"),
    [
        ("nobody@wherrymoor.test", True),
        ("nobody@quillfold.test", True),
        ("somebody@elsewhere.example", False),
        ("all@wherrymoor.test", False),
    ],
)
def test_only_unknown_addresses_of_the_worlds_own_domains_bounce(
    post_world: World, email: str, *, bounces: bool
) -> None:
    sent = deliver(post_world, Mailing(sender=ADA, to=(Mailbox(email=email),), subject="Tea"))
    found = post_world.db.scalars(select(Mail).where(Mail.kind == "bounce")).all()
    assert len(found) == bounces
    for bounce in found:
        assert (bounce.return_path, bounce.in_reply_to) == ("", sent.message_id)
        assert f"Final-Recipient: rfc822; {email}" in bounce.body
        entries = post_world.db.scalars(select(Entry).where(Entry.account_id == 1)).all()
        assert len({entry.thread_id for entry in entries}) == 1


def test_a_bounce_that_cannot_be_delivered_does_not_bounce(post_world: World) -> None:
    ghost = Mailbox(email="ghost@wherrymoor.test")
    deliver(post_world, Mailing(sender=ghost, to=(Mailbox(email="nobody@wherrymoor.test"),), subject="Boo"))
    assert len(post_world.db.scalars(select(Mail)).all()) == 2
