"""Where the shop's task families are registered."""

from gristmill.apps.base import TaskRegistry

TASKS = TaskRegistry("shop")
