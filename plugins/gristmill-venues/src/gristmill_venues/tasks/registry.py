"""The registry of Hallstead's task families."""

from gristmill import TaskRegistry

TASKS = TaskRegistry("venues")
