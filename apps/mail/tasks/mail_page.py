"""The pages of mail, as oracles use them: links, searches and threads."""

from urllib.parse import quote, urlsplit

from gristmill.apps.kit.aria import AriaNode
from gristmill.apps.kit.oracle_page import OraclePage, first, quoted, usable
from gristmill.apps.mail.control_labels import LABELS

HOST = "http://mail.test"


class MailPage(OraclePage):
    """A page of mail, with its labels."""

    labels = LABELS

    def link(self, path: str) -> str | None:
        """Click the first link to a path, whatever its query."""
        found = (each for each in usable(self.page, "link") if urlsplit(url_of(each)).path == path)
        return next((f"click {each.ref}" for each in found), None)

    def follow(self, *paths: str) -> str:
        """Click a link to the last path, or to one before that leads there; the address if there is none."""
        found = (self.link(path) for path in reversed(paths) if path != self.path)
        return next(filter(None, found), f"goto {HOST}{paths[-1]}")

    def search(self, query: str) -> str:
        """Search, or go to the results."""
        box = first(self.page, "searchbox", self.label_text("search-box"))
        if box is None or not (box.value == query or self.query.get("q") != [query]):
            return f"goto {HOST}/search?q={quote(query)}"
        if box.value != query:
            return f"fill {box.ref} {quoted(query)}"
        return self.click("button", self.label_text("search")) or f"goto {HOST}/search?q={quote(query)}"

    def to_thread(self, thread_id: int, words: str) -> str | None:
        """Open a thread by a link on this page, or by a search for words of it; None once it is open."""
        path = f"/threads/{thread_id}"
        if self.path == path:
            return None
        query = words.replace('"', " ")
        if found := self.link(path):
            return found
        return f"goto {HOST}{path}" if self.query.get("q") == [query] else self.search(query)

    def has_opened(self, path: str) -> bool:
        """Whether a page was opened in this episode, whatever its query."""
        return any(urlsplit(url).path == path for url in self.view.visited)

    def heading(self) -> str:
        """The page's title."""
        found = self.page.find("heading")
        titles = (each for each in self.page.all("heading") if each.attributes.get("level") == "1")
        return next((each.name for each in titles), found.name if found else "")


def url_of(node: AriaNode) -> str:
    """The address of a link."""
    return node.properties.get("url", "")
