"""Pages of the chat: one blueprint per page family."""

from gristmill.apps.chat.views import (
    about,
    attaching,
    browse,
    conversation,
    directs,
    files,
    forwarding,
    help_pages,
    home,
    inbox,
    members,
    message,
    own,
    people,
    reminding,
    search,
    thread,
)

PAGES = (
    home, conversation, thread, message, forwarding, attaching, browse, about, members, directs, people, own,
    inbox, reminding, search, files, help_pages,
)  # fmt: skip
