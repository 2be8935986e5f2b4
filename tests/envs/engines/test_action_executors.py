"""Each engine performs every action."""

import ast
import inspect
from types import ModuleType

import pytest

from gristmill.envs.actions.types import VERBS
from gristmill.envs.engines.chromium import action_executor as chromium
from gristmill.envs.engines.dom import action_executor as dom

WITHOUT_A_PAGE = {"Answer", "Done", "GiveUp", "Wait", "WaitForNews"}  # performed by the `EpisodeRunner`


def cases(module: ModuleType) -> set[str]:
    """The action classes that a module's `match` statements name."""
    patterns = [
        node for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.MatchClass)
    ]
    return {pattern.cls.attr for pattern in patterns if isinstance(pattern.cls, ast.Attribute)}


@pytest.mark.parametrize(("engine", "has_pixels"), [(chromium, True), (dom, False)])
def test_every_action_has_a_case(engine: ModuleType, has_pixels: bool) -> None:
    actions = {
        action.__name__
        for action in VERBS.values()
        if action.__name__ not in WITHOUT_A_PAGE and (has_pixels or not action.needs_pixels)
    }
    assert cases(engine) == actions
