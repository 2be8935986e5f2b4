"""The registry of the chat's task families."""

from gristmill.apps.base import TaskRegistry

TASKS = TaskRegistry("chat")
