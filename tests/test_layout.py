"""Where files lie: the layers at the root, reached as `gristmill.<layer>` and in no other way."""

import ast
import importlib
import re
from pathlib import Path

import pytest

from gristmill._clone import LAYERS, require_symlinks

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "gristmill"
NAMES_THAT_SAY_NOTHING = {"common.py", "helpers.py", "misc.py", "utils.py"}
LONGEST_MODULE = 400


def modules() -> list[Path]:
    folders = [
        *(PACKAGE / part for part in ("adapters", "cli", "testing")),
        *(ROOT / layer for layer in LAYERS),
    ]
    return [*PACKAGE.glob("*.py"), *(path for folder in folders for path in folder.rglob("*.py"))]


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_is_a_relative_symlink_to_its_folder_at_the_root(layer: str) -> None:
    link = PACKAGE / layer
    assert link.is_symlink()
    assert link.readlink() == Path("..", "..", layer)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_is_a_namespace_package(layer: str) -> None:
    """A root folder with `__init__.py` would shadow distributions called `agents` or `verifiers`."""
    assert not (ROOT / layer / "__init__.py").exists()
    assert [Path(path).resolve() for path in importlib.import_module(f"gristmill.{layer}").__path__] == [
        ROOT / layer
    ]


def test_tests_are_no_packages() -> None:
    """But for the plugin, which is a package as a stranger's distribution holds it."""
    tests = ROOT / "tests"
    found = {path.relative_to(tests).parts[0] for path in tests.rglob("__init__.py")}
    assert found <= {"plugin"}


def test_no_test_module_imports_ray_while_it_is_collected() -> None:
    """Its import takes a second, and may fail; the fixture `ray` skips what needs it."""
    tests, found = ROOT / "tests", []
    for path in tests.rglob("*.py"):
        text = path.read_text()
        for node in ast.parse(text).body if re.search(r"\bray\b", text) else ():
            named = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            named += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            is_skipping = "importorskip('ray" in ast.unparse(node) and not isinstance(node, ast.FunctionDef)
            if is_skipping or any(name.partition(".")[0] == "ray" for name in named):
                found.append(f"{path.relative_to(tests)}:{node.lineno}")
    assert found == []


def test_the_name_of_a_module_says_what_is_in_it() -> None:
    assert [path for path in modules() if path.name in NAMES_THAT_SAY_NOTHING] == []


def test_a_module_can_be_read_in_one_sitting() -> None:
    lengths = {path.relative_to(ROOT): len(path.read_text().splitlines()) for path in modules()}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def test_a_working_copy_with_symlinks_is_accepted() -> None:
    require_symlinks(PACKAGE)


def test_the_error_for_a_working_copy_without_symlinks_says_how_to_fix_it(tmp_path: Path) -> None:
    for layer in LAYERS:
        (tmp_path / layer).mkdir()
    (tmp_path / "apps").rmdir()
    (tmp_path / "apps").write_text("../../apps")
    with pytest.raises(ImportError, match=r"^apps in .*git config core\.symlinks true"):
        require_symlinks(tmp_path)
