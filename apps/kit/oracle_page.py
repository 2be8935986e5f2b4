"""Page object for oracles: moves towards a goal, as lines of the action grammar.

Each move returns an action, or None if it is already accomplished, so that moves can be chained:
`page.fill("textbox", "Subject", subject) or page.click("button", "Send") or "goto /"`.
"""

import json
import re
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from gristmill.apps.base import View
from gristmill.apps.kit.aria import AriaNode
from gristmill.apps.kit.labels import Labels, worded
from gristmill.apps.kit.skins import skin_named
from gristmill.apps.world.world import World

Name = str | re.Pattern[str]


class OraclePage:
    """The open page, its address and (privileged) the database.

    Subclass it with an app clone's own moves.

    Attributes:
        labels: the app's labels, whose wording differs between skins.
    """

    labels: ClassVar[Labels] = {}

    def __init__(self, view: View) -> None:
        self.view, self.page, self.db = view, view.page, view.db
        parts = urlsplit(view.url)
        self.path, self.query = parts.path, parse_qs(parts.query)

    def label_text(self, key: str) -> str:
        """The text that pages of this world show for one of the app's labels."""
        return worded(self.labels, key, skin_named(World(self.db).skin).wording)

    def click(self, role: str, name: Name, *, within: AriaNode | None = None) -> str | None:
        """Click the first matching element that is enabled, on the page or within a part of it."""
        nodes = usable(within or self.page, role, name)
        found = next((node for node in nodes if "disabled" not in node), None)
        return f"click {found.ref}" if found else None

    def fill(self, role: str, name: Name, text: str) -> str | None:
        """Fill the text box unless it has this value."""
        box = first(self.page, role, name)
        return f"fill {box.ref} {quoted(text)}" if box and box.value != text else None

    def check(self, role: str, name: Name) -> str | None:
        """Check the checkbox or radio button unless it is checked."""
        box = first(self.page, role, name)
        return f"check {box.ref}" if box and "checked" not in box else None

    def uncheck(self, role: str, name: Name) -> str | None:
        """Uncheck the checkbox unless it is unchecked."""
        box = first(self.page, role, name)
        return f"uncheck {box.ref}" if box and "checked" in box else None

    def select(self, name: Name, option: str) -> str | None:
        """Choose an option of a drop-down list unless it is selected."""
        box = first(self.page, "combobox", name)
        if box is None or any("selected" in node for node in box.all("option", option)):
            return None
        return f"select {box.ref} {quoted(option)}"

    def named(self, role: str, beginning: str) -> str:
        """The full name of the first element of the role with this prefix; the prefix itself if none."""
        names = (node.name for node in self.page.all(role) if node.name.startswith(beginning))
        return next(names, beginning)


def usable(part: AriaNode, role: str, name: Name | None = None) -> list[AriaNode]:
    """The matching elements within a part of the page that have a ref."""
    return [node for node in part.all(role, name) if node.ref]


def first(part: AriaNode, role: str, name: Name | None = None) -> AriaNode | None:
    """The first result of `usable`, or None."""
    return next(iter(usable(part, role, name)), None)


def starting(text: str) -> re.Pattern[str]:
    """A pattern for names with this prefix."""
    return re.compile(rf"{re.escape(text)}\b.*", re.DOTALL)


def quoted(text: str) -> str:
    """A text as a quoted argument of an action."""
    return json.dumps(text, ensure_ascii=False)
