"""Ids are known without loading app clones, in any order of imports; faulty plugins are left out."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gristmill.apps.shop import APP
from gristmill.entries import entries, index_path, read_index, write_index

Run = Callable[..., Any]
IDS = "[i for i in __import__('gymnasium').registry if i.startswith(('Shop-', 'Plugin-'))]"
LOADED = "'sqlalchemy' in sys.modules"
SHOP = [family.id for family in APP.tasks]
LIMITS = dict.fromkeys([*SHOP, "Plugin-Desk-v0"], 3)

MODELS = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship
from gristmill.apps.world.models import Model

class {cls}(Model):
    __tablename__ = "{table}"
    id: Mapped[int] = mapped_column(primary_key=True)
    {line}
"""


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where all tests of this module keep built worlds."""
    return tmp_path_factory.mktemp("worlds")


@pytest.fixture
def run(tmp_path: Path, worlds: Path) -> Run:
    """Runs statements in a fresh interpreter that sees a site folder; gives the value of an expression."""
    (tmp_path / "cache" / "gristmill").mkdir(parents=True, exist_ok=True)
    (tmp_path / "cache" / "gristmill" / "snapshots").symlink_to(worlds)

    def fresh(site: Path, statements: str, value: str, cache: Path = tmp_path / "cache") -> Any:
        path = os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")])
        done = subprocess.run(
            [
                sys.executable,
                "-W",
                "ignore",
                "-c",
                f"import json, sys\n{statements}\nprint(json.dumps({value}))",
            ],
            env=os.environ | {"PYTHONPATH": path, "XDG_CACHE_HOME": str(cache)},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return fresh


@pytest.mark.slow
def test_the_second_import_knows_all_ids_without_loading_an_app(distribution: Run, run: Run) -> None:
    site = distribution("desk")
    for loads in (True, False):
        assert run(site, "import gristmill", f"[{LOADED}, {IDS}]") == [loads, [*SHOP, "Plugin-Desk-v0"]]
    assert run(site, "import gymnasium, gristmill", IDS) == [*SHOP, "Plugin-Desk-v0"]


@pytest.fixture
def index(distribution: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The index that a process leaves which loaded all app clones, among them a plugin."""
    site = distribution("desk", files={"more.json": "{}", "tasks/late.py": ""})
    monkeypatch.syspath_prepend(site)
    folder, found = tmp_path / "cache" / "gristmill", entries()
    write_index(folder, found, LIMITS, [site / "desk_plugin"])
    assert read_index(folder, found) == LIMITS
    return index_path(folder, found)


@pytest.mark.parametrize("file", ["__init__.py", "more.json", "tasks/late.py"])
def test_an_index_is_not_read_once_a_file_of_a_plugin_changed(tmp_path: Path, index: Path, file: str) -> None:
    with (tmp_path / "site" / "desk_plugin" / file).open("a") as changed:
        changed.write("\n")
    assert read_index(index.parent, entries()) is None


@pytest.mark.parametrize("spoil", ["{", "[]", '{"fingerprint": 1}', "\0"])
def test_a_damaged_index_is_not_read(index: Path, spoil: str) -> None:
    index.write_text(spoil)
    assert read_index(index.parent, entries()) is None


@pytest.mark.slow
def test_a_damaged_index_is_rebuilt(index: Path, tmp_path: Path, run: Run) -> None:
    index.write_text("{")
    assert run(tmp_path / "site", "import gristmill", f"[{LOADED}, {IDS}]") == [
        True,
        [*SHOP, "Plugin-Desk-v0"],
    ]
    assert run(tmp_path / "site", "import gristmill", LOADED) is False


@pytest.mark.slow
def test_a_plugin_that_changes_is_loaded_again(tmp_path: Path, index: Path, run: Run) -> None:
    changed = tmp_path / "site" / "desk_plugin" / "__init__.py"
    changed.write_text(changed.read_text().replace("max_steps=3", "max_steps=4") + "\n")
    limit = "__import__('gymnasium').spec('Plugin-Desk-v0').max_episode_steps"
    for loads in (True, False):
        assert run(tmp_path / "site", "import gristmill", f"[{LOADED}, {limit}]") == [loads, 4]


@pytest.mark.slow
@pytest.mark.usefixtures("index")
def test_a_plugin_that_comes_or_goes_changes_the_ids(distribution: Run, run: Run) -> None:
    site = distribution("lamp")
    assert run(site, "import gristmill", IDS) == [*SHOP, "Plugin-Desk-v0", "Plugin-Lamp-v0"]
    assert run(site.parent, "import gristmill", IDS) == SHOP


@pytest.mark.slow
def test_where_nothing_can_be_kept_everything_is_loaded(distribution: Run, run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ids = run(distribution("desk"), "import gristmill", f"[{LOADED}, {IDS}]", tmp_path / "file")
    assert ids == [True, [*SHOP, "Plugin-Desk-v0"]]


ORDERS = ["import desk_plugin", "import desk_plugin, gymnasium", "import gymnasium, desk_plugin"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("order", "is_indexed"),
    [
        (ORDERS[0], False),
        (ORDERS[2], True),
        *(pytest.param(order, False, marks=pytest.mark.sweep) for order in ORDERS[1:]),
        *(pytest.param(order, True, marks=pytest.mark.sweep) for order in ORDERS[:2]),
    ],
)
def test_a_plugin_may_be_imported_before_gristmill(
    index: Path, tmp_path: Path, run: Run, order: str, *, is_indexed: bool
) -> None:
    if not is_indexed:
        index.unlink()
    play = (
        f"{order}\nimport gristmill, gymnasium\nenv = gymnasium.make('Plugin-Desk-v0', engine='dom')\n"
        "env.reset(seed=0)\nsuccess = env.step('done')[4]['success']\nenv.close()\n"
        "from gristmill.plugins import installed"
    )
    found = run(tmp_path / "site", play, f"[{IDS}, success, dict(installed().broken)]")
    assert found == [[*SHOP, "Plugin-Desk-v0"], True, {}]


USE = (
    "{first}\nimport gristmill, gymnasium\nfrom gristmill.plugins import installed\n"
    "broken, resets = dict(installed().broken), []\n"
    "for task in ('Shop-AddToCart-v0', 'Plugin-Lamp-v0'):\n"
    "    env = gymnasium.make(task, engine='dom', size='small')\n"
    "    resets.append(env.reset(seed=0)[1]['task'].family)\n"
    "    env.close()"
)
FAULTS = {
    "a bad relationship": ("Thing", "desk_thing", 'other: Mapped["Nowhere"] = relationship()', "Nowhere"),
    "another's prefix": ("Extra", "shop_extra", "", "'shop_extra' must be called 'desk_...'"),
    "no prefix": ("Bare", "thing", "", "'thing' must be called 'desk_...'"),
    "the world's prefix": ("Bare", "world_thing", "", "'world_thing' must be called 'desk_...'"),
    "a taken table": ("Taken", "shop_order", "", "already defined"),
    "another's rows": (
        "Thing",
        "desk_thing",
        'p: Mapped[int] = mapped_column(ForeignKey("shop_product.id"))',
        "refers to shop_product.id",
    ),
    "no rows": (
        "Thing",
        "desk_thing",
        'p: Mapped[int] = mapped_column(ForeignKey("desk_nothing.id"))',
        "which does not exist",
    ),
    "an ambiguous class": ("Variant", "desk_variant", "", None),
}


@pytest.mark.slow
def test_plugins_with_faulty_tables_are_left_out_together_and_the_others_work(
    distribution: Run, run: Run
) -> None:
    distribution("lamp", "from . import models", files={"models.py": LAMP})
    told = {}
    for number, (cls, table, line, why) in enumerate(FAULTS.values()):
        name = f"p{number}"
        models = MODELS.format(cls=cls, table=table.replace("desk_", f"{name}_"), line=line or "pass")
        site = distribution(
            name, "from . import models", files={"models.py": models.replace("desk_", f"{name}_")}
        )
        if why:
            told[name] = why.replace("desk_", f"{name}_")
    broken, resets = run(site, USE.format(first="import gristmill"), "[broken, resets]")
    assert resets == ["Shop-AddToCart-v0", "Plugin-Lamp-v0"]
    assert list(broken) == list(told)
    for name, why in told.items():
        assert why in broken[name]
        assert f"{site / name}_plugin" in broken[name]
        assert "line " in broken[name]


@pytest.mark.slow
@pytest.mark.sweep
@pytest.mark.parametrize("first", ["import gristmill", "import desk_plugin"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_plugin_with_faulty_tables_is_left_out_by_file_and_line_and_the_others_work(
    distribution: Run, run: Run, fault: str, first: str
) -> None:
    cls, table, line, told = FAULTS[fault]
    distribution("lamp", "from . import models", files={"models.py": LAMP})
    models = MODELS.format(cls=cls, table=table, line=line or "pass")
    site = distribution("desk", "from . import models", files={"models.py": models})
    if first == "import desk_plugin":
        first = "try:\n    import desk_plugin\nexcept Exception: pass"
    broken, resets = run(site, USE.format(first=first), "[broken, resets]")
    assert resets == ["Shop-AddToCart-v0", "Plugin-Lamp-v0"]
    if told is None:
        return
    assert list(broken) == ["desk"]
    assert told in broken["desk"]
    assert f"{site / 'desk_plugin'}" in broken["desk"]
    assert "line " in broken["desk"]


LAMP = MODELS.format(cls="Bulb", table="lamp_bulb", line="")
