"""The registry of the shop's task families."""

from gristmill.apps.base import TaskRegistry

TASKS = TaskRegistry("shop")
