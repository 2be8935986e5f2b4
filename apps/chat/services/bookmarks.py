"""Bookmarks of channels as people type them."""

from collections.abc import Collection, Mapping

from gristmill.apps.chat.markup.inline import host_of
from gristmill.apps.chat.services.errors import ChatError
from gristmill.apps.chat.services.forms import line_of_text


def parse_bookmark(form: Mapping[str, str], hosts: Collection[str]) -> dict[str, str]:
    """Title and address of a bookmark.

    Raises:
        ChatError: one is missing or too long, or the address leads nowhere.
    """
    title = line_of_text(form, "title", "The title", longest=60, needed=True)
    url = line_of_text(form, "url", "The address", longest=300, needed=True)
    if " " in url or not url.startswith(("http://", "https://")) or host_of(url) not in hosts:
        raise ChatError(
            "The address must lead to a page of this company's apps, such as http://chat.test/m/12."
        )
    return {"title": title, "url": url}
