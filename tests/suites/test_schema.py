from pathlib import Path

import pytest

from gristmill.errors import InvalidOptionError, UnknownNameError
from gristmill.plugins import installed
from gristmill.suites import BUILT_IN, find_suite
from gristmill.suites.schema import parse_suite, parsed_seeds

ONE = '[[episodes]]\ntasks = ["Shop-AddToCart-v0"]\n'


def test_the_smoke_suite_has_every_app_kind_and_level_without_a_browser() -> None:
    keys = find_suite("smoke").episode_keys()
    families = [installed().family(key.task) for key in keys]
    everything = installed().families.values()
    assert {app for each in families for app in each.apps} == {"chat", "mail", "shop"}
    assert {each.kind for each in families} == {each.kind for each in everything}
    assert {each.level for each in families} == {each.level for each in everything}
    assert {key.engine for key in keys} == {"dom"}
    assert len(keys) < 60


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_built_in_suite_names_each_episode_once(name: str) -> None:
    suite = find_suite(name)
    keys = suite.episode_keys()
    assert (suite.name, len(set(keys))) == (name, len(keys))
    assert suite.description


def test_standard_and_full_have_every_family() -> None:
    for name in ("standard", "full"):
        assert {key.task for key in find_suite(name).episode_keys()} >= {
            task
            for task, family in installed().families.items()
            if set(family.apps) <= {"chat", "mail", "shop"}
        }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1", "unknown option 'x'. Available: episodes"),
        ("[[episodes]]\ntasks = [", "is no TOML"),
        ("episodes = []", "has no"),
        (f'{ONE}sede = "1"', "unknown option 'sede' in .* number 1. Did you mean seeds?"),
        ("[[episodes]]\ntasks = 3", "Expected `array`"),
        (f'{ONE}seeds = "5:1"', "seeds must be first:end"),
        (f"{ONE}seeds = [-1]", "seeds must be first:end"),
        ('[[episodes]]\ntasks = ["Shop-Chekout-v0"]', "'Shop-Chekout-v0'. Did you mean Shop-Checkout"),
        ('[[episodes]]\ntasks = ["Shap-*"]', "fits the pattern 'Shap-\\*'"),
        ('[[episodes]]\ntasks = ["Office-OrderAndTell-v0"]\nbrief = "ticket"', "not support brief='ticket'"),
        (f'{ONE}engine = "firefox"', "Unknown engine 'firefox'"),
        (f'{ONE}engine = "dom"\nobservation = "pixels"', "has no pixels"),
        (f'{ONE}split = "dev"', "Unknown split 'dev'"),
        (f'{ONE}skins = ["neon"]', "Unknown skin 'neon'"),
        (f"{ONE}skins = []", "skins is empty"),
        (f"{ONE}worlds = 99", "worlds must be"),
        (f'{ONE}[[episodes]]\ntasks = ["Shop-*"]\nnews = "late"', r"number 2: Unknown news 'late'"),
    ],
)  # fmt: skip
def test_an_error_names_the_suite_and_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(InvalidOptionError, match=message) as error:
        parse_suite(text, name="mine").episode_keys()
    assert "mine" in str(error.value)


def test_a_pattern_leaves_out_families_without_the_option() -> None:
    text = '[[episodes]]\ntasks = ["Office-*"]\nseeds = "0"\nnews = "midway"'
    tasks = {key.task for key in parse_suite(text, name="mine").episode_keys()}
    assert "Office-Injected-v0" in tasks
    assert "Office-Week-v0" not in tasks


def test_options_multiply_and_can_be_replaced() -> None:
    suite = parse_suite(f'{ONE}seeds = "3:5"\nskins = ["night", "varied"]\nsplit = "test"', name="mine")
    keys = suite.episode_keys()
    assert [(key.seed, key.skin) for key in keys] == [
        (3, "night"),
        (4, "night"),
        (3, "varied"),
        (4, "varied"),
    ]
    assert {key.wordings for key in keys} == {"test"}
    assert [
        key.seed for key in suite.with_options(seeds=(9,), skins=("default",), size=None).episode_keys()
    ] == [9]


def test_a_file_is_found_by_its_path_and_named_by_itself(tmp_path: Path) -> None:
    (tmp_path / "nightly.toml").write_text(ONE)
    assert find_suite(str(tmp_path / "nightly.toml")).name == "nightly"
    (tmp_path / "nightly.toml").write_text(f'name = "own"\n{ONE}')
    assert find_suite(str(tmp_path / "nightly.toml")).name == "own"
    with pytest.raises(InvalidOptionError, match="cannot be read"):
        find_suite(str(tmp_path / "none.toml"))
    with pytest.raises(UnknownNameError, match="smoke, standard, full"):
        find_suite("smok")


def test_seeds_are_ranges_or_lists_each_once() -> None:
    assert parsed_seeds("2:5") == (2, 3, 4)
    assert parsed_seeds("7") == (7,)
    assert parsed_seeds("4,1,4") == (4, 1)
    for text in ("", "a", "1:", "1:2:3", "0:200000", "1.5"):
        with pytest.raises(InvalidOptionError, match="0:50"):
            parsed_seeds(text)
