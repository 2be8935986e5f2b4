"""Pages of the chat: one blueprint per page family."""

from gristmill.apps.chat.views import home

PAGES = (home,)
