"""Imports go one way, foreign libraries stay in their layer, and no world depends on clock or chance."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = ("snapshots", "verifiers", "apps", "envs", "agents")
MAY_IMPORT = {
    "errors": set(),
    "caches": set(),
    "tuning": set(),
    "_clone": set(),
    "snapshots": set(),
    "verifiers": {"snapshots"},
    "apps": {"caches", "verifiers", "snapshots"},
    "contributions": {"apps"},
    "plugins": {"contributions", "entries", "apps", "verifiers", "snapshots"},
    "envs": {"caches", "tuning", "plugins", "apps", "verifiers", "snapshots"},
    "agents": {"envs", "plugins", "apps", "verifiers", "snapshots"},
    "suites": {"plugins", *LAYERS},
    "testing": {"gristmill", "caches", "contributions", "plugins", "registration", *LAYERS},
    "__main__": {"cli"},
    "adapters": {"gristmill", "plugins", "registration", *LAYERS},
    "cli": {"gristmill", "adapters", "suites", "testing", "plugins", "registration", *LAYERS},
    "entries": {"apps", "snapshots"},
    "registration": {"entries", "plugins", *LAYERS},
    "gristmill": {"_clone", "plugins", "registration", *LAYERS},
}
ONLY_IN = {"torch": "agents", "playwright": "envs", "flask": "apps"}
DETERMINISTIC = ("apps", "envs", "snapshots", "verifiers")
CLOCK_AND_CHANCE = {
    "asyncio.sleep",
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "time.sleep",
    "time.time",
    "time.time_ns",
}
SOURCES_OF_CHANCE = {path.split(".")[0] for path in CLOCK_AND_CHANCE} | {"numpy", "random"}


def part_of(module: str) -> str:
    """Which part of the package a module belongs to: a layer, a core module, or `gristmill` itself."""
    return module.split(".")[1] if "." in module else module


def module_name(path: Path) -> str:
    inside = path.relative_to(ROOT)
    parts = inside.parts[2:] if inside.parts[0] == "src" else inside.parts
    names = [*parts[:-1], *([] if path.stem == "__init__" else [path.stem])]
    return ".".join(["gristmill", *names])


@cache
def sources() -> dict[str, str]:
    core = ROOT / "src" / "gristmill"
    paths = [*core.glob("*.py"), *core.glob("suites/*.py")]
    paths += [path for part in ("adapters", "cli", "testing") for path in core.glob(f"{part}/**/*.py")]
    paths += [path for layer in LAYERS for path in (ROOT / layer).rglob("*.py")]
    return {module_name(path): path.read_text() for path in paths}


def absolute(module: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    return ".".join([*module.split(".")[: -node.level], *([node.module] if node.module else [])])


@cache
def imported(module: str, source: str) -> dict[str, str]:
    """The names that imports bind anywhere in the module, with the dotted path that each stands for."""
    names = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name] = alias.name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                names[alias.asname or alias.name] = f"{absolute(module, node)}.{alias.name}"
    return names


def wrong_imports(module: str, source: str) -> Iterator[str]:
    here = part_of(module)
    allowed = {here, "errors", *MAY_IMPORT.get(here, set())}
    for target in imported(module, source).values():
        top = target.split(".")[0]
        if top == "gristmill" and part_of_target(target) not in allowed:
            yield f"{module} imports {target}"
        if here != ONLY_IN.get(top, here):
            yield f"{module} imports {top}, which belongs in {ONLY_IN[top]}/"


def part_of_target(target: str) -> str:
    """`from gristmill import __version__` is an import of `gristmill`, `import gristmill.apps` of apps."""
    part = part_of(target)
    return part if part in MAY_IMPORT else "gristmill"


def dotted(node: ast.expr, names: dict[str, str]) -> str:
    """The full path that a name or an attribute of a name stands for, or ''."""
    if isinstance(node, ast.Name):
        return names.get(node.id, "")
    if isinstance(node, ast.Attribute) and (owner := dotted(node.value, names)):
        return f"{owner}.{node.attr}"
    return ""


def clock_and_chance(module: str, source: str) -> Iterator[str]:
    names = imported(module, source)
    yield from (f"{module} imports random" for path in names.values() if path.split(".")[0] == "random")
    if SOURCES_OF_CHANCE.isdisjoint(path.split(".")[0] for path in names.values()):
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name | ast.Attribute) and (path := dotted(node, names)) in CLOCK_AND_CHANCE:
            yield f"{module}:{node.lineno} uses {path}"
        if isinstance(node, ast.Call) and draws_without_seed(node, names):
            yield f"{module}:{node.lineno} draws without a seed"


def draws_without_seed(call: ast.Call, names: dict[str, str]) -> bool:
    return dotted(call.func, names) == "numpy.random.default_rng" and not (call.args or call.keywords)


def fixed_waits(module: str, source: str) -> Iterator[str]:
    if "wait_for_timeout" not in source:
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr == "wait_for_timeout":
            yield f"{module}:{node.lineno} waits for a fixed time"


@pytest.mark.slow
def test_imports_go_from_agents_to_snapshots_and_never_back() -> None:
    assert [line for module, text in sources().items() for line in wrong_imports(module, text)] == []


def test_every_core_module_has_its_place_among_the_layers() -> None:
    assert {part_of(module) for module in sources()} <= MAY_IMPORT.keys()


@pytest.mark.slow
def test_worlds_pages_and_verdicts_use_neither_clock_nor_chance() -> None:
    chosen = {name: text for name, text in sources().items() if part_of(name) in DETERMINISTIC}
    assert [line for module, text in chosen.items() for line in clock_and_chance(module, text)] == []


def test_nothing_waits_for_a_fixed_time() -> None:
    own = {
        str(path): path.read_text() for path in [*ROOT.glob("tests/**/*.py"), *ROOT.glob("benchmarks/*.py")]
    }
    assert [line for module, text in {**sources(), **own}.items() for line in fixed_waits(module, text)] == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("gristmill.snapshots.store", "from gristmill.apps.base import AppSpec"),
        ("gristmill.snapshots.store", "from gristmill import verifiers"),
        ("gristmill.apps.shop.services", "def late():\n    import gristmill.envs.env"),
        ("gristmill.apps.server.dispatcher", "from gristmill.plugins import load"),
        ("gristmill.apps.server.dispatcher", "from gristmill import __version__"),
        ("gristmill.verifiers.base", "from ..apps.base import Task"),
        ("gristmill.envs.env", "from gristmill.cli import main"),
        ("gristmill.envs.env", "import flask"),
        ("gristmill.cli.view", "from playwright.sync_api import Page"),
        ("gristmill.envs.vector.local", "import torch.nn as nn"),
    ],
)
def test_a_planted_import_against_the_order_is_caught(module: str, source: str) -> None:
    assert len(list(wrong_imports(module, source))) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("gristmill.envs.env", "from gristmill.apps.base import Task\nfrom gristmill.plugins import load"),
        ("gristmill.snapshots.store", "from gristmill.errors import SnapshotDamagedError"),
        ("gristmill.apps.shop.views", "from ..base import AppSpec\nfrom flask import Flask"),
        ("gristmill.cli.train", "from gristmill import __version__\nfrom gristmill.agents.base import Agent"),
        ("gristmill.agents.random", "import random, torch"),
    ],
)
def test_imports_in_the_order_are_let_through(module: str, source: str) -> None:
    assert list(wrong_imports(module, source)) == []


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\nmade_at = datetime.now()",
        "import datetime as dt\nmade_at = dt.datetime.utcnow()",
        "from datetime import date\nfield(default_factory=date.today)",
        "import time\ntime.time()",
        "from time import sleep as nap\nnap(1)",
        "import random",
        "from random import random",
        "import numpy as np\nrng = np.random.default_rng()",
    ],
)
def test_a_planted_clock_or_die_is_caught(source: str) -> None:
    assert len(list(clock_and_chance("gristmill.apps.shop.seed", source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "from time import monotonic\ndeadline = monotonic() + 1",
        "import numpy as np\nrng = np.random.default_rng(7)",
        "made_at = world.now()",
    ],
)
def test_deadlines_and_seeded_draws_are_let_through(source: str) -> None:
    assert list(clock_and_chance("gristmill.envs.env", source)) == []


def test_a_planted_fixed_wait_is_caught() -> None:
    assert list(fixed_waits("gristmill.envs.env", "page.wait_for_timeout(500)"))
