import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import IO
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from click.testing import Result

from gristmill.apps.world.choice import WorldChoice, WorldSize
from gristmill.cli.play import has_display, judged, reachable, served
from gristmill.cli.world_options import Choices
from gristmill.errors import EngineFault

HOSTS = {"shop.test": "http://127.0.0.1:4000", "mail.test": "http://127.0.0.1:4001"}


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://shop.test/", "http://127.0.0.1:4000/"),
        ("http://shop.test", "http://127.0.0.1:4000/"),
        ("http://mail.test/search?q=lamp", "http://127.0.0.1:4001/search?q=lamp"),
    ],
)
def test_a_page_is_reached_at_the_port_of_its_app(url: str, address: str) -> None:
    assert reachable(url, HOSTS) == address


@pytest.fixture
def game() -> Iterator[subprocess.Popen[str]]:
    """A game whose input is a pipe, on a machine where no window may open."""
    command = [
        sys.executable,
        "-m",
        "gristmill",
        "play",
        "Shop-AddToCart-v0",
        "--seed",
        "3",
        "--no-headed",
    ]
    game = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    yield game
    game.kill()
    game.communicate()


def address(game: subprocess.Popen[str]) -> str:
    """The address that it prints."""
    output: IO[str] = game.stdout  # type: ignore[assignment]
    for line in output:
        if found := re.fullmatch(r"Open +(http://127\.0\.0\.1:\d+/)\n", line):
            return found[1]
    raise AssertionError("no address was printed")


@pytest.mark.slow
def test_a_person_sees_the_shop_is_judged_and_leaves_nothing_open(game: subprocess.Popen[str]) -> None:
    start = address(game)
    with urlopen(start, timeout=20) as page:
        assert "Marlowick" in page.read().decode()
    output, errors = game.communicate("\nn\n", timeout=20)
    assert (game.returncode, errors) == (0, "")
    assert "Not yet, reward 0" in output
    assert re.search(r"nothing else changed +passed", output)
    with pytest.raises(URLError):
        urlopen(start, timeout=5)


@pytest.mark.slow
def test_ctrl_c_is_a_way_to_leave(game: subprocess.Popen[str]) -> None:
    start = address(game)
    assert game.stdout is not None
    assert game.stdout.read(1) == "P"  # it asks
    game.send_signal(signal.SIGINT)
    _, errors = game.communicate(timeout=20)
    assert (game.returncode, errors) == (0, "")
    with pytest.raises(URLError):
        urlopen(start, timeout=5)


def test_worlds_size_and_wordings_are_those_that_were_asked_for() -> None:
    choices = Choices(split="test", wordings="train", worlds=2, size="small")
    found = set()
    for seed in range(6):
        with served("Shop-AddToCart-v0", seed=seed, choices=choices) as (episode, _):
            found.add(episode.task.world)
            assert (episode.task.split, episode.task.wordings) == ("test", "train")
    assert found == {WorldChoice(seed=seed, size=WorldSize.SMALL) for seed in (2, 4)}


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (["--worlds", "65"], "from 1 to 64, not 65"),
        (["--skin", "neon"], "Unknown skin 'neon'. Available: default"),
        (["--wordings", "odd"], "Unknown wordings 'odd'. Available: train, test"),
        (["--split", "odd"], "Unknown split 'odd'. Available: train, test"),
        (["--size", "huge"], "'huge' is not one of 'small', 'standard', 'large'"),
    ],
)
@pytest.mark.parametrize("command", [["play", "Shop-AddToCart-v0"], ["demo"]])
def test_what_there_is_none_of_is_refused_before_anything_starts(
    run: Callable[..., Result], command: list[str], option: list[str], message: str
) -> None:
    result = run(*command, *option)
    assert result.exit_code != 0
    assert message in result.output


def test_a_failed_app_clone_is_an_error_instead_of_a_verdict() -> None:
    with served("Shop-AddToCart-v0", seed=0, choices=Choices()) as (episode, _):
        episode.session.fault = ZeroDivisionError("a bug")
        with pytest.raises(EngineFault, match="ZeroDivisionError: a bug"):
            judged(episode, None)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is one")
@pytest.mark.parametrize(
    ("variable", "expected"), [("DISPLAY", True), ("WAYLAND_DISPLAY", True), ("TERM", False)]
)
def test_a_display_is_detected_from_the_environment(
    variable: str, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, ":0")
    assert has_display() is expected


@pytest.mark.slow
def test_ones_own_changes_count_and_the_end_of_input_asks_for_the_verdict(
    game: subprocess.Popen[str],
) -> None:
    start = address(game)
    with urlopen(start, timeout=20) as page:
        product = re.search(r'href="(/p/[^"]+|/product[^"]+)"', page.read().decode())
    assert product is not None
    with urlopen(start.rstrip("/") + product[1], timeout=20) as page:
        html = page.read().decode()
    options = re.findall(r'<input type="radio" name="(\w+)" value="([^"]+)" checked>', html)
    action = re.search(r'<form[^>]+action="(/p/[^"]+/add)"', html)
    assert action is not None
    body = urlencode({**dict(options), "quantity": "1"}).encode()
    with urlopen(Request(start.rstrip("/") + action[1], data=body), timeout=20) as page:
        assert page.status == 200
    output, errors = game.communicate("", timeout=20)
    assert (game.returncode, errors) == (0, "")
    assert output.count("Not yet, reward 0") == 1
    assert re.search(r"one cart line +passed", output)
