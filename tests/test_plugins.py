"""App clones are found by entry point; one that is broken is named and takes no other along."""

import subprocess
import sys
from importlib.metadata import EntryPoint
from types import ModuleType
from typing import Any

import pytest

from gristmill import plugins
from gristmill.apps.base import AppSpec, TaskFamily, TaskRegistry
from gristmill.entries import GROUP
from gristmill.errors import PluginError, UnknownNameError
from gristmill.plugins import Catalogue, installed, load, new_families


class Idle(TaskFamily):
    """Do nothing."""

    def draw(self, world: Any, rng: Any, *, seed: int, split: str, wordings: str) -> Any: ...
    def verify(self, task: Any, evidence: Any) -> Any: ...
    def oracle(self, view: Any) -> str:
        return "done"


class Unfinished(TaskFamily):
    """Lacks its verifier and its oracle."""

    def draw(self, world: Any, rng: Any, *, seed: int, split: str, wordings: str) -> Any: ...


class Stubborn(Idle):
    """Cannot be made."""

    def __init__(self) -> None:
        raise RuntimeError("no")


def spec(name: str, **tasks: type[TaskFamily]) -> AppSpec:
    registry = TaskRegistry(name)
    for task, family in tasks.items():
        registry.add(f"Desk-{task}-v0", max_steps=3)(type(family.__name__, (family,), {}))
    return AppSpec(
        name=name,
        title=name,
        version="1",
        create_app=lambda: None,  # type: ignore[arg-type, return-value]
        seed=lambda world, rng: None,
        tasks=registry,
    )


@pytest.fixture
def stranger(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = ModuleType("a_strangers_apps")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module


def entry(module: ModuleType, name: str, app: object) -> EntryPoint:
    setattr(module, name, app)
    return EntryPoint(name, f"{module.__name__}:{name}", GROUP)


def test_apps_and_their_families_are_loaded(stranger: ModuleType) -> None:
    catalogue = load(
        [entry(stranger, "desk", spec("desk", Idle=Idle)), entry(stranger, "lamp", spec("lamp", Sleep=Idle))]
    )
    assert list(catalogue.apps) == ["desk", "lamp"]
    assert list(catalogue.families) == ["Desk-Idle-v0", "Desk-Sleep-v0"]
    assert catalogue.families["Desk-Sleep-v0"].apps == ("lamp",)
    assert catalogue.broken == {}


@pytest.mark.parametrize(
    ("app", "told"),
    [
        ("a string", "str, neither AppSpec nor TaskRegistry"),
        (AppSpec, "type, neither AppSpec nor TaskRegistry"),
        (spec("desk", Ready=Unfinished), "TypeError"),
        (spec("desk", Ready=Idle, Broken=Unfinished), "verify"),
        (spec("desk", Ready=Stubborn), "RuntimeError: no"),
    ],
)
def test_a_broken_app_is_left_out_whole_and_the_rest_stays(
    stranger: ModuleType, app: object, told: str
) -> None:
    catalogue = load([entry(stranger, "bad", app), entry(stranger, "good", spec("good", Idle=Idle))])
    assert list(catalogue.apps) == ["good"]
    assert list(catalogue.families) == ["Desk-Idle-v0"]
    assert told in catalogue.broken["bad"]


def test_an_app_whose_module_is_missing_or_raises_is_left_out(stranger: ModuleType) -> None:
    catalogue = load(
        [
            EntryPoint("gone", "no_such_module_anywhere:APP", GROUP),
            EntryPoint("empty", f"{stranger.__name__}:APP", GROUP),
            entry(stranger, "good", spec("good")),
        ]
    )
    assert list(catalogue.apps) == ["good"]
    assert "ModuleNotFoundError" in catalogue.broken["gone"]
    assert "AttributeError" in catalogue.broken["empty"]


@pytest.mark.parametrize("second", [spec("desk"), spec("other", Idle=Idle)])
def test_a_taken_name_or_task_id_is_refused_and_the_first_stays(
    stranger: ModuleType, second: AppSpec
) -> None:
    first = spec("desk", Idle=Idle)
    catalogue = load([entry(stranger, "first", first), entry(stranger, "second", second)])
    assert catalogue.apps == {"desk": first}
    assert "is already taken" in catalogue.broken["second"]


def test_two_broken_apps_under_one_name_are_both_reported(stranger: ModuleType) -> None:
    catalogue = load([EntryPoint("bad", "gone_one:APP", GROUP), EntryPoint("bad", "gone_two:APP", GROUP)])
    assert "gone_one" in str(catalogue.broken)
    assert "gone_two" in str(catalogue.broken)


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    catalogue = load([])
    with pytest.raises(UnknownNameError, match="Available: none"):
        catalogue.app("shop")
    with pytest.raises(UnknownNameError, match="Shop-Checkout-v0"):
        installed().family("Shop-Checkout-v1")
    with pytest.raises(UnknownNameError, match="shop"):
        installed().app("mail1")
    assert Catalogue() == catalogue


def test_our_own_apps_come_by_entry_point_and_are_sound() -> None:
    assert installed().broken == {}
    assert "shop" in installed().apps
    assert installed() is installed()


@pytest.mark.slow
def test_threads_that_ask_at_once_all_get_every_app_clone() -> None:
    code = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from threading import Barrier\n"
        "from gristmill.plugins import installed\n"
        "barrier = Barrier(8)\n"
        "def ask(_):\n"
        "    barrier.wait()\n"
        "    return 'Shop-Checkout-v0' in installed().families\n"
        "with ThreadPoolExecutor(8) as pool:\n"
        "    assert all(pool.map(ask, range(8)))\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_entry_points_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = installed()

    def read_again() -> list[EntryPoint]:
        raise AssertionError("Reading entry points takes milliseconds, and this is asked at each reset.")

    monkeypatch.setattr(plugins, "entries", read_again)
    assert installed() is catalogue


def test_an_entry_point_may_name_task_families_on_other_app_clones() -> None:
    tasks = TaskRegistry("errands")

    @tasks.add("Errands-Buy-v0", max_steps=3, apps=("shop",))
    class Buy(Idle):
        """Buy something."""

    families = new_families(tasks, installed().apps, installed().families)
    assert list(families) == ["Errands-Buy-v0"]
    assert families["Errands-Buy-v0"].apps == ("shop",)


def test_families_without_an_app_clone_must_name_their_apps() -> None:
    tasks = TaskRegistry("errands")

    @tasks.add("Errands-Buy-v0", max_steps=3)
    class Buy(Idle):
        """Buy something."""

    with pytest.raises(PluginError, match="must name their apps with `apps=`: Errands-Buy-v0"):
        new_families(tasks, installed().apps, installed().families)


def test_families_across_apps_may_lie_in_the_package_of_an_app_clone() -> None:
    """The tables of the package are its app clone's, whichever entry point is loaded first."""
    names = {"venues": "gristmill_venues:APP", "across": "gristmill_venues.across:TASKS"}
    entries = [EntryPoint(name=name, value=value, group="gristmill.apps") for name, value in names.items()]
    loader = plugins.Loader(entries[::-1])
    assert loader._shares_tables(entries[1], TaskRegistry("across"))
    assert not loader._shares_tables(entries[0], installed().app("shop"))
    assert not plugins.Loader(entries[1:])._shares_tables(entries[1], TaskRegistry("across"))
