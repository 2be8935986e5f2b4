"""The oracle's moves for channels: looking at a team, creating a channel, and putting it right."""

import re
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import select

from gristmill.apps.base import Task
from gristmill.apps.chat.models import Channel, Membership
from gristmill.apps.chat.tasks.moves import Talker
from gristmill.apps.kit.oracle_page import usable
from gristmill.apps.world.models import Person


class Founder(Talker):
    """A page object with the moves of somebody who creates a channel."""

    def term(self, name: str) -> str:
        """A term as text."""
        return str(self.view.task.terms[name])

    def to_channels(self) -> str:
        """Open the channel browser."""
        return self.click("link", self.label_text("browse-channels")) or "goto /channels"

    def found(self) -> str:
        """Look at the team in the directory, then fill in the form and create the channel."""
        if not self.has_listed_team():
            return self.list_team()
        if self.path != "/channels/new":
            return self.click("link", "Create a channel") or self.to_channels()
        kind = re.compile(rf"{self.term('kind')}\b.*", re.IGNORECASE)
        return (
            self.fill("textbox", "Name", self.term("name"))
            or self.fill("textbox", re.compile("Purpose.*"), self.term("purpose"))
            or self.check("radio", kind)
            or self.choose_people()
            or self.click("button", "Create channel")
            or "goto /channels/new"
        )

    def has_listed_team(self) -> bool:
        """Whether the directory was opened with the team alone."""
        lists = [parse_qs(urlsplit(each).query) for each in self.view.visited if "/people?" in each]
        return any(each.get("team") == [self.term("team")] for each in lists)

    def list_team(self) -> str:
        """Have the directory list the team."""
        if self.path != "/people":
            return self.click("link", "People") or "goto /people"
        return self.select("Team", self.term("team")) or self.click("button", "Find") or "goto /people"

    def choose_people(self) -> str | None:
        """Tick who is wanted, and nobody else."""
        wanted = self.names()
        for box in usable(self.page, "checkbox"):
            if ", " in box.name and (box.name.partition(", ")[0] in wanted) != ("checked" in box):
                return f"{'uncheck' if 'checked' in box else 'check'} {box.ref}"
        return None

    def names(self) -> set[str]:
        """The names of who is to be in the channel."""
        people = select(Person).where(Person.id.in_(listed(self.view.task, "members")))
        return {each.name for each in self.db.scalars(people)}

    def correct(self, channel: Channel) -> str:
        """Change what is not as asked about the channel that was created."""
        return self.describe(channel) or self.rename(channel) or self.admit(channel) or "done"

    def describe(self, channel: Channel) -> str | None:
        """Set topic and purpose, after opening an archived channel again."""
        if channel.archived_at is not None:
            return self.to_channel(channel) or self.click("button", "Restore channel") or "goto /"
        if (channel.topic, channel.purpose) == (self.term("topic"), self.term("purpose")):
            return None
        return self.to_details(channel) or (
            self.fill("textbox", "Topic", self.term("topic"))
            or self.fill("textbox", "Purpose", self.term("purpose"))
            or self.click("button", "Save topic and purpose")
        )

    def rename(self, channel: Channel) -> str | None:
        """Set the name."""
        if channel.name == self.term("name"):
            return None
        return self.to_details(channel) or (
            self.fill("textbox", "Channel name", self.term("name")) or self.click("button", "Rename channel")
        )

    def to_details(self, channel: Channel) -> str | None:
        """Open the details of a channel."""
        path = f"/c/{channel.id}/about"
        if self.path == path:
            return None
        return self.follow(path) or self.to_channel(channel) or f"goto {path}"

    def admit(self, channel: Channel) -> str | None:
        """Remove who is not wanted in the channel, then invite who is missing."""
        people = select(Membership.person_id).where(Membership.channel_id == channel.id)
        wanted, now = set(listed(self.view.task, "members")), set(self.db.scalars(people))
        if now == wanted:
            return None
        extra = sorted(now - wanted)
        if extra:
            name = self.db.get_one(Person, extra[0]).name
            return self.click("button", f"Remove {name}") or f"goto /c/{channel.id}/members"
        if self.path != f"/c/{channel.id}/invite":
            return f"goto /c/{channel.id}/invite"
        return self.choose_people() or self.click("button", re.compile("Invite to .*"))


def listed(task: Task, name: str) -> list[int]:
    """A term that is a list of ids."""
    found = task.terms[name]
    assert isinstance(found, list)
    return found
