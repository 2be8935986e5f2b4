"""Hallstead's task families."""

from gristmill_venues.tasks import book, find_and_book, own_bookings, questions
from gristmill_venues.tasks.registry import TASKS

__all__ = ["TASKS", "book", "find_and_book", "own_bookings", "questions"]
