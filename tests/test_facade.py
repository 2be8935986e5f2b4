"""What users import comes from `gristmill` itself: few names, loaded when they are asked for."""

import subprocess
import sys
from pathlib import Path

import pytest

import gristmill

MOST_NAMES = 32
NEEDED = {
    "Agent", "AppSpec", "Check", "Checkpoint", "ElementActions", "Evidence", "GristmillError", "Task",
    "TaskFamily", "TaskRegistry", "Verdict", "View", "World", "tool_schemas", "verdict",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(gristmill.FACADE))
def test_each_name_is_there_and_is_the_one_of_its_module(name: str) -> None:
    module = sys.modules.get(f"gristmill.{gristmill.FACADE[name]}")
    value = getattr(gristmill, name)
    module = module or sys.modules[f"gristmill.{gristmill.FACADE[name]}"]
    assert value is getattr(module, name)
    assert name in dir(gristmill)


def test_the_names_are_few_and_all_that_are_needed() -> None:
    assert len(gristmill.__all__) <= MOST_NAMES
    assert set(gristmill.__all__) >= NEEDED


def test_type_checkers_see_the_same_names() -> None:
    source = Path(gristmill.__file__).read_text()
    for name, module in gristmill.FACADE.items():
        assert f"from gristmill.{module} import {name} as {name}\n" in source


def test_an_unknown_name_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nope'"):
        _ = gristmill.Nope


def test_to_import_gristmill_loads_nothing_that_it_need_not() -> None:
    loaded = "import sys, gristmill; print({'flask', 'gymnasium', 'numpy', 'sqlalchemy'} & {*sys.modules})"
    for _ in range(2):  # the first may have to make the index of tasks
        done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
