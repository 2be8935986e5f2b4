"""Checks that several families of the chat share. A message that its author deleted again does not count."""

import re
from collections.abc import Mapping

from gristmill.apps.chat.models import Kind, Level
from gristmill.apps.chat.tasks.moves import people_key
from gristmill.snapshots.diff import Row, SqlValue
from gristmill.verifiers.base import Check, Evidence
from gristmill.verifiers.checks import Allowance, check, described, inserts, nothing_else_changed, trap
from gristmill.verifiers.rows import RowView
from gristmill.verifiers.visits import opened

PLAIN = {
    "root_id": None, "is_broadcast": 0, "is_automatic": 0, "deleted_at": None, "pinned_at": None,
    "pinned_by_id": None, "forwarded_id": None,
}  # fmt: skip
"""A message that was written into a channel, and nothing else was done with it."""
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
    expected = {"author_id": person_id, **PLAIN, **where}
    return (
        inserts("chat_message", expected, at_most=1),  # type: ignore[arg-type]
        withdrawn(person_id),
    )


def no_broad_mention(text: str) -> Check:
    """Check that a message notifies no whole channel."""
    found = BROAD.search(text)
    return trap("no @channel or @here", found is None, found[0] if found else "")


def withdrawn(person_id: int) -> Allowance:
    """Allow posts of a person that they deleted again."""
    return inserts(
        "chat_message", lambda row: row["author_id"] == person_id and row["deleted_at"] is not None
    )


def nothing_posted(evidence: Evidence) -> Check:
    """Check that nothing was posted anywhere, for tasks that cannot be done."""
    rows = posted(evidence)
    return trap("nothing posted", not rows, str(rows[0]["text"]) if rows else "")


def refused(evidence: Evidence, person_id: int, *pages: str) -> tuple[Check, ...]:
    """Check that somebody looked at these pages, posted nothing and changed nothing."""
    reason = opened(evidence, *pages, name="the page with the reason was opened")
    return nothing_posted(evidence), reason, nothing_else_changed(evidence, withdrawn(person_id))


def page_of(path: str) -> str:
    """The pattern of a page of the chat with any query, for `opened`."""
    return rf"chat\.test{path}(\?.*)?"


def direct_id(evidence: Evidence, *people: int) -> int:
    """The direct conversation of these people now; 0 if there is none that all of them are in."""
    key = people_key(*people)
    found = (row["id"] for row in evidence.after.all("chat_channel", people_key=key))
    number = int(str(next(found, 0)))
    members = (evidence.after.get("chat_membership", number, each) for each in people)
    return number if all(members) else 0


def opens_direct(evidence: Evidence, *people: int) -> tuple[Allowance, ...]:
    """Allow that the first of these people opened a direct conversation with the others."""
    number = direct_id(evidence, *people)
    opened_by: Mapping[str, SqlValue] = {
        "id": number, "people_key": people_key(*people), "kind": Kind.DIRECT.value, "name": None, "topic": "",
        "purpose": "", "creator_id": people[0], "archived_at": None,
    }  # fmt: skip
    return (
        inserts("chat_channel", opened_by, at_most=1),
        inserts("chat_membership", lambda row: row["person_id"] in people and is_plain_member(row, number)),
    )


def is_plain_member(row: Row, channel_id: int) -> bool:
    """Whether somebody is in a conversation as everybody is at first, with nothing chosen for it."""
    plain: Mapping[str, object] = {
        "channel_id": channel_id, "level": Level.MENTIONS.value, "is_muted": 0, "is_starred": 0,
        "section_id": None,
    }  # fmt: skip
    return all(row[column] == value for column, value in plain.items())
