"""What is wrong with an app clone is reported by name, file and line, within a deadline, and never scored."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.metadata import EntryPoint
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from flask import Flask, render_template

from gristmill import Evidence, Task, Verdict, View
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.runtime import Runtime
from gristmill.plugins import added, load
from gristmill.testing import Status, app_checks

sys.path.insert(0, str(Path(__file__).parents[1] / "plugin"))

from stall.sound import HOME, Rename, Stall

HERE = __file__
ENOUGH_S = 30.0
HEAD = "from gristmill import AppSpec, Model, TaskFamily, TaskRegistry\n"
FAMILY = """
TASKS = TaskRegistry("{name}")

@TASKS.add("{id}", max_steps=5)
class Do(TaskFamily):
    '''Do it.'''

    def draw(self, world, rng, *, seed, split, wordings): ...
    def verify(self, task, evidence): ...
    def oracle(self, view): ...

APP = AppSpec(name="{name}", title="T", version="1", create_app=print, seed=print, tasks=TASKS)
"""
MODEL = """
from sqlalchemy.orm import Mapped, mapped_column

class Row(Model):
    __tablename__ = "{table}"
    {column}
"""
KEYED = "id: Mapped[int] = mapped_column(primary_key=True)"


class WithPage(Stall):
    """A stall with one more page, which tests override."""

    home_template = HOME.replace("<h1>Wares</h1>", '<h1>Wares</h1><a href="/extra">Extra</a>')

    def add_rules(self, app: Flask) -> None:
        super().add_rules(app)
        app.add_url_rule("/extra", "extra", self.extra)

    def extra(self) -> Any:
        raise NotImplementedError


class NoTemplate(WithPage):
    def extra(self) -> Any:
        return render_template("stall/nowhere.html")


class NeverAnswers(WithPage):
    def extra(self) -> Any:
        threading.Event().wait()


class RaisingVerifier(Stall):
    class rename(Rename):  # noqa: N801
        """Give a ware another title."""

        def verify(self, task: Task, evidence: Evidence) -> Verdict:
            if evidence.visited:
                raise KeyError("title")
            return super().verify(task, evidence)


class EndlessOracle(Stall):
    class rename(Rename):  # noqa: N801
        """Give a ware another title."""

        def oracle(self, view: View) -> str:
            while True:
                pass


class SilentOracle(Stall):
    class rename(Rename):  # noqa: N801
        """Give a ware another title."""

        def oracle(self, view: View) -> str:
            return None  # type: ignore[return-value]


class RepeatingOracle(Stall):
    class rename(Rename):  # noqa: N801
        """Give a ware another title."""

        def oracle(self, view: View) -> str:
            return "goto http://stall.test/"


def message(stall: type[Stall], name: str, *, deadline_s: float = 60.0) -> str:
    """What a check says about a stall; it fails, and soon enough."""
    started_at = monotonic()
    checks = {check.name: check for check in app_checks(stall.spec(), seeds=1, deadline_s=deadline_s)}
    outcome = checks[name].run()
    assert outcome.status is Status.FAILED
    assert monotonic() - started_at < ENOUGH_S + deadline_s
    return outcome.message


@pytest.mark.slow
def test_a_missing_template_is_named_with_the_view_that_asks_for_it() -> None:
    found = message(NoTemplate, "pages-answer")
    assert "TemplateNotFound: stall/nowhere.html" in found
    assert f"{HERE}:" in found


@pytest.mark.slow
def test_a_view_that_never_answers_is_named_with_the_line_at_which_it_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gristmill.testing.subject.VIEW_DEADLINE_S", 3.0)
    found = message(NeverAnswers, "pages-answer")
    assert "GET /extra was interrupted, or not answered in 3 s" in found
    assert f"(at {HERE}:" in found


def test_a_verifier_that_raises_is_named_with_its_line_and_never_scored() -> None:
    found = message(RaisingVerifier, "oracle-succeeds:Stall-Rename-v0")
    assert "KeyError: 'title'" in found
    assert f"({HERE}:" in found
    with (
        added(RaisingVerifier.spec()),
        closing(Runtime()) as runtime,  # one whose server knows the app
        closing(WebEnv("Stall-Rename-v0", engine="dom", runtime=runtime)) as env,
    ):
        env.reset(seed=0)
        _, reward, terminated, truncated, info = env.step("done")
    assert (reward, terminated, truncated) == (0.0, False, True)
    assert "KeyError" in info["infra_error"]
    assert info["infra_error"].file == HERE


@pytest.mark.slow
def test_an_oracle_that_does_not_end_is_interrupted_and_named_with_its_line() -> None:
    found = message(EndlessOracle, "oracle-succeeds:Stall-Rename-v0", deadline_s=3.0)
    assert "still running after 3 s" in found
    assert f"{HERE}:" in found


def test_an_oracle_that_returns_nothing_or_repeats_itself_is_named() -> None:
    name = "oracle-succeeds:Stall-Rename-v0"
    assert "The oracle failed" in message(SilentOracle, name)
    found = message(RepeatingOracle, name)
    assert "It repeats 'goto http://stall.test/'" in found


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., dict[str, str]]]:
    """Loads packages from their code as installed app clones; returns what is wrong with each."""
    monkeypatch.syspath_prepend(tmp_path)
    names: list[str] = []

    def load_all(**packages: str) -> dict[str, str]:
        for name, code in packages.items():
            (tmp_path / f"{name}.py").write_text(HEAD + code)
            names.append(name)
        entries = [EntryPoint(name, f"{name}:APP", "gristmill.apps") for name in packages]
        return {name: str(reason) for name, reason in load(entries).broken.items()}

    yield load_all
    for name in names:
        sys.modules.pop(name, None)


def test_a_duplicate_id_is_named_with_its_class(
    loaded: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    code = {name: FAMILY.format(name=name, id="Twin-Do-v0") for name in ("onetwin", "othertwin")}
    (reason,) = loaded(**code).values()
    assert "already taken: othertwin, Twin-Do-v0 (Do, file" in reason
    assert f'"{tmp_path / "othertwin.py"}", line 5' in reason


def test_a_table_that_is_taken_or_has_no_key_is_named_with_its_line(
    loaded: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    app = FAMILY.format(name="keyless", id="Keyless-Do-v0")
    reasons = loaded(
        keyless=MODEL.format(table="keyless_row", column="text: Mapped[str]") + app,
        taken=MODEL.format(table="world_person", column=KEYED)
        + FAMILY.format(name="taken", id="Taken-Do-v0"),
    )
    assert "could not assemble any primary key columns" in reasons["keyless"]
    assert f'(file "{tmp_path / "keyless.py"}", line 5)' in reasons["keyless"]
    assert "Table 'world_person' is already defined" in reasons["taken"]
    assert f'(file "{tmp_path / "taken.py"}", line 5)' in reasons["taken"]
