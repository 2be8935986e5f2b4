"""The registry of mail's task families."""

from gristmill.apps.base import TaskRegistry

TASKS = TaskRegistry("mail")
