import sys
from pathlib import Path

import pytest

from gristmill.agents.bench.versions import commit, machine, task_version, world_version
from gristmill.plugins import installed

FAMILY = """
from gristmill.apps.base import TaskFamily
from {package}.shared import LIMIT
class Own(TaskFamily):
    draw = verify = oracle = None
"""


def own_version(folder: Path, package: str, **files: str) -> str:
    """The version of a family in a package of these modules."""
    root = folder / package
    root.mkdir()
    modules = {"family": FAMILY, "shared": "LIMIT = 1\n", "unrelated": "", **files}
    for name, source in modules.items():
        (root / f"{name}.py").write_text(source.replace("{package}", "PKG").replace("PKG", package))
    module = __import__(f"{package}.family").family
    version = task_version(object.__new__(module.Own))
    for name in [name for name in sys.modules if name.split(".")[0] == package]:
        del sys.modules[name]
    return version


def test_families_have_versions_of_their_own() -> None:
    versions = {task_version(family) for family in list(installed().families.values())[:8]}
    assert len(versions) == 8


def test_a_version_moves_with_what_the_family_imports_and_with_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gristmill.agents.bench import versions

    def version(number: int, **files: str) -> str:
        folder = tmp_path / str(number)
        folder.mkdir()
        monkeypatch.syspath_prepend(folder)
        for cached in (versions._digest_of_modules, versions.source_of, versions.imports_of):
            cached.cache_clear()
        return own_version(folder, "own_tasks", **files)

    first = version(1)
    assert version(2) == first
    assert version(3, unrelated="X = 1\n") == first
    assert version(4, shared="LIMIT = 2\n") != first
    assert version(5, shared="LIMIT = 1\r\n") == first  # as git writes it on Windows


def test_worlds_have_equal_versions_if_their_keys_are_equal() -> None:
    assert world_version(None) is None
    one = {"world": {"apps": {"shop": "1"}, "size": "small"}}
    assert world_version(one) == world_version({"world": {"size": "small", "apps": {"shop": "1"}}})
    assert world_version(one) != world_version({"world": {"apps": {"shop": "2"}, "size": "small"}})


def test_commit_and_machine_are_named_where_there_are_any() -> None:
    found, is_dirty = commit()
    assert found is None or len(found) == 40
    assert isinstance(is_dirty, bool)
    assert machine()["python"] == ".".join(map(str, sys.version_info[:3]))
