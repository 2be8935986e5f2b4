"""Lists of threads, as oracles use them: what is ticked, and the menus above."""

import re
from collections.abc import Callable, Collection, Mapping
from urllib.parse import urlsplit

from gristmill.apps.kit.aria import AriaNode
from gristmill.apps.kit.oracle_page import usable
from gristmill.apps.mail.tasks.mail_page import MailPage, url_of


class ListPage(MailPage):
    """A page that lists threads."""

    def rows(self) -> dict[int, AriaNode]:
        """The check boxes of the listed threads."""
        found = {}
        for item in self.page.all("listitem"):
            boxes, links = usable(item, "checkbox"), map(url_of, usable(item, "link"))
            ids = [path.rpartition("/")[2] for url in links if (path := urlsplit(url).path)]
            if boxes and ids and ids[0].isdecimal():
                found[int(ids[0])] = boxes[0]
        return found

    def ticked(self) -> set[int]:
        """The listed threads that are ticked."""
        return {key for key, box in self.rows().items() if "checked" in box}

    def on_rows(self, threads: Collection[int], act: Callable[[], str | None]) -> str | None:
        """Tick these of the listed threads and no others, and act; on to the next page if none is here."""
        rows, ticked = self.rows(), self.ticked()
        here = [each for each in rows if each in threads]
        if not here:
            return self.click("link", re.compile("Next.*"))
        if not ticked and len(here) == len(rows) and len(here) > 1:
            return self.click("link", "Select page") or self.tick(rows, here, ticked)
        return self.tick(rows, here, ticked) or act()

    def tick(
        self, rows: Mapping[int, AriaNode], here: Collection[int], ticked: Collection[int]
    ) -> str | None:
        """Tick or untick the first box that is wrong."""
        for key, box in rows.items():
            if (key in here) != (key in ticked):
                return f"{'check' if key in here else 'uncheck'} {box.ref}"
        return None

    def choose(self, menu: str, box: str, option: str, button: str) -> str | None:
        """Choose from the list of a menu, and press its button."""
        if not usable(self.page, "combobox", box):
            return self.click("generic", menu)
        return self.select(box, option) or self.click("button", button)
