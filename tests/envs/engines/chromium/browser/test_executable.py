"""Where a browser is looked for, in which order, and what is said if there is none."""

from pathlib import Path

import pytest

from gristmill.envs.engines.chromium.browser.executable import COMMANDS, VARIABLE, find_browser, launch_flags
from gristmill.errors import BrowserNotFoundError


def executable(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.fixture(autouse=True)
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH of one empty folder, and no browser named by the environment."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv(VARIABLE, raising=False)
    return folder


@pytest.fixture
def playwrights(tmp_path: Path) -> Path:
    """Where Playwright would put its full Chromium; it is not there."""
    return tmp_path / "ms-playwright" / "chromium-1234" / "chrome-linux64" / "chrome"


def test_an_explicit_path_comes_first(tmp_path: Path, on_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = executable(tmp_path / "my browser")
    monkeypatch.setenv(VARIABLE, str(executable(tmp_path / "other")))
    executable(on_path / "chromium")
    found = find_browser(str(wanted))
    assert (found.path, found.source) == (wanted, "argument")


def test_the_variable_comes_before_playwright_and_the_path(
    tmp_path: Path, on_path: Path, playwrights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = executable(tmp_path / "other")
    monkeypatch.setenv(VARIABLE, str(wanted))
    executable(on_path / "chromium")
    executable(playwrights)
    found = find_browser(playwrights_own=str(playwrights))
    assert (found.path, found.source) == (wanted, VARIABLE)


def test_the_variable_may_name_a_command(on_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executable(on_path / "my-chromium")
    monkeypatch.setenv(VARIABLE, "my-chromium")
    assert find_browser().path == on_path / "my-chromium"


def test_an_empty_variable_counts_as_unset(on_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executable(on_path / "chromium")
    monkeypatch.setenv(VARIABLE, "")
    assert find_browser().source == "PATH"


def test_playwrights_headless_shell_comes_before_its_full_browser_and_the_path(
    on_path: Path, playwrights: Path
) -> None:
    executable(on_path / "chromium")
    executable(playwrights)
    assert find_browser(playwrights_own=str(playwrights)).path == playwrights
    shell = executable(
        playwrights.parents[2] / "chromium_headless_shell-1234" / "chrome-linux" / "chrome-headless-shell"
    )
    found = find_browser(playwrights_own=str(playwrights))
    assert (found.path, found.source) == (shell, "Playwright")


def test_a_headless_shell_of_another_playwright_is_left_alone(on_path: Path, playwrights: Path) -> None:
    executable(
        playwrights.parents[2] / "chromium_headless_shell-999" / "chrome-linux" / "chrome-headless-shell"
    )
    executable(on_path / "chromium")
    assert find_browser(playwrights_own=str(playwrights)).source == "PATH"


def test_commands_on_the_path_are_tried_in_order(on_path: Path) -> None:
    for command in reversed(COMMANDS):
        executable(on_path / command)
        assert find_browser().path == on_path / command


def test_a_file_that_cannot_be_run_is_no_browser(on_path: Path) -> None:
    (on_path / "chromium").write_text("")
    with pytest.raises(BrowserNotFoundError):
        find_browser()


@pytest.mark.parametrize("is_explicit", [True, False])
def test_a_named_browser_that_is_not_there_is_an_error_even_if_others_are(
    on_path: Path, monkeypatch: pytest.MonkeyPatch, is_explicit: bool
) -> None:
    executable(on_path / "chromium")
    monkeypatch.setenv(VARIABLE, "/nowhere/chromium")
    with pytest.raises(BrowserNotFoundError, match=r"names '/nowhere/\w+'") as error:
        find_browser("/nowhere/mine" if is_explicit else None)
    assert ("argument" if is_explicit else VARIABLE) in str(error.value)


def test_without_any_browser_the_error_tells_each_way_to_get_one(playwrights: Path) -> None:
    with pytest.raises(BrowserNotFoundError) as error:
        find_browser(playwrights_own=str(playwrights))
    for way in ("playwright install", "apt-get install", VARIABLE):
        assert way in str(error.value)


def test_a_folder_is_no_browser(tmp_path: Path) -> None:
    with pytest.raises(BrowserNotFoundError):
        find_browser(str(tmp_path))


def test_flags_let_only_the_host_be_reached() -> None:
    assert "--host-resolver-rules=MAP *.test:80 127.0.0.1:4711, MAP * ~NOTFOUND" in launch_flags(4711)
