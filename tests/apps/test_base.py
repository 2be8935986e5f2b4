"""App clones and task families are refused early if they break the contract."""

import dataclasses
from typing import Any

import pytest

from gristmill.apps.base import AppSpec, TaskFamily, TaskRegistry
from gristmill.errors import PluginError


class Idle(TaskFamily):
    """Do nothing.

    More words.
    """

    def draw(self, world: Any, rng: Any, *, seed: int, split: str, wordings: str) -> Any: ...
    def verify(self, task: Any, evidence: Any) -> Any: ...
    def oracle(self, view: Any) -> str:
        return "done"


def spec(name: str) -> AppSpec:
    return AppSpec(
        name=name,
        title="T",
        version="1",
        create_app=lambda: None,  # type: ignore[arg-type, return-value]
        seed=lambda world, rng: None,
        tasks=TaskRegistry(name),
    )


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "world", "reserved by Gristmill"),
        ("public_sequences", "orders", "each letter of which would be a name"),
        ("bookkeeping", "app_seen", r"frozenset\(\{'app_seen'\}\)"),
        ("name", "gristmill", "reserved by Gristmill"),
        ("contract", 2, "set contract=1"),
        ("contract", "1", "set contract=1"),
        ("skins", (), "'default' among them"),
        ("skins", ("dark",), "'default' among them"),
        ("skins", ("default", "Dark Mode"), "different words such as 'high-contrast'"),
        ("skins", ("default", "dark", "dark"), "different words"),
        ("needs", {"scripts", "wings"}, "needs wings, .* Available: layout, pixels, scripts"),
    ],
)
def test_an_invalid_app_spec_is_rejected(field: str, value: object, message: str) -> None:
    with pytest.raises(PluginError, match=message):
        dataclasses.replace(spec("desk"), **{field: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "task_id", ["", "shop-Buy-v0", "Shop-Buy", "Shop-Buy-v", "Shop_Buy-v0", "Shop-Buy-v0 ", "Buy-v0"]
)
def test_a_malformed_task_id_is_refused_with_the_right_shape(task_id: str) -> None:
    with pytest.raises(PluginError, match="App-Task-v0"):
        TaskRegistry("shop").add(task_id, max_steps=3)


def test_a_task_id_is_given_once() -> None:
    tasks = TaskRegistry("shop")
    tasks.add("Shop-Idle-v0", max_steps=3)(Idle)
    with pytest.raises(PluginError, match="twice"):
        tasks.add("Shop-Idle-v0", max_steps=3)


def test_a_registered_family_knows_its_id_limits_and_apps() -> None:
    tasks = TaskRegistry("shop")
    family = tasks.add("Shop-Idle-v0", tags=("easy",), max_steps=3, apps=("shop", "mail"))(Idle)
    assert list(tasks) == [family]
    assert (family.id, family.tags, family.max_steps) == ("Shop-Idle-v0", ("easy",), 3)
    assert family.apps == ("shop", "mail")
    assert family.summary() == "Do nothing."


def test_success_passes_unless_a_family_says_that_it_is_final() -> None:
    assert not TaskRegistry("shop").add("Shop-Idle-v0", max_steps=3)(Idle).success_is_final
    add = TaskRegistry("shop").add("Shop-Idle-v0", max_steps=3, success_is_final=True)
    assert add(Idle).success_is_final


def test_a_family_uses_its_own_app_by_default() -> None:
    assert TaskRegistry("shop").add("Shop-Idle-v0", max_steps=3)(Idle).apps == ("shop",)


@pytest.mark.parametrize("name", ["", "Shop", "my-shop", "my_shop", "1shop", "shop.test", "shop ", "shop\n"])
def test_an_app_is_named_by_one_lower_case_word(name: str) -> None:
    with pytest.raises(PluginError, match="lower-case word"):
        spec(name)


def test_an_apps_host_and_tables_follow_from_its_name() -> None:
    from gristmill.apps.shop import APP

    assert APP.host == "shop.test"
    names = [table.name for table in APP.tables]
    assert "shop_order" in names
    assert all(name.startswith("shop_") for name in names)
    assert names.index("shop_product") < names.index("shop_variant")
    assert spec("sho").tables == []


def test_a_spec_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        spec("shop").version = "2"  # type: ignore[misc]
