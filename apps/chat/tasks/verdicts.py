"""Checks that several families of the chat share. A message that its author deleted again does not count."""

import re
from collections.abc import Mapping

from gristmill.snapshots.diff import Row, SqlValue
from gristmill.verifiers.base import Check, Evidence
from gristmill.verifiers.checks import Allowance, check, described, inserts, trap
from gristmill.verifiers.rows import RowView

PLAIN: Mapping[str, SqlValue] = {
    "is_broadcast": 0, "is_automatic": 0, "pinned_at": None, "pinned_by_id": None, "forwarded_id": None,
}  # fmt: skip
"""A message that was written, and nothing else was done with it."""
BROAD = re.compile(r"(?<!\w)@(channel|here|everyone)\b")


def posted(evidence: Evidence) -> list[Row]:
    """The messages that the agent posted and did not delete again."""
    rows = [change.after or {} for change in evidence.diff.inserted("chat_message")]
    return [row for row in rows if row["deleted_at"] is None]


def posted_once(evidence: Evidence) -> tuple[Check, RowView]:
    """Check that one message was posted; returns it too, empty if there is not exactly one."""
    rows = posted(evidence)
    detail = described(evidence.diff.inserted("chat_message"))
    message = RowView(rows[0] if len(rows) == 1 else {})
    return check("one message posted", len(rows) == 1, detail or "no message"), message


def posts(person_id: int, **where: object) -> tuple[Allowance, ...]:
    """Allow one post of a person with these values, and posts of theirs that they deleted again."""
    expected = {**PLAIN, "author_id": person_id, "deleted_at": None, **where}
    return (
        inserts("chat_message", expected, at_most=1),  # type: ignore[arg-type]
        inserts("chat_message", lambda row: row["author_id"] == person_id and row["deleted_at"] is not None),
    )


def no_broad_mention(text: str) -> Check:
    """Check that a message notifies no whole channel."""
    found = BROAD.search(text)
    return trap("no @channel or @here", found is None, found[0] if found else "")
