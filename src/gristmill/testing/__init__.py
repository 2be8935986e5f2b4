"""Checks for authors of app clones to run on their own code."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gristmill.testing.conformance import AppCheck as AppCheck
    from gristmill.testing.conformance import app_checks as app_checks
    from gristmill.testing.outcomes import ConformanceError as ConformanceError
    from gristmill.testing.outcomes import Outcome as Outcome
    from gristmill.testing.outcomes import Status as Status

MODULES = {
    "AppCheck": "conformance",
    "ConformanceError": "outcomes",
    "Outcome": "outcomes",
    "Status": "outcomes",
    "app_checks": "conformance",
}


def __getattr__(name: str) -> Any:
    if name not in MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{MODULES[name]}"), name)
