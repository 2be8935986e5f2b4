"""The task families of mail."""

from gristmill.apps.base import TaskRegistry

TASKS = TaskRegistry("mail")
