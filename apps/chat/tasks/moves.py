"""The oracle's moves in the chat: the next action towards a goal, from any page.

Each move returns an action, or None if it is already accomplished.
"""

import re
from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

from sqlalchemy import select

from gristmill.apps.chat.control_labels import LABELS
from gristmill.apps.chat.models import Channel, Draft, Message
from gristmill.apps.kit.oracle_page import OraclePage, first, quoted
from gristmill.apps.world.models import Person
from gristmill.apps.world.people import EPOCH
from gristmill.errors import Unwinnable

COMPOSER = re.compile("Message |Reply in this thread")


class Talker(OraclePage):
    """A page object with the chat's moves."""

    labels = LABELS

    def to_channel(self, channel: Channel) -> str | None:
        """Open a channel by the side bar, or by the channel browser where the side bar lacks it."""
        if self.path == f"/c/{channel.id}":
            return None
        by_name = re.compile(rf"{re.escape(channel.name or '')}( \(unread\)| \d+ new)?")
        return self.click("link", by_name) or f"goto /c/{channel.id}"

    def to_message(self, message: Message) -> str | None:
        """Open the page of a message, by its link `More` where it is shown."""
        if self.path == f"/m/{message.id}":
            return None
        return self.follow(f"/m/{message.id}") or f"goto /m/{message.id}"

    def to_thread(self, root_id: int) -> str | None:
        """Open a thread, by its link where its first message is shown."""
        if self.path == f"/t/{root_id}":
            return None
        return self.follow(f"/t/{root_id}") or f"goto /t/{root_id}"

    def follow(self, address: str) -> str | None:
        """Click a link that leads to an address, if the page has one."""
        links = (node for node in self.page.all("link") if node.ref and node.properties.get("url") == address)
        found = next(links, None)
        return f"click {found.ref}" if found else None

    def say(self, text: str) -> str | None:
        """Write into the composer of the open conversation or thread, and send."""
        box = self.composer()
        if not box:
            return None
        return self.fill("textbox", box, text) or self.click("button", self.label_text("send"))

    def delete(self, message: Message) -> str:
        """Delete one's own message."""
        if self.path == f"/m/{message.id}/delete":
            return self.click("button", re.compile("Delete.*")) or "goto /"
        return self.to_message(message) or self.click("link", re.compile("Delete.*")) or "goto /"

    def own_posts(self) -> Sequence[Message]:
        """What the person has posted in this episode and not deleted again, by id."""
        own = Message.author_id == self.view.task.person_id
        fresh = select(Message).where(own, Message.posted_at >= EPOCH, Message.deleted_at.is_(None))
        return self.db.scalars(fresh.order_by(Message.id)).all()

    def undo(self, *right: Message, edits: int = 0, deletes: int = 0) -> str | None:
        """Delete the first post of this episode that is none of these; then drop pins and drafts of it.

        Raises:
            Unwinnable: an older message was changed, other than those that may be edited or deleted.
        """
        kept = {each.id for each in right}
        wrong = next((each for each in self.own_posts() if each.id not in kept), None)
        self._require_old_posts(edits, deletes)
        return self.delete(wrong) if wrong else self._unpin() or self.drop_draft()

    def _require_old_posts(self, edits: int, deletes: int) -> None:
        old = Message.author_id == self.view.task.person_id, Message.posted_at < EPOCH
        edited = (Message.edited_at >= EPOCH) & (Message.id != edits)
        gone = (Message.deleted_at >= EPOCH) & (Message.id != deletes)
        changed = select(Message.id).where(*old, edited | gone).limit(1)
        if self.db.scalar(changed) is not None:
            raise Unwinnable("An older message was changed.")

    def _unpin(self) -> str | None:
        mine = Message.pinned_by_id == self.view.task.person_id, Message.pinned_at >= EPOCH
        pinned = self.db.scalars(select(Message).where(*mine).order_by(Message.id).limit(1)).first()
        if pinned is None:
            return None
        return self.to_message(pinned) or self.click("button", "Unpin") or "goto /"

    def drop_draft(self) -> str | None:
        """Empty the first draft that was saved in this episode."""
        own = Draft.person_id == self.view.task.person_id, Draft.saved_at >= EPOCH
        draft = self.db.scalars(
            select(Draft).where(*own).order_by(Draft.channel_id, Draft.root_id).limit(1)
        ).first()
        if draft is None:
            return None
        path = f"/t/{draft.root_id}" if draft.root_id else f"/c/{draft.channel_id}"
        if self.path != path:
            return f"goto {path}"
        box = self.composer()
        empty = box and self.fill("textbox", box, "")
        return empty or self.click("button", self.label_text("draft")) or f"goto {path}"

    def composer(self) -> str:
        """The name of the text box that posts."""
        return next(
            (node.name for node in self.page.all("textbox") if node.ref and COMPOSER.match(node.name)), ""
        )

    def has_opened(self, pattern: str) -> bool:
        """Whether a page was opened whose address, without its query, is like this."""
        return any(re.fullmatch(pattern, urlsplit(each).path) for each in self.view.visited)

    def unopened(self, paths: Collection[str]) -> str | None:
        """Open the first of these pages that was not opened yet."""
        path = next((each for each in paths if not self.has_opened(re.escape(each))), None)
        return path and (self.follow(path) or f"goto {path}")

    def to_person(self, person: Person) -> str | None:
        """Open somebody's profile, by the directory."""
        path = f"/people/{person.id}"
        if self.path == path:
            return None
        found = self.follow(path)
        if found or self.path != "/people":
            return found or self.click("link", "People") or "goto /people"
        search = self.fill("searchbox", re.compile("Find by name.*"), person.name)
        return search or self.click("button", "Find") or f"goto {path}"

    def write_to(self, person: Person, text: str) -> str:
        """Write to somebody directly: in the conversation, or from their profile if there is none yet."""
        channel = self.direct_with(person.id)
        if channel is not None and self.path == f"/c/{channel.id}":
            return self.say(text) or "goto /"
        if channel is not None:
            named = re.compile(rf"{re.escape(person.name)}( \(unread\)| \d+ new)?")
            return self.click("link", named) or f"goto /c/{channel.id}"
        if self.path == "/directs/new":
            chosen = first(self.page, "checkbox", re.compile(rf"{re.escape(person.name)}, .*"))
            if chosen is not None and "checked" in chosen:
                return (
                    self.fill("textbox", "Message", text)
                    or self.click("button", self.label_text("send"))
                    or "goto /"
                )
        return self.to_person(person) or self.click("link", "Message") or "goto /"

    def direct_with(self, person_id: int) -> Channel | None:
        """The direct conversation of the task's person with somebody, if there is one."""
        key = people_key(self.view.task.person_id, person_id)
        return self.db.scalars(select(Channel).where(Channel.people_key == key)).first()

    def give_up(self, reason: str) -> str:
        """Say that it cannot be done."""
        return f"give_up {quoted(reason)}"


def people_key(*people: int) -> str:
    """The key of the conversation of these people."""
    return ",".join(str(each) for each in sorted(set(people)))
