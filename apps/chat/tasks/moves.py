"""The oracle's moves in the chat: the next action towards a goal, from any page.

Each move returns an action, or None if it is already accomplished.
"""

import re
from collections.abc import Sequence

from sqlalchemy import select

from gristmill.apps.chat.control_labels import LABELS
from gristmill.apps.chat.models import Channel, Message
from gristmill.apps.kit.oracle_page import OraclePage
from gristmill.apps.world.people import EPOCH


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
        box = next((node for node in self.page.all("textbox") if node.ref and "essage" in node.name), None)
        if box is None:
            return None
        return self.fill("textbox", box.name, text) or self.click("button", self.label_text("send"))

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
