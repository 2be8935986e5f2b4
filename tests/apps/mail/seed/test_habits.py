"""What the person at the centre has done with mails of the shop."""

from collections import Counter
from datetime import timedelta

import pytest
from numpy.random import default_rng

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import Folder
from gristmill.apps.mail.seed.habits import Kept, habit
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.mailings import Mailing

SHOP = Mailbox(email="orders@marlowick.test")


def habits(kind: str, days: int) -> Counter[Kept]:
    sampler = Sampler(default_rng(1))
    mailing = Mailing(sender=SHOP, kind=kind)
    return Counter(habit(sampler, mailing, timedelta(days=days)) for _ in range(400))


@pytest.mark.parametrize("kind", ["receipt", "notice"])
def test_new_mails_stay_in_the_inbox(kind: str) -> None:
    assert {kept.folder for kept in habits(kind, 7)} == {None}


def test_old_notices_are_mostly_archived_and_never_labelled() -> None:
    found = habits("notice", 8)
    assert 200 < found[Kept(folder=Folder.ARCHIVE)] < 280
    assert {kept.label for kept in found} == {None}


def test_some_receipts_are_filed_wherever_they_are() -> None:
    found = habits("receipt", 8)
    assert {(kept.folder, kept.label) for kept in found} == {
        (folder, label) for folder in (None, Folder.ARCHIVE) for label in (None, "Receipts")
    }
