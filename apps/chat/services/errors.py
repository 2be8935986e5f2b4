"""Refusals of the chat, as sentences for the people who use it."""

from gristmill.errors import GristmillError


class ChatError(GristmillError):
    """Something that the chat does not allow."""
