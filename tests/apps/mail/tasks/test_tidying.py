"""Bringing a mailbox back to what it was."""

from collections.abc import Callable
from typing import Any

import pytest

from gristmill.apps.mail.models import Entry, Folder
from gristmill.apps.mail.tasks.tidying import require_one_folder
from gristmill.errors import Unwinnable


def entry(number: int, folder: str, thread_id: int = 7) -> Entry:
    return Entry(id=number, thread_id=thread_id, folder=folder, is_own=False)


def test_a_thread_that_lay_in_two_folders_cannot_be_parted_again() -> None:
    moved = entry(1, Folder.ARCHIVE)
    folders = {"1": Folder.INBOX, "2": Folder.ARCHIVE}
    with pytest.raises(Unwinnable, match="moved together"):
        require_one_folder([moved, entry(2, Folder.ARCHIVE)], moved, folders)


def test_threads_in_one_folder_and_binned_mails_can_be_brought_back() -> None:
    moved, binned = entry(1, Folder.ARCHIVE), entry(3, Folder.BIN)
    folders = {"1": Folder.INBOX, "2": Folder.ARCHIVE, "3": Folder.INBOX}
    require_one_folder([moved, entry(2, Folder.ARCHIVE, thread_id=8)], moved, folders)
    require_one_folder([binned, entry(2, Folder.ARCHIVE)], binned, folders)


@pytest.mark.slow
def test_an_oracle_that_cannot_tidy_up_says_so_instead_of_going_on(replans: Callable[..., Any]) -> None:
    assert all(replans("Mail-Count-v0", seeds=range(3)))
