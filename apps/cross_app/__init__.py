"""Task families that span app clones. They import several apps; no app imports them."""

from gristmill.apps.cross_app import (
    approval,
    dispute,
    injected,
    order_and_tell,
    order_for_team,
    policy,
    recall,
    receipt_forward,
    week,
)
from gristmill.apps.cross_app.registry import TASKS

__all__ = [
    "TASKS",
    "approval",
    "dispute",
    "injected",
    "order_and_tell",
    "order_for_team",
    "policy",
    "recall",
    "receipt_forward",
    "week",
]
