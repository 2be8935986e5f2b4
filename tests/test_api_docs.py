"""`docs/api.md` lists what there is: options, keys, actions and errors, no more and no less."""

import inspect
import re
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import gymnasium as gym
import pytest

from gristmill import RayVectorEnv, WebEnv, WebVectorEnv, errors
from gristmill.envs.actions.grammar import arguments
from gristmill.envs.actions.types import VERBS
from gristmill.envs.engines.base import ObservationMode, Viewport
from gristmill.envs.spaces import PageText, observation_space

API = (Path(__file__).parents[1] / "docs" / "api.md").read_text()
TASK = "Shop-AddToCart-v0"
Row = list[str]
OF_OTHERS = {"task": (), "verdict": ("name", "passed", "detail", "kind"), "outline": ("aria",)}
"""What the descriptions of infos name besides attributes."""


def tables(heading: str) -> list[list[Row]]:
    """The tables of a section, each a list of rows without the header."""
    section = re.search(rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", API, re.MULTILINE | re.DOTALL)
    assert section is not None, f"docs/api.md has no section {heading!r}."
    found = re.findall(r"(?:^\|.*\n)+", section[1], re.MULTILINE)
    return [[cells(line) for line in table.splitlines()[2:]] for table in found]


def cells(line: str) -> Row:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def names(cell: str) -> list[str]:
    """What stands in backticks."""
    return re.findall(r"`([^`]+)`", cell)


def options_of(made: Callable[..., Any], *, without: set[str]) -> dict[str, str]:
    """The options of a class by name, with their defaults as written in the docs."""
    parameters = inspect.signature(made).parameters.values()
    return {
        each.name: written(each.default)
        for each in parameters
        if each.name not in without and each.kind is not inspect.Parameter.VAR_KEYWORD
    }


def written(default: object) -> str:
    if isinstance(default, Enum):
        return str(default)
    return f'"{default}"' if isinstance(default, str) else repr(default)


def documented(heading: str) -> dict[str, str]:
    return {names(row[0])[0]: names(row[1])[0] for row in tables(heading)[0]}


def test_every_option_of_an_environment_is_documented_with_its_default() -> None:
    assert documented("Options of gym.make") == options_of(WebEnv, without={"task"})


def test_every_option_of_a_vector_is_documented_with_its_default() -> None:
    assert documented("Options of gym.make_vec") == options_of(WebVectorEnv, without={"task"})


def test_every_option_of_a_ray_vector_is_documented_with_its_default() -> None:
    shared = options_of(WebVectorEnv, without=set())
    own = {
        name: default
        for name, default in options_of(RayVectorEnv, without=set()).items()
        if name not in shared
    }
    assert documented("Options of RayVectorEnv") == own


def test_every_observation_key_is_documented_with_its_length() -> None:
    space = observation_space(ObservationMode("aria+pixels"), Viewport(width=640, height=480))
    spaces = {
        key: f"text, {each.max_length:,}" if isinstance(each, PageText) else "uint8, (height, width, 3)"
        for key, each in space.spaces.items()
    }
    assert {names(row[0])[0]: row[1] for row in tables("Observation")[0]} == spaces


@pytest.fixture(scope="module")
def infos() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The infos of a reset and a step."""
    env = gym.make(TASK, engine="dom")
    yield env.reset(seed=0)[1], env.step("scroll down")[4]
    env.close()


def test_every_info_key_is_documented(infos: tuple[dict[str, Any], dict[str, Any]]) -> None:
    keys = [names(row[0])[0] for row in tables("Info")[0]]
    assert [set(keys)] * 2 == [set(info) for info in infos]


def test_the_attributes_of_infos_are_documented(infos: tuple[dict[str, Any], dict[str, Any]]) -> None:
    meanings = {names(row[0])[0]: names(row[2]) for row in tables("Info")[0]}
    for key in ("task", "verdict", "outline"):
        attributes = [each.partition("(")[0] for each in meanings[key] if each not in OF_OTHERS[key]]
        assert [each for each in attributes if not hasattr(infos[1][key], each)] == []
    assert set(infos[1]["task"].to_json()) < {each.removesuffix("()") for each in meanings["task"]}


@pytest.mark.parametrize("needs_pixels", [False, True])
def test_every_action_is_documented_with_its_arguments(needs_pixels: bool) -> None:
    table = tables("Actions")[1 if needs_pixels else 0]
    actions = {
        verb: list(arguments(action)) for verb, action in VERBS.items() if action.needs_pixels is needs_pixels
    }
    assert {names(row[0])[0]: names(row[1]) for row in table} == actions


def test_every_argument_is_documented() -> None:
    described = [name for row in tables("Actions")[2] for name in names(row[0])]
    assert set(described) == {name for action in VERBS.values() for name in arguments(action)}


def test_every_error_is_documented() -> None:
    raised = {
        name
        for name, each in vars(errors).items()
        if inspect.isclass(each)
        and issubclass(each, errors.GristmillError)
        and each is not errors.GristmillError
    }
    listed = {names(row[0])[0] for row in tables("Errors")[0]}
    assert listed == raised | {"gymnasium.error.ResetNeeded"}


def test_every_documented_method_exists() -> None:
    listed = [names(row[0])[0].removesuffix("()") for row in tables("Methods of env.unwrapped")[0]]
    assert [name for name in listed if not hasattr(WebEnv, name)] == []


def test_the_answer_key_is_called_that() -> None:
    assert '**`info["task"].terms` and `.ends_with` are the answer key**' in API
