"""What the person at the centre has done with mails that no story speaks of: filed, starred, archived."""

from dataclasses import dataclass
from datetime import timedelta

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import Folder, MessageKind
from gristmill.apps.mail.services.mailings import Mailing

ARCHIVED_AFTER = timedelta(days=7)
RECEIPTS_LABEL = "Receipts"


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """Where a mail was put; None where it was left in the inbox."""

    folder: Folder | None = None
    label: str | None = None


def habit(sampler: Sampler, mailing: Mailing, age: timedelta) -> Kept:
    """What became of a mail of the shop or its courier: old notices are archived, some receipts filed."""
    archives, files = sampler.chance(60), sampler.chance(25)
    if mailing.kind == MessageKind.RECEIPT:
        return Kept(
            folder=Folder.ARCHIVE if archives and age > ARCHIVED_AFTER else None,
            label=RECEIPTS_LABEL if files else None,
        )
    return Kept(folder=Folder.ARCHIVE if archives and age > ARCHIVED_AFTER else None)
