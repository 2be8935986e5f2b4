"""The conformance kit: a sound app clone passes, and each check catches what it is there for, alone."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from gristmill.apps.base import AppSpec
from gristmill.errors import InvalidOptionError, UnknownNameError
from gristmill.plugins import installed
from gristmill.testing import AppCheck, ConformanceError, Status, app_checks
from gristmill.testing.outcomes import Skipped

sys.path.insert(0, str(Path(__file__).parents[1] / "plugin"))

from stall.broken import APPS, BROKEN
from stall.sound import SOUND

pytestmark = pytest.mark.slow  # runs a conformance check per test

IN_BROWSER, ELSEWHERE = "dom-equals-chromium", "same-seed-same-rows"
MORE_SEEDS = {"other-ways-succeed:Stall-Rename-v0": 6}  # detours are taken on every fifth task
FILES: Mapping[str, tuple[str, str]] = {
    "scripts-settle": ("static/live.js", "// news\nnew WebSocket('/news');\n"),
    "only-css-that-dom-knows": ("static/page.css", ".a { & .b { display: none } }\n"),
    "only-fonts-that-are-shipped": ("static/page.css", "h1 { font: 700 20px/1.2 'Comic Sans MS' }\n"),
    "verifiers-name-tables-that-exist": (
        "judging.py",
        "from gristmill.apps.kit import inserts\n\nADDED = inserts('stall_wear', at_most=1)\n",
    ),
}  # fmt: skip
"""For each check of files, a file that it alone rejects."""


def checks_of(app: AppSpec, name: str, *, seeds: int = 2) -> list[AppCheck]:
    return app_checks(app, seeds=MORE_SEEDS.get(name, seeds))


def found(checks: list[AppCheck], name: str) -> AppCheck:
    return next(check for check in checks if check.name == name)


def failing(checks: list[AppCheck], *, but: tuple[str, ...]) -> dict[str, str]:
    outcomes = [check.run() for check in checks if check.name not in but]
    return {outcome.check: outcome.message for outcome in outcomes if not outcome.is_good}


@pytest.fixture(params=sorted(FILES))
def package(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of a package with one file that is wrong."""
    check, module = request.param, f"stall_{request.param.replace('-', '_')}"
    name, text = FILES[check]
    path = tmp_path / module / name
    path.parent.mkdir(parents=True)
    path.write_text(text)
    code = "from stall.sound import Stall\n\n\nclass Copy(Stall):\n    def create_app(self):\n"
    (tmp_path / module / "__init__.py").write_text(
        f"{code}        return super().create_app()\n\n\nAPP = Copy.spec()\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    yield module
    sys.modules.pop(module, None)


@pytest.mark.slow
def test_a_sound_app_passes_every_check() -> None:
    outcomes = [check.run() for check in app_checks(SOUND, seeds=1) if check.name != IN_BROWSER]
    assert {
        outcome.check: outcome.message for outcome in outcomes if outcome.status is not Status.PASSED
    } == {}


@pytest.mark.slow
@pytest.mark.browser
def test_a_sound_app_is_the_same_in_both_engines() -> None:
    assert found(app_checks(SOUND, seeds=1), IN_BROWSER).run().status is Status.PASSED


def test_there_is_a_broken_app_for_each_check() -> None:
    kinds = {name.partition(":")[0] for name in (*APPS, *FILES)}
    assert kinds == {check.name.partition(":")[0] for check in app_checks(SOUND)}


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    "name",
    [
        name if at % 5 == 0 else pytest.param(name, marks=pytest.mark.slow)
        for at, name in enumerate(name for name in APPS if name not in {IN_BROWSER, ELSEWHERE})
    ],
)
def test_a_broken_app_is_caught_by_its_check(name: str) -> None:
    outcome = found(checks_of(APPS[name], name), name).run()
    assert outcome.status is Status.FAILED
    assert outcome.problems


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [name if at % 12 == 0 else pytest.param(name, marks=pytest.mark.sweep) for at, name in enumerate(APPS)],
)
def test_a_broken_app_is_caught_by_its_check_alone(name: str) -> None:
    elsewhere = tuple({IN_BROWSER, ELSEWHERE} - {name})
    app = APPS[name] if name == ELSEWHERE else BROKEN[name].spec()  # one that no other test has used
    assert list(failing(checks_of(app, name), but=elsewhere)) == [name]


@pytest.mark.parametrize("is_alone", [False, pytest.param(True, marks=pytest.mark.sweep)])
def test_a_wrong_file_is_reported_with_its_line_by_its_check_alone(package: str, *, is_alone: bool) -> None:
    checks = app_checks(import_module(package).APP, seeds=1)
    if not is_alone:
        checks = [check for check in checks if check.name in FILES]
    problems = failing(checks, but=(IN_BROWSER, ELSEWHERE))
    assert [name.replace("-", "_") for name in problems] == [package.removeprefix("stall_")]
    (path, _) = next(text for name, text in FILES.items() if name in problems)
    assert all(f"{package}/{path}:" in message for message in problems.values())


def test_a_check_raises_what_pytest_reports() -> None:
    name = "links-lead-somewhere"
    with pytest.raises(ConformanceError, match=r"links-lead-somewhere: Every link leads.*\n.*wares/99"):
        found(app_checks(APPS[name]), name)()
    found(app_checks(SOUND), name)()
    with pytest.raises(Skipped, match=r"see .seed-writes-a-world"):
        found(app_checks(APPS["seed-writes-a-world"]), name)()


def test_an_expected_failure_is_strict() -> None:
    name, reason = "no-clock-or-chance", "to be rewritten"
    (declared,) = [c for c in app_checks(APPS[name], expected_failures={name: reason}) if c.name == name]
    assert declared.run().status is Status.EXPECTED
    declared()
    (passing,) = [c for c in app_checks(replace(SOUND, expected_failures={name: reason})) if c.name == name]
    assert passing.run().status is Status.UNEXPECTED
    with pytest.raises(ConformanceError, match=r"declared to fail .to be rewritten.: drop the declaration"):
        passing()


def test_an_expected_failure_needs_a_reason_and_a_check() -> None:
    with pytest.raises(InvalidOptionError, match="needs a reason"):
        app_checks(SOUND, expected_failures={"pages-answer": " "})
    with pytest.raises(UnknownNameError, match=r"Unknown check in expected_failures 'pages'"):
        app_checks(SOUND, expected_failures={"pages": "they do not"})


def test_checks_have_names_of_their_own_and_say_what_they_claim() -> None:
    checks = app_checks(SOUND)
    assert len({check.name for check in checks}) == len(checks) >= 35
    assert all(check.description.endswith(".") for check in checks)
    assert [str(check) for check in checks] == [check.name for check in checks]


def test_apps_under_test_leave_nothing_installed() -> None:
    found(app_checks(SOUND), "pages-answer")()
    assert "stall" not in installed().apps
