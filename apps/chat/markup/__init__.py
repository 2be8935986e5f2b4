"""The light markup of messages: from text to HTML. Everything that is not markup is escaped."""

from gristmill.apps.chat.markup.blocks import to_html
from gristmill.apps.chat.markup.inline import Names

__all__ = ["Names", "to_html"]
