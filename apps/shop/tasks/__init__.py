"""The shop's task families."""

from gristmill.apps.shop.tasks.registry import TASKS

__all__ = ["TASKS"]
