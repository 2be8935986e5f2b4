"""Families on the shop that are registered for a test, and their audit."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from gristmill.agents.audit.audit import audit
from gristmill.agents.audit.report import FamilyReport
from gristmill.apps.base import TaskFamily, TaskRegistry
from gristmill.plugins import installed

TASKS = TaskRegistry("audit")
NUMBERS = count()

Audited = Callable[..., FamilyReport]


@pytest.fixture
def audited(monkeypatch: pytest.MonkeyPatch) -> Audited:
    """Registers a family on the shop under an id of its own, and audits its first tasks in this process."""

    def run(
        family: type[TaskFamily], *only: str, seeds: int = 2, max_steps: int = 30, **options: Any
    ) -> FamilyReport:
        task_id = f"Audit-Family{next(NUMBERS)}-v0"
        registered = type(family.__name__, (family,), {"__doc__": "A family for a test."})
        TASKS.add(task_id, max_steps=max_steps, apps=("shop",))(registered)
        monkeypatch.setitem(installed().families, task_id, registered())  # type: ignore[arg-type]
        (report,) = audit([task_id], seeds=seeds, only=only or ("idle",), **options)
        return report

    return run
