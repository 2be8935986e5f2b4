"""The registry of the families that span app clones."""

from gristmill.apps.base import TaskRegistry

TASKS = TaskRegistry("office")
